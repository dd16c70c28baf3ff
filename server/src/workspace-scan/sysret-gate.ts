import type { CheckSettings } from './checker.ts';

const LARGEST_BYTES = 8 * 1024 * 1024;

/** Every file with an exit has one of these: the instruction, a macro named after it. */
const exitWords = ['sysret', 'SYSRET'];

/** An exit spelt in bytes: `0x48, 0x0f, 0x07` and the like. */
const byteSpelling =
  /0x48\s*[,;]?[^\n]{0,40}\n?[^\n]{0,40}0x0f|\b4?8?h?\s*,\s*0?0fh\s*,\s*0?7h|"\\x48\\x0f\\x07"/i;

/** Registers that SYSCALL is set up with. */
const registerWords = [
  'LSTAR',
  'LStar',
  'FMASK',
  'SFMask',
  'SYSCALL_MASK',
  '0xc000008',
  '0xC000008',
];

/** Numbers at and just below the canonical hole, as limits of user space are written. */
const limitWords = [
  '47)',
  '<< 47',
  '<<47',
  '00800000000000',
  'x800000000000',
  '7ffffffff000',
  '7FFFFFFFF000',
];

/** Saved instruction pointers as members, and what copies from user memory: both are in a file that writes a frame. */
const framePointer = /(?:->|\.|_|\[)(?:r?ip|eip|pc|NextIP|REG_RIP)\b/;
const copier =
  /copy_?from|copy_?in\b|get_user|fetch_user|memcpy_from|user_memcpy|fuword|read_(?:user|guest)|canon|TASK_SIZE|VM_MAXUSER|USER_?(?:TOP|LIMIT|END|MAX)/;

/** Parts of a source tree that by their names have nothing to do with how system calls return on x86. */
const otherPart =
  /(?:^|\/)(?:drivers|sound|fs|net|netinet\d?|crypto|Documentation|contrib|cddl|userspace|userland|s?bin|usr\.s?bin|libc|libexec|games)\//;
const otherArchitecture =
  /(?:^|\/)(?:arm|arm64|aarch64|riscv\d*|mips\d*|ppc\d*|powerpc|s390x?|sparc\d*|alpha|arm26|avr32|blackfin|cris|frv|h8300|m32r|mn10300|score|tile|unicore32|v850|vax|sun3|ia64|loongarch|parisc|sh|m68k\w*|um|hexagon|xtensa|nios2|openrisc|csky|arc|microblaze)\//;

/**
 * Whether the SYSRET rules may concern a file; bytes first, and decoding only where they leave it open. `path` is
 * relative to the folder that holds all that is checked: where a tree lies says nothing about its parts.
 */
export function sysretGate(bytes: Buffer, path: string, settings: CheckSettings): boolean {
  if (bytes.length > LARGEST_BYTES) return false;
  if (exitWords.some((word) => bytes.includes(word))) return true;
  if (settings.sysretMacros.some((name) => bytes.includes(name))) return true;
  if (/\.(?:s|asm|nasm|inc|go)$/i.test(path))
    return bytes.includes('RET_USER_HYP') || byteSpelling.test(bytes.toString('latin1'));
  if (otherPart.test(path) || otherArchitecture.test(path)) return false;
  if ([...registerWords, ...limitWords].some((word) => bytes.includes(word))) return true;
  const text = bytes.toString('latin1');
  if (bytes.includes('0x0f') && byteSpelling.test(text)) return true;
  return copier.test(text) && framePointer.test(text);
}
