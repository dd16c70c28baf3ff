import type { Finding, Severity } from '#core/findings';
import type { CFunction, CText } from '#core/asm';
import type { LineIndex } from '#core/text';
import { callsOf } from './c-calls.ts';
import { evaluatorOf, guardsBefore, normalized } from './c-guards.ts';
import type { SysretOptions } from './options.ts';
import { isRipMember } from './rip-checks.ts';
import { canonicityOf } from './solver.ts';

const copiers =
  /^(?:_*(?:raw_)?copy_?from_?(?:user|guest)\w*|_*copy_?in\w*|_*get_user\w*|_*unsafe_get_user|fetch_user\w*|_*memcpy_from_user\w*|user_memcpy|fu(?:word|byte)\w*|read_(?:user|guest)\w*|_*copy_from_guest\w*|memcpy_fromuser|arch_copy_from_user)$/;
const forcesIret = /IRET|FULL_?RESTORE|force_?iret|slow_?(?:path|exit)/i;
const validators = /(?:valid|sanit|canon|check_|_check|secure|verify)/i;
const handlerField = /^(?:address|handler|callback|eip|rip|ip|entry|pc)$/;

/** SR004: a value that came from the user is stored as a return address, unchecked. */
export function writerFindings(c: CText, lines: LineIndex, options: SysretOptions): Finding[] {
  if (!copierText.test(c.bare)) return [];
  const findings: Finding[] = [];
  for (const each of c.functions) {
    const tainted = taintedIn(c, each);
    if (tainted.size === 0) continue;
    findings.push(
      ...frameWrites(c, each, tainted, lines, options),
      ...handlerTables(c, each, tainted, lines, options),
    );
  }
  return findings;
}

const copierText =
  /copy_?from|copy_?in|get_user|fetch_user|memcpy_from|user_memcpy|fuword|read_(?:user|guest)/i;

interface Tainted {
  readonly at: number;
}

/** Variables that a copy from user or guest memory fills, with the place of the copy. */
function taintedIn(c: CText, around: CFunction): ReadonlyMap<string, Tainted> {
  const tainted = new Map<string, Tainted>();
  for (const call of callsOf(c, copiers, around.body)) {
    const destination = /^&?\s*\(?\*?\s*(\w+)/.exec(call.arguments[0] ?? '')?.[1];
    if (destination !== undefined) tainted.set(destination, { at: call.span.end });
  }
  return tainted;
}

function frameWrites(
  c: CText,
  around: CFunction,
  tainted: ReadonlyMap<string, Tainted>,
  lines: LineIndex,
  options: SysretOptions,
): Finding[] {
  const findings: Finding[] = [];
  const body = c.bare.slice(around.body.start, around.body.end);
  for (const match of body.matchAll(
    /(?<![\w.>])((?:\w+(?:\[[^\]]*\])?\s*(?:->|\.)\s*)+(\w+)|\w*\[\w*(?:RIP|_PC)\])\s*=(?!=)\s*([^;]+);/g,
  )) {
    const start = around.body.start + match.index;
    const member = match[2] ?? 'rip';
    const right = (match[3] ?? '').trim();
    const left = normalized(match[1] ?? '');
    const root = /^&?(\w+)/.exec(normalized(right))?.[1] ?? '';
    const source = tainted.get(root);
    // A store into the copied structure itself is no write of the frame.
    if (
      !isRipMember(member) ||
      !source ||
      source.at > start ||
      left.startsWith(`${root}.`) ||
      left.startsWith(`${root}->`)
    )
      continue;
    if (isVouchedFor(c, around, start, right, left, root, options)) continue;
    findings.push({
      rule: 'SR004',
      severity: writerSeverity(options),
      message: `A value from the user becomes the return address here without a range check. If an exit takes it to SYSRET unchecked, 0x0000800000000000 faults in ring 0 on Intel.`,
      range: lines.rangeOf({ start, end: start + match[0].length }),
      evidence: [
        {
          range: lines.rangeOf({ start: source.at - 1, end: source.at }),
          message: `\`${root}\` is filled from user memory here`,
        },
      ],
    });
  }
  return findings.filter((finding) => finding.severity !== 'information');
}

/** `information` stands for "quiet": every exit checks what it takes. */
function writerSeverity(options: SysretOptions): Severity {
  const guarded = options.workspace?.allExitsGuarded();
  if (guarded === true) return 'information';
  return guarded === false ? 'error' : 'warning';
}

function isVouchedFor(
  c: CText,
  around: CFunction,
  at: number,
  right: string,
  left: string,
  root: string,
  options: SysretOptions,
): boolean {
  const evaluate = evaluatorOf((name) => c.defines.get(name));
  const before = guardsBefore(c, around, at, { expression: right, evaluate, names: options.names });
  if (
    canonicityOf(
      before.value,
      before.guards.map((guard) => guard.condition),
      48,
    ).kind === 'canonical'
  )
    return true;
  const body = c.bare.slice(around.body.start, around.body.end);
  if (forcesIret.test(body)) return true;
  for (const call of callsOf(c, validators, around.body)) {
    const text = normalized(call.arguments.join(','));
    if (text.includes(root) || (left !== '' && text.includes(left))) return true;
  }
  return false;
}

/** A whole structure with a handler's address kept in a table: where a later upcall will take RIP from. */
function handlerTables(
  c: CText,
  around: CFunction,
  tainted: ReadonlyMap<string, Tainted>,
  lines: LineIndex,
  options: SysretOptions,
): Finding[] {
  const findings: Finding[] = [];
  for (const call of callsOf(c, /^(?:__)?(?:builtin_)?memcpy$/, around.body)) {
    const source = /^&(\w+)$/.exec(normalized(call.arguments[1] ?? ''))?.[1] ?? '';
    if (!tainted.has(source) || !/\[/.test(call.arguments[0] ?? '')) continue;
    const field = handlerFieldOf(c, around, source);
    if (
      field === undefined ||
      isVouchedFor(
        c,
        around,
        call.span.start,
        `${source}.${field}`,
        '',
        `${source}.${field}`,
        options,
      )
    )
      continue;
    findings.push({
      rule: 'SR004',
      severity: 'warning',
      message: `The handler address \`${source}.${field}\` comes from the user and is kept without a range check: it becomes the return address when the handler is called.`,
      range: lines.rangeOf(call.span),
      evidence: [],
    });
  }
  return findings;
}

function handlerFieldOf(c: CText, around: CFunction, variable: string): string | undefined {
  const body = c.bare.slice(around.body.start, around.body.end);
  for (const match of body.matchAll(new RegExp(`\\b${variable}\\s*\\.\\s*(\\w+)`, 'g'))) {
    if (handlerField.test(match[1] ?? '')) return match[1];
  }
  return undefined;
}
