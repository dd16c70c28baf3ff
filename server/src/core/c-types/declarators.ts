import { noteAnnotation, readAttribute, readAttributes } from './attributes.ts';
import type { CType, Expression, Parameter } from './model.ts';
import { LAST_WORD, WORD } from './names.ts';
import type { AttributeList, Declarator, Place, Reader } from './reader.ts';
import { DEEPEST_NESTING, expressionOf, freeze, merge, noAttributes } from './reader.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, locationBetween, P, PUNCTUATION, textOf } from './tokens.ts';

/** Reads one declarator around a base type, its trailing attributes included; undefined when none stands there. */
export function readDeclarator(reader: Reader, base: CType, place: Place): Declarator | undefined {
  if (++reader.depth > DEEPEST_NESTING) {
    reader.problem(
      'c-too-deep',
      'Too deep to read: this declarator has too many parentheses.',
      reader.token,
    );
    reader.depth--;
    return undefined;
  }
  const attributes = noAttributes();
  const core = readCore(reader, base, place, attributes);
  reader.depth--;
  if (core === undefined) return undefined;
  merge(attributes, readAttributes(reader));
  readTrailingNames(reader, attributes);
  return { ...core, attributes };
}

/** Names behind a declarator that nobody defined: `int x ____cacheline_aligned;`, `int f(void) FOO(1);`. */
function readTrailingNames(reader: Reader, attributes: AttributeList): void {
  while (reader.token.kind === IDENTIFIER && reader.token.id > LAST_WORD) {
    noteAnnotation(reader.next(), attributes);
    if (reader.is(P.openParen)) reader.skipGroup();
    merge(attributes, readAttributes(reader));
  }
}

interface Core {
  readonly name: Token | undefined;
  readonly type: CType;
}

function readCore(
  reader: Reader,
  base: CType,
  place: Place,
  attributes: AttributeList,
): Core | undefined {
  const pointed = readPointers(reader, base, attributes);
  // Only names that are neither types nor the declared name remain: calling conventions and unknown macros.
  while (reader.token.kind === IDENTIFIER && isCallingConvention(reader))
    noteAnnotation(reader.next(), attributes);
  if (reader.is(P.openParen) && groups(reader, place))
    return readGroup(reader, pointed, place, attributes);
  const { token } = reader;
  if (token.kind === IDENTIFIER && token.id > LAST_WORD) {
    reader.at++;
    const type = readSuffixes(reader, pointed);
    return type === undefined ? undefined : { name: token, type };
  }
  if (place === 'file' || (place === 'member' && !reader.is(P.colon))) return undefined;
  const type = readSuffixes(reader, pointed);
  return type === undefined ? undefined : { name: undefined, type };
}

function isCallingConvention(reader: Reader): boolean {
  const { token } = reader;
  if (token.id <= LAST_WORD) return false;
  const next = reader.peek(1);
  if (next.kind === IDENTIFIER && next.id > LAST_WORD) return !textOf(next).startsWith('__');
  return isPunct(next, P.star);
}

function readPointers(reader: Reader, base: CType, attributes: AttributeList): CType {
  let type = base;
  for (;;) {
    while (readAttribute(reader, attributes));
    if (!reader.is(P.star) && !reader.is(P.caret)) return type;
    reader.at++;
    const own = noAttributes();
    type = { kind: 'pointer', to: type, qualifiers: readQualifiers(reader, own) };
    if (own.aligned.length > 0) type = { kind: 'attributed', of: type, attributes: freeze(own) };
  }
}

function readQualifiers(reader: Reader, attributes: AttributeList): readonly string[] {
  const qualifiers: string[] = [];
  for (;;) {
    const { token } = reader;
    if (token.kind === IDENTIFIER && token.id >= WORD.const && token.id <= WORD._Atomic) {
      const word = textOf(token).replaceAll('_', '');
      if (word === 'const' || word === 'volatile') qualifiers.push(word);
      reader.at++;
    } else if (!readAttribute(reader, attributes)) return qualifiers;
  }
}

