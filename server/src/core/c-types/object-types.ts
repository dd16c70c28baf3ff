import type { CType, Field, Aggregate } from './model.ts';
import type { Engine } from './engine.ts';
import { memberOf } from './members.ts';
import { LAST_WORD, WORD } from './names.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, locationOf, P, PUNCTUATION, textOf } from './tokens.ts';

/** How far back in a file a variable's declaration is looked for, in tokens. */
const FARTHEST = 20_000;
const DEEPEST = 40;

export interface FoundField {
  readonly owner: Aggregate;
  readonly field: Field;
}

/**
 * The field that `tokens[index]` names behind a `.` or `->`, when the object's declaration can be found in the text
 * above it. Function bodies are not parsed: this reads the tokens backwards.
 */
export function fieldAt(
  tokens: readonly Token[],
  index: number,
  engine: Engine,
): FoundField | undefined {
  const name = tokens[index];
  const type = objectType(tokens, index - 2, engine, 0);
  if (type === undefined || name === undefined) return undefined;
  const member = memberOf(engine, pointedTo(type, engine), textOf(name));
  return member.kind === 'member' ? { owner: member.owner, field: member.field } : undefined;
}

/** What a pointer or array points to in the end; any other type as it is. */
function pointedTo(type: CType, engine: Engine): CType {
  let current = type;
  for (let count = 0; count < DEEPEST; count++) {
    const resolved = engine.resolve(current);
    if (resolved.kind === 'unknown') return current;
    const { type: plain } = resolved;
    if (plain.kind === 'pointer') current = plain.to;
    else if (plain.kind === 'array') current = plain.of;
    else if (plain.kind === 'function') current = plain.returns;
    else return current;
  }
  return current;
}

/** The type of the expression that ends at `tokens[last]`. */
function objectType(
  tokens: readonly Token[],
  last: number,
  engine: Engine,
  depth: number,
): CType | undefined {
  if (depth > DEEPEST) return undefined;
  let at = last;
  while (isPunct(tokens[at], P.closeBracket)) at = openingOf(tokens, at) - 1;
  const token = tokens[at];
  if (isPunct(token, P.closeParen)) {
    const open = openingOf(tokens, at);
    const before = tokens[open - 1];
    if (before?.kind === IDENTIFIER && before.id > LAST_WORD)
      return engine.scope.object(textOf(before))?.type;
    return castOrInner(tokens, open, at, { engine, depth });
  }
  if (token?.kind !== IDENTIFIER) return undefined;
  const before = tokens[at - 1];
  if (isPunct(before, P.dot) || isPunct(before, P.arrow)) {
    const owner = objectType(tokens, at - 2, engine, depth + 1);
    if (owner === undefined) return undefined;
    const member = memberOf(engine, pointedTo(owner, engine), textOf(token));
    return member.kind === 'member' ? member.type : undefined;
  }
  return declaredAbove(tokens, at, engine) ?? engine.scope.object(textOf(token))?.type;
}

/** `((struct a *)p)->`: the cast; `(&x)->` and `(p)->`: what is inside. */
function castOrInner(
  tokens: readonly Token[],
  open: number,
  close: number,
  how: { readonly engine: Engine; readonly depth: number },
): CType | undefined {
  if (isPunct(tokens[open + 1], P.openParen)) {
    const cast = typeAt(tokens, open + 2, how.engine);
    if (cast !== undefined) return cast;
  }
  return objectType(tokens, close - 1, how.engine, how.depth + 1);
}

function openingOf(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    const token = tokens[at];
    if (token?.kind !== PUNCTUATION) continue;
    if (token.id === P.closeParen || token.id === P.closeBracket) depth++;
    else if ((token.id === P.openParen || token.id === P.openBracket) && --depth === 0) return at;
  }
  return 0;
}

/** Looks for `type *name` above the use, nearest first. */
function declaredAbove(tokens: readonly Token[], use: number, engine: Engine): CType | undefined {
  const id = tokens[use]?.id;
  const lowest = Math.max(0, use - FARTHEST);
  for (let at = use - 1; at >= lowest; at--) {
    const token = tokens[at];
    if (token?.kind !== IDENTIFIER || token.id !== id || !endsName(tokens[at + 1])) continue;
    const type = declaredType(tokens, at, engine);
    if (type !== undefined) return type;
  }
  return undefined;
}

function endsName(next: Token | undefined): boolean {
  return [P.semicolon, P.comma, P.equals, P.closeParen, P.openBracket].some((id) =>
    isPunct(next, id),
  );
}

/** The type in front of a declared name, or in front of an earlier name of the same declaration. */
function declaredType(tokens: readonly Token[], name: number, engine: Engine): CType | undefined {
  const before = tokens[name - 1];
  if (before === undefined || isPunct(before, P.dot) || isPunct(before, P.arrow)) return undefined;
  for (let at = name - 1; at >= 0 && name - at < 64; at--) {
    const token = tokens[at];
    const stop = [P.semicolon, P.openBrace, P.closeBrace, P.openParen, P.comma].some((id) =>
      isPunct(token, id),
    );
    if (!stop) continue;
    const type = at + 1 < name ? typeAt(tokens, at + 1, engine) : undefined;
    if (type !== undefined) return type;
    if (!isPunct(token, P.comma)) return undefined;
  }
  return undefined;
}

/** A type written at `tokens[at]`: `struct a`, or a typedef's name. */
function typeAt(tokens: readonly Token[], start: number, engine: Engine): CType | undefined {
  let at = start;
  while (isSkipped(tokens[at])) at++;
  const token = tokens[at];
  if (token?.kind !== IDENTIFIER) return undefined;
  if (token.id === WORD.struct || token.id === WORD.union) {
    const tag = tokens[at + 1];
    if (tag?.kind !== IDENTIFIER) return undefined;
    const tagKind = token.id === WORD.struct ? 'struct' : 'union';
    return { kind: 'tagged', tagKind, name: textOf(tag), at: locationOf(tag), qualifiers: [] };
  }
  const name = textOf(token);
  if (token.id <= LAST_WORD || engine.scope.typedef(name) === undefined) return undefined;
  return { kind: 'named', name, at: locationOf(token), qualifiers: [] };
}

function isSkipped(token: Token | undefined): boolean {
  if (token?.kind !== IDENTIFIER) return false;
  return token.id >= WORD.extern && token.id <= WORD.__restrict__;
}
