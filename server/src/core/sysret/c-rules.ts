import type { Finding } from '#core/findings';
import { type CText, sourceKindOf } from '#core/asm';
import type { LineIndex } from '#core/text';
import { callsOf } from './c-calls.ts';
import { evaluatorOf } from './c-guards.ts';
import { isUserLimitName } from './machine.ts';
import { msrFindings } from './msr-rules.ts';
import type { SysretOptions } from './options.ts';
import type { SourceText } from './programs.ts';
import { findRipChecks, type RipCheck } from './rip-checks.ts';
import { writerFindings } from './writer-rules.ts';

/** Findings about C code: constants, MSR writes, writers of the saved RIP, the IDT. */
export function cFindings(
  file: SourceText,
  c: CText | undefined,
  lines: LineIndex,
  options: SysretOptions,
): Finding[] {
  const limits = limitFindings(file, c, lines, options);
  if (!c) return limits;
  return [
    ...limits,
    ...msrFindings(file.path, c, lines, options),
    ...writerFindings(c, lines, options),
    ...gateFindings(c, lines),
  ];
}

/** Range tests of a saved return address that every frame of this file goes through. */
export function ripChecksOf(c: CText, options: SysretOptions): readonly RipCheck[] {
  const code = c.bare.replaceAll(/^[ \t]*#[^\n]*/gm, (line) => ' '.repeat(line.length));
  return findRipChecks(code, (name) => options.names.userLimits.has(name));
}

/** A named end of user space, with its value. */
export interface UserLimit {
  readonly name: string;
  readonly value: bigint;
  readonly offset: number;
}

const HOLE_START = 1n << 47n;
const otherArchitecture =
  /(?:^|[/_-])(?:arm|arm64|aarch64|riscv\d*|mips\d*|ppc\d*|powerpc|s390x?|sparc\d*|alpha|arm26|avr32|blackfin|cris|frv|h8300|m32r|mn10300|score|tile|unicore32|v850|vax|sun3|ia64|loongarch|parisc|sh|m68k\w*|um|hexagon|xtensa|nios2|openrisc|csky|arc)(?:[/_.-]|$)/i;

/** The ends of user space that a file defines with a plain number. */
export function userLimitsOf(
  file: SourceText,
  c: CText | undefined,
  isNamed: (name: string) => boolean,
): UserLimit[] {
  if (otherArchitecture.test(file.path)) return [];
  const limits: UserLimit[] = [];
  const consider = (name: string, value: string, offset: number): void => {
    if (!isNamed(name) && !isLimitDefinition(name)) return;
    const result = evaluatorOf((other) => c?.defines.get(other))(value);
    if (result.symbols === '' && result.constant >= 1n << 45n && result.constant < 1n << 57n)
      limits.push({ name, value: result.constant, offset });
  };
  if (c) {
    for (const match of c.code.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+([^\n]+)$/gm)) {
      consider(match[1] ?? '', match[2] ?? '', match.index + match[0].search(/#/));
    }
  } else if (sourceKindOf(file.path) === 'rust') {
    for (const match of file.text.matchAll(/\bconst\s+(\w+)\s*:\s*\w+\s*=\s*([^;]+);/g))
      consider(match[1] ?? '', match[2] ?? '', match.index);
  }
  return limits;
}

function isLimitDefinition(name: string): boolean {
  return (
    (isUserLimitName(name) || /^(?:TASK_SIZE|ULIM|UTOP)/.test(name)) &&
    /(?:LIMIT|SIZE|TOP|MAX|END|CEIL|BOUND|ADDRESS)/.test(name)
  );
}

/** SR003: the last page below the hole can be mapped. */
function limitFindings(
  file: SourceText,
  c: CText | undefined,
  lines: LineIndex,
  options: SysretOptions,
): Finding[] {
  const guarded = options.workspace?.allExitsGuarded();
  if (guarded === true) return [];
  return userLimitsOf(file, c, (name) => options.names.userLimits.has(name))
    .filter((limit) => limit.value === HOLE_START)
    .map((limit) => ({
      rule: 'SR003',
      severity:
        options.workspace && guarded === undefined ? ('hint' as const) : ('warning' as const),
      message: `\`${limit.name}\` lets the last page below the canonical hole be mapped: SYSCALL at its end saves 0x0000800000000000, the first non-canonical address, as the return address.`,
      range: lineRange(lines, limit.offset),
      evidence: [],
    }));
}

function lineRange(lines: LineIndex, offset: number): Finding['range'] {
  const start = lines.positionAt(offset);
  return { start, end: lines.positionAt(lines.startOfLine(start.line + 1) - 1) };
}

const unstacked: Readonly<Record<string, string>> = {
  '1': '#DB',
  '2': 'NMI',
  '8': '#DF',
  '18': '#MC',
};

/** SR014: gates for NMI, #DF, #MC and #DB whose last argument, the stack number, is zero while others' is not. */
function gateFindings(c: CText, lines: LineIndex): Finding[] {
  const calls = callsOf(
    c,
    /^(?:\w*set_?\w*gate\w*|idt_?set\w*|set_?idt\w*|\w*install_gate\w*)$/i,
  ).filter((call) => call.arguments.length >= 3);
  const stackOf = (values: readonly string[]): string => values.at(-1) ?? '';
  const usesStacks = calls.some((call) => /^[1-7]$/.test(stackOf(call.arguments)));
  if (!usesStacks) return [];
  return calls
    .filter(
      (call) => stackOf(call.arguments) === '0' && unstacked[call.arguments[0] ?? ''] !== undefined,
    )
    .map((call) => ({
      rule: 'SR014',
      severity: 'hint' as const,
      message: `${unstacked[call.arguments[0] ?? ''] ?? ''} has no interrupt stack of its own: between the load of the user's RSP and SYSRET it runs on memory the user controls.`,
      range: lines.rangeOf(call.span),
      evidence: [],
    }));
}
