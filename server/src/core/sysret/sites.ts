import type { Instruction, Operation, Program } from '#core/asm';

/** An instruction that leaves for user mode, or text that was meant to be one. */
export interface ExitSite {
  readonly at: number;
  readonly width: 'sysretq' | 'sysretl';
  /** `written`: as it stands. `macro`: the body of a known SYSRET macro that is not visible. */
  readonly form: 'written' | 'bytes' | 'macro' | 'no-bytes' | 'bare' | 'doubled-prefix';
  readonly text: string;
}

const sysretMacros =
  /^(USERGS_SYSRET64|SYSRETQ|SYSRET64|SAFE_SYSRET|SWAPGS_SYSRET|RET_USER_HYP|SYSRET|fast_sysretq)$/;
const compatMacros = /^(USERGS_SYSRET32|SYSRETL|SYSRET32|SYSRETD)$/;
const widePrefixes = new Set(['rex.w', 'rex64', 'o64']);

/** Every SYSRET of a program, with what it really assembles to. */
export function findSites(program: Program, extraMacros: ReadonlySet<string>): ExitSite[] {
  const sites: ExitSite[] = [];
  program.operations.forEach((operation, at) => {
    const site = siteAt(program, operation, at, extraMacros);
    if (site) sites.push(site);
  });
  return sites;
}

function siteAt(
  program: Program,
  operation: Operation,
  at: number,
  extraMacros: ReadonlySet<string>,
): ExitSite | undefined {
  if (operation.kind === 'macro') {
    const { name } = operation;
    if (
      program.dialect === 'nasm' &&
      name.toLowerCase() === 'rex.w' &&
      operation.arguments.some((text) => /sysret/i.test(text))
    ) {
      return { at, width: 'sysretl', form: 'bare', text: 'rex.w sysret' };
    }
    if (program.dialect === 'nasm' && /^sysret[qld]$/i.test(name))
      return { at, width: 'sysretq', form: 'no-bytes', text: name };
    if (sysretMacros.test(name) || extraMacros.has(name))
      return { at, width: 'sysretq', form: 'macro', text: name };
    return compatMacros.test(name)
      ? { at, width: 'sysretl', form: 'macro', text: name }
      : undefined;
  }
  if (operation.kind !== 'instruction') return undefined;
  return instructionSite(program, operation.instruction, at);
}

function instructionSite(
  program: Program,
  instruction: Instruction,
  at: number,
): ExitSite | undefined {
  const { mnemonic, prefixes, text } = instruction;
  if (!mnemonic.startsWith('sysret')) return undefined;
  if (program.dialect === 'nasm' && mnemonic !== 'sysret' && !prefixes.includes('bytes')) {
    return { at, width: mnemonic === 'sysretq' ? 'sysretq' : 'sysretl', form: 'no-bytes', text };
  }
  if (prefixes.includes('rex-byte-twice'))
    return { at, width: 'sysretq', form: 'doubled-prefix', text };
  if (prefixes.includes('bytes'))
    return { at, width: mnemonic === 'sysretq' ? 'sysretq' : 'sysretl', form: 'bytes', text };
  const isWide = mnemonic === 'sysretq' || prefixes.some((prefix) => widePrefixes.has(prefix));
  if (isWide) return { at, width: 'sysretq', form: 'written', text };
  const isBare = mnemonic === 'sysret' && !prefixes.includes('o32');
  return { at, width: 'sysretl', form: isBare ? 'bare' : 'written', text };
}
