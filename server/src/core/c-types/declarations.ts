import { named, readAggregate } from './aggregates.ts';
import { readAttributes } from './attributes.ts';
import { readDeclarator, readParameters } from './declarators.ts';
import type { CType, Declaration, Problem } from './model.ts';
import { WORD } from './names.ts';
import type { Declarator, Grammar, Specifiers } from './reader.ts';
import type { AttributeList } from './reader.ts';
import { freeze, merge, Reader } from './reader.ts';
import { readSpecifiers } from './specifiers.ts';
import { readStaticAssertion } from './static-assertions.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, locationBetween, P, STRING, textOf } from './tokens.ts';

const GRAMMAR: Grammar = {
  specifiers: readSpecifiers,
  declarator: readDeclarator,
  aggregate: readAggregate,
  parameters: readParameters,
};

/** A reader for a few tokens, e.g. of a type name in an expression. */
export function readerOf(tokens: readonly Token[]): Reader {
  return new Reader(tokens, GRAMMAR);
}

/**
 * Reads declarations; `packBytes` is what `#pragma pack` has set before them. What cannot be read is skipped to the next
 * `;` or closing brace, with a problem.
 */
export function parseDeclarations(
  tokens: readonly Token[],
  packBytes: number,
): {
  readonly declarations: readonly Declaration[];
  readonly problems: readonly Problem[];
} {
  const reader = readerOf(tokens);
  reader.packBytes = packBytes;
  while (!reader.atEnd()) {
    const start = reader.at;
    readExternal(reader);
    if (reader.at === start) reader.at++;
  }
  return { declarations: reader.declarations, problems: reader.problems };
}

function readExternal(reader: Reader): void {
  const { token } = reader;
  if (reader.take(P.semicolon) || readStaticAssertion(reader)) return;
  if (reader.is(P.openBrace)) {
    reader.skipGroup();
    return;
  }
  if (reader.is(P.closeBrace)) {
    reader.problem('c-syntax', 'This closing brace closes nothing.', token);
    reader.at++;
    return;
  }
  if (token.kind === IDENTIFIER && skipsWord(reader, token)) return;
  const specifiers = reader.grammar.specifiers(reader, 'file');
  if (specifiers?.type === undefined) lost(reader, token);
  else if (!reader.take(P.semicolon)) readDeclarators(reader, specifiers, specifiers.type);
}

/** `asm("...");` and macros that nobody defined, with or without `;` behind. */
function skipsWord(reader: Reader, token: Token): boolean {
  if (token.id === WORD.extern && reader.peek(1).kind === STRING) {
    reader.at += 2;
    reader.take(P.openBrace);
    return true;
  }
  if (token.id === WORD.asm || token.id === WORD.__asm || token.id === WORD.__asm__) {
    reader.recover();
    return true;
  }
  return false;
}

/** No declaration begins here: an unknown macro's call is passed over silently, anything else is a problem. */
function lost(reader: Reader, first: Token): void {
  const { token } = reader;
  if (token.kind === IDENTIFIER && isPunct(reader.peek(1), P.openParen)) {
    reader.at++;
    reader.skipGroup();
    readAttributes(reader);
    if (reader.is(P.openBrace)) reader.skipGroup();
    reader.take(P.semicolon);
    return;
  }
  reader.problem('c-syntax', `No declaration can be read from here: \`${textOf(first)}\`.`, first);
  reader.recover();
}

function readDeclarators(reader: Reader, specifiers: Specifiers, base: CType): void {
  for (;;) {
    const leading = readAttributes(reader);
    const declarator = reader.grammar.declarator(reader, base, 'file');
    if (declarator?.name === undefined) {
      // After a complete structure a lone word is a stray macro, not a fault of the structure.
      if (!isPunct(reader.token, P.closeBrace)) unreadable(reader);
      reader.recover();
      return;
    }
    merge(leading, specifiers.attributes);
    merge(leading, declarator.attributes);
    if (declarator.type.kind === 'function' && !specifiers.typedef) {
      if (readFunction(reader, specifiers, declarator, declarator.name)) return;
    } else declare(reader, specifiers, declarator, declarator.name, leading);
    if (reader.take(P.equals)) reader.expressionUntil(P.comma, P.semicolon);
    if (reader.take(P.comma)) continue;
    if (!reader.take(P.semicolon)) {
      if (!reader.atEnd()) unreadable(reader);
      reader.recover();
    }
    return;
  }
}

function unreadable(reader: Reader): void {
  const { token } = reader;
  const text = token.kind === 0 ? 'the end of the file' : `\`${textOf(token)}\``;
  reader.problem('c-syntax', `This declaration cannot be read on from ${text}.`, token);
}

/** A function's declaration, or its definition with the body passed over: then true. */
function readFunction(
  reader: Reader,
  specifiers: Specifiers,
  declarator: Declarator,
  name: Token,
): boolean {
  const { type } = declarator;
  let body: ReturnType<typeof locationBetween> | undefined;
  const last = reader.previous;
  if (!reader.is(P.openBrace)) skipOldParameters(reader);
  if (reader.is(P.openBrace)) {
    const open = reader.token;
    reader.skipGroup();
    body = locationBetween(open, reader.previous);
  }
  reader.declarations.push({
    kind: 'function',
    ...named(specifiers.first, body === undefined ? last : reader.previous, name, textOf(name)),
    type,
    ...(body === undefined ? {} : { body }),
  });
  return body !== undefined;
}

/** K&R: `int f(a, b) int a; char b; { ... }`. Moves only when a brace comes before anything else could begin. */
function skipOldParameters(reader: Reader): void {
  if (reader.token.kind !== IDENTIFIER) return;
  const start = reader.at;
  for (let count = 0; count < 400 && !reader.atEnd(); count++) {
    if (reader.is(P.openBrace) && isPunct(reader.previous, P.semicolon)) return;
    if (reader.is(P.openBrace) || reader.is(P.closeBrace)) break;
    if (reader.is(P.openParen) || reader.is(P.openBracket)) reader.skipGroup();
    else reader.at++;
  }
  reader.at = start;
}

function declare(
  reader: Reader,
  specifiers: Specifiers,
  declarator: Declarator,
  name: Token,
  attributes: AttributeList,
): void {
  const common = named(specifiers.first, reader.previous, name, textOf(name));
  const changes =
    attributes.aligned.length > 0 ||
    attributes.vectorBytes !== undefined ||
    attributes.mode !== undefined ||
    attributes.unclear !== undefined;
  // `packed` on a typedef or variable is ignored by gcc: only a body can be packed.
  const own = freeze({ ...attributes, packed: false });
  const type: CType = changes
    ? { kind: 'attributed', of: declarator.type, attributes: own }
    : declarator.type;
  reader.declarations.push({ kind: specifiers.typedef ? 'typedef' : 'variable', ...common, type });
}