/** Whether a parenthesis groups a declarator rather than opens parameters. */
function groups(reader: Reader, place: Place): boolean {
  const inside = reader.peek(1);
  if (inside.kind === PUNCTUATION) {
    if (inside.id === P.star || inside.id === P.caret) return true;
    if (inside.id === P.openParen || inside.id === P.openBracket)
      return place === 'file' || place === 'member';
    return false;
  }
  if (inside.kind !== IDENTIFIER) return false;
  if (inside.id === WORD.__attribute__ || inside.id === WORD.__attribute) return true;
  if (inside.id <= LAST_WORD) return false;
  if (place === 'file' || place === 'member') return true;
  // `(WINAPI *f)(...)` has a name in front of the star; `int (foo_t)` is a parameter list.
  return (
    isPunct(reader.peek(2), P.star) &&
    place !== 'type-name' &&
    !isPunct(reader.peek(3), P.closeParen)
  );
}

/** `( inner ) suffixes`: the suffixes belong to the base before the inner declarator does. */
function readGroup(
  reader: Reader,
  base: CType,
  place: Place,
  attributes: AttributeList,
): Core | undefined {
  const open = reader.at;
  if (!reader.skipGroup()) return undefined;
  const outer = readSuffixes(reader, base);
  const after = reader.at;
  if (outer === undefined) return undefined;
  reader.at = open + 1;
  const inner = readDeclarator(
    reader,
    outer,
    place === 'file' || place === 'member' ? place : 'parameter',
  );
  const closed = reader.is(P.closeParen);
  reader.at = after;
  if (inner === undefined || !closed) return undefined;
  merge(attributes, inner.attributes);
  return inner;
}

/** `[3]`, `(int a)` in any number; applied from the last to the first. */
function readSuffixes(reader: Reader, base: CType): CType | undefined {
  const lengths: ((of: CType) => CType)[] = [];
  for (;;) {
    if (reader.is(P.openBracket)) {
      reader.at++;
      const length = readLength(reader);
      if (!reader.take(P.closeBracket)) return undefined;
      lengths.push((of) => ({ kind: 'array', of, ...(length === undefined ? {} : { length }) }));
    } else if (reader.is(P.openParen)) {
      const parameters = reader.grammar.parameters(reader);
      lengths.push((returns) => ({ kind: 'function', returns, parameters }));
    } else break;
  }
  let type = base;
  for (const wrap of lengths.reverse()) type = wrap(type);
  return type;
}

function readLength(reader: Reader): Expression | undefined {
  const start = reader.token;
  const { tokens } = reader.expressionUntil();
  // `[static 3]` and `[const]` in parameters.
  const plain = tokens.filter(
    (token) =>
      token.kind !== IDENTIFIER ||
      (token.id !== WORD.static && !(token.id >= WORD.const && token.id <= WORD._Atomic)),
  );
  return plain.length === 0 ? undefined : expressionOf(plain, start);
}

/** Reads `( ... )` as parameters; one that cannot be read is left out. */
export function readParameters(reader: Reader): readonly Parameter[] {
  const open = reader.at;
  const parameters: Parameter[] = [];
  reader.skipGroup();
  const after = reader.at;
  reader.at = open + 1;
  while (reader.at < after - 1) {
    const start = reader.token;
    const specifiers = reader.grammar.specifiers(reader, 'parameter');
    const declarator =
      specifiers?.type && reader.grammar.declarator(reader, specifiers.type, 'parameter');
    if (declarator) {
      const name = declarator.name === undefined ? '' : textOf(declarator.name);
      const at = locationBetween(start, reader.previous);
      const lone = declarator.type.kind === 'base' && declarator.type.base === 'void';
      if (!lone || name !== '') parameters.push({ name, type: declarator.type, at });
    }
    reader.expressionUntil(P.comma);
    if (!reader.take(P.comma)) break;
  }
  reader.at = after;
  return parameters;
}
