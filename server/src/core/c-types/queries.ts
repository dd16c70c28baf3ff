import { includeName } from './directives.ts';
import type { Macro } from './macros.ts';
import type { Token } from './tokens.ts';
import { NUMBER, STRING, textOf } from './tokens.ts';

function made(text: string, near: Token, kind: number): Token {
  const source = { path: '<made>', text, names: near.source.names };
  return { ...near, kind, id: 0, start: 0, end: text.length, source };
}

/** `__LINE__`, `__FILE__` and `__INCLUDE_LEVEL__` at one place. */
export function dynamicTokens(macro: Macro, site: Token, level: number): readonly Token[] {
  const near = { ...site, use: site.use };
  switch (macro.dynamic) {
    case 'line':
      return [made(String(lineOf(site)), near, NUMBER)];
    case 'file':
      return [made(`"${site.source.path.replace(/["\\]/g, '\\$&')}"`, near, STRING)];
    default:
      return [made(String(Math.max(0, level)), near, NUMBER)];
  }
}

function lineOf(site: Token): number {
  const place = site.use ?? site;
  let line = 1;
  const { text } = place.source;
  for (let i = text.indexOf('\n'); i >= 0 && i < place.start; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Attributes that change a layout or that headers ask for before they use them; gcc 12 has them all. */
const UNKNOWN_ATTRIBUTES =
  /^_*(?:counted_by|blocks_|objc_|swift_|availability|enable_if|diagnose_if)/;

/** The answer to `__has_include(...)`, `__has_attribute(...)` or `__has_builtin(...)`. */
export function queryTokens(
  macro: Macro,
  argument: readonly Token[],
  site: Token,
  exists: (name: string, quoted: boolean, next: boolean) => boolean,
): readonly Token[] {
  const [first] = argument;
  const yes = first !== undefined && answers(macro, first, exists);
  return [made(yes ? '1' : '0', site, NUMBER)];
}

function answers(
  macro: Macro,
  first: Token,
  exists: (name: string, quoted: boolean, next: boolean) => boolean,
): boolean {
  if (macro.name.startsWith('__has_include')) {
    const target = includeName(first.source, first);
    return target !== undefined && exists(target.name, target.quoted, macro.name.endsWith('_next'));
  }
  const name = textOf(first);
  if (macro.name === '__has_builtin') return name.startsWith('__builtin_');
  return !UNKNOWN_ATTRIBUTES.test(name);
}
