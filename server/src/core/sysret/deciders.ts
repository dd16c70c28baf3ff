import { closingBracket, type CText, sourceKindOf } from '#core/asm';
import { callsOf } from './c-calls.ts';
import type { PlaceFact } from './facts.ts';
import type { Delegate } from './judge.ts';
import type { SysretOptions } from './options.ts';
import type { SourceText } from './programs.ts';
import { findRipChecks } from './rip-checks.ts';

/** What one file knows about a function or flag that decides whether another file's SYSRET runs. */
export interface DeciderFact {
  readonly kind: Delegate['kind'];
  readonly name: string;
  /** The function's head, or where the flag is set. */
  readonly seenAt: PlaceFact;
  /** The test of the saved return address behind it. */
  readonly guard: PlaceFact | undefined;
  /** Functions that the decision may be passed on to. */
  readonly calls: readonly string[];
}

type Placed = (offset: number, text: string) => PlaceFact;

interface Body {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const CALLS = 24;

/** Looks for wanted functions and flags in a C or Rust file. */
export function decidersIn(
  file: SourceText,
  c: CText | undefined,
  options: SysretOptions,
  wanted: ReadonlySet<string>,
  placed: Placed,
): readonly DeciderFact[] {
  if (wanted.size === 0) return [];
  const code = c?.bare ?? (sourceKindOf(file.path) === 'rust' ? file.text : undefined);
  if (code === undefined) return [];
  const bodies: readonly Body[] = c
    ? c.functions.map(({ name, body }) => ({ name, ...body }))
    : rustBodies(code);
  const checks = findRipChecks(withoutDirectives(code), (name) =>
    options.names.userLimits.has(name),
  );
  const guardIn = (from: number, to: number): PlaceFact | undefined => {
    const found = checks.find(({ offset }) => offset >= from && offset < to);
    return found && placed(found.offset, found.text);
  };
  const functions = bodies
    .filter(({ name }) => wanted.has(name))
    .map((body): DeciderFact => ({
      kind: 'function',
      name: body.name,
      seenAt: placed(body.start, body.name),
      guard: guardIn(body.start, body.end),
      calls: c ? callsIn(c, body) : [],
    }));
  return [...functions, ...flagsSet(code, bodies, wanted, guardIn, placed)];
}

function withoutDirectives(code: string): string {
  return code.replaceAll(/^[ \t]*#[^\n]*/gm, (line) => ' '.repeat(line.length));
}

function rustBodies(code: string): readonly Body[] {
  const bodies: Body[] = [];
  for (const match of code.matchAll(/\bfn\s+(\w+)[^{};]*\{/g)) {
    const start = match.index + match[0].length - 1;
    bodies.push({ name: match[1] ?? '', start, end: closingBracket(code, start) });
  }
  return bodies;
}

/** Calls whose result a function returns or tests. */
function callsIn(c: CText, body: Body): readonly string[] {
  const names = new Set<string>();
  for (const call of callsOf(c, /^[a-z_]\w*$/, body)) {
    const before = c.bare.slice(Math.max(body.start, call.span.start - 40), call.span.start);
    if (/(?:\breturn\b|\bif\s*\(|&&|\|\||=|!)[\s!(]*(?:(?:un)?likely\s*\(\s*!*\s*)?$/.test(before))
      names.add(call.name);
  }
  return [...names]
    .filter((name) => !/^(?:if|while|for|switch|return|sizeof)$/.test(name))
    .slice(0, CALLS);
}

/** Places where a wanted flag is set; the check is the one before it in the function, else another of the file. */
function flagsSet(
  code: string,
  bodies: readonly Body[],
  wanted: ReadonlySet<string>,
  guardIn: (from: number, to: number) => PlaceFact | undefined,
  placed: Placed,
): readonly DeciderFact[] {
  const found: DeciderFact[] = [];
  for (const flag of wanted) {
    if (!/^_*[A-Z]/.test(flag)) continue;
    const setter = new RegExp(
      `(?:\\w*set_?\\w*\\s*\\([^;]*\\b${flag}\\b|[^=!<>]\\|?=(?!=)[^;&]*\\b${flag}\\b)[^;]*;`,
      'g',
    );
    for (const match of code.matchAll(setter)) {
      const body = bodies.find(({ start, end }) => match.index > start && match.index < end);
      if (!body || isClearing(match[0], flag)) continue;
      found.push({
        kind: 'flag',
        name: flag,
        seenAt: placed(match.index, match[0].trim().slice(0, 80)),
        guard: guardIn(body.start, match.index) ?? guardIn(0, code.length),
        calls: [],
      });
    }
  }
  return found;
}

function isClearing(text: string, flag: string): boolean {
  return new RegExp(`~\\s*\\(?\\s*${flag}\\b|clear`, 'i').test(text);
}
