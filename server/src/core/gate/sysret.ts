import type { Candidate } from './model.ts';

const assembly = /\.(?:s|asm|nasm|inc|s64|sx)$/i;
const code = /\.(?:c|h|cc|cpp|cxx|hpp|hh|rs)$/i;
const assemblyLanguages = /^(?:asm|nasm|gas|masm|x86|assembly)/i;

/** The instructions themselves, in every spelling, or their bytes. */
const instructions =
  /\bsysret[qld]?\b|\bsysexit|\biret[qd]?\b|\bswapgs\b|\bsyscall\b|0x48,\s*0x0f,\s*0x07|SYSRET/i;
/** What C and Rust say about the same paths: the MSRs, and stores into a saved return address. */
const aboutPaths =
  /\bsysret[qld]?\b|\bsysexit|\biretq\b|\bswapgs\b|\b\w*(?:L|C)?STAR\b|\b\w*(?:FMASK|SYSCALL_MASK)\b|\bregs->r?ip\s*=[^=]|BYTE \$0x0f/;

/** Only so much of a text is looked at: a gate must stay cheap. */
const LOOK_CHARACTERS = 400_000;

/** Assembly, C or Rust that may leave the kernel by SYSRET, or prepare it. */
export function mayReturnBySysret(candidate: Candidate): boolean {
  const { path, languageId } = candidate;
  const isAssembly = assembly.test(path) || assemblyLanguages.test(languageId);
  if (!isAssembly && !code.test(path)) return false;
  const text = candidate.text().slice(0, LOOK_CHARACTERS);
  return (isAssembly ? instructions : aboutPaths).test(text);
}
