import { noteAnnotation, readAttributes } from './attributes.ts';
import type { Aggregate, CType, EnumConstant, Enumeration, Field } from './model.ts';
import { LAST_WORD, WORD } from './names.ts';
import type { AttributeList, Declarator, Reader, Specifiers } from './reader.ts';
import { DEEPEST_NESTING, freeze, merge, noAttributes } from './reader.ts';
import { readStaticAssertion } from './static-assertions.ts';
import type { Token } from './tokens.ts';
import {
  IDENTIFIER,
  isPunct,
  locationBetween,
  locationOf,
  nameLocationOf,
  P,
  textOf,
} from './tokens.ts';

type TagKind = 'struct' | 'union' | 'enum';

/** Reads `struct`, `union` or `enum` with its tag, its body and the attributes around them. */
export function readAggregate(reader: Reader): CType | undefined {
  const keyword = reader.next();
  const tagKind: TagKind =
    keyword.id === WORD.struct ? 'struct' : keyword.id === WORD.union ? 'union' : 'enum';
  const attributes = readAttributes(reader);
  const tag = readTag(reader, attributes);
  const behindTag = reader.at;
  merge(attributes, readAttributes(reader));
  const name = tag === undefined ? '' : textOf(tag);
  const at = locationOf(tag ?? keyword);
  const opens = reader.is(P.openBrace) || (tagKind === 'enum' && skipEnumBase(reader));
  if (!opens) {
    // Without a body they belong to what is declared: `struct a __packed member;`.
    reader.at = behindTag;
    return tag === undefined ? undefined : { kind: 'tagged', tagKind, name, at, qualifiers: [] };
  }
  const head: Head = { keyword, tag, name, attributes };
  const definition = tagKind === 'enum' ? readEnum(reader, head) : readBody(reader, tagKind, head);
  reader.declarations.push(definition);
  return { kind: 'tagged', tagKind, name, at, definition, qualifiers: [] };
}

interface Head {
  readonly keyword: Token;
  readonly tag: Token | undefined;
  readonly name: string;
  readonly attributes: AttributeList;
}

/** The tag, behind any macro that nobody defined (`struct PACKED a {`). */
function readTag(reader: Reader, attributes: AttributeList): Token | undefined {
  for (;;) {
    const { token } = reader;
    if (token.kind !== IDENTIFIER || token.id <= LAST_WORD) return undefined;
    const next = reader.peek(1);
    const ordinary = next.kind === IDENTIFIER && next.id > LAST_WORD;
    if (!ordinary || !isPunct(reader.peek(2), P.openBrace)) {
      reader.at++;
      return token;
    }
    noteAnnotation(token, attributes);
    reader.at++;
  }
}

/** C23 `enum e : type {`. */
function skipEnumBase(reader: Reader): boolean {
  if (!reader.is(P.colon)) return false;
  const start = reader.at;
  reader.expressionUntil(P.openBrace, P.semicolon, P.comma);
  if (reader.is(P.openBrace)) return true;
  reader.at = start;
  return false;
}

/** What every named thing has; `first` and `last` bound it, `name` is its name or what stands for it. */
export function named(
  first: Token,
  last: Token,
  name: Token,
  text: string,
): Pick<Field, 'name' | 'at' | 'nameAt' | 'assumed'> & {
  spelledAt?: Field['at'];
  fromMacro?: string;
} {
  const base = {
    name: text,
    at: locationBetween(first, last),
    nameAt: nameLocationOf(name),
    assumed: name.use?.macro.origin === 'fallback',
  };
  if (name.use === undefined) return base;
  const spelledAt = { file: name.source.path, span: { start: name.start, end: name.end } };
  return { ...base, spelledAt, fromMacro: name.use.macro.name };
}

/** Attributes behind the closing brace, and names there that sound like an attribute nobody defined. */
function readTail(reader: Reader, attributes: AttributeList): void {
  merge(attributes, readAttributes(reader));
  const { token } = reader;
  const loud =
    token.kind === IDENTIFIER && token.id > LAST_WORD && /^_|^[A-Z0-9_]+$/.test(textOf(token));
  if (!loud || !/align|pack/i.test(textOf(token))) return;
  noteAnnotation(token, attributes);
  reader.at++;
  if (reader.is(P.openParen)) reader.skipGroup();
  readTail(reader, attributes);
}

function readBody(reader: Reader, kind: 'struct' | 'union', head: Head): Aggregate {
  const open = reader.next();
  const fields: Field[] = [];
  let { packBytes } = reader;
  if (++reader.depth > DEEPEST_NESTING) {
    const message = `Too deep to read: structures are nested more than ${DEEPEST_NESTING} times.`;
    reader.problem('c-too-deep', message, open);
    head.attributes.unclear ??= 'it is nested too deep';
    reader.at--;
    reader.skipGroup();
  } else packBytes = readMembers(reader, fields, head.attributes);
  reader.depth--;
  if (reader.token.kind === 0) {
    reader.problem('c-syntax', `This ${kind} has no closing brace.`, head.tag ?? head.keyword);
    head.attributes.unclear ??= 'its closing brace is missing';
  }
  const close = reader.previous;
  readTail(reader, head.attributes);
  const name = head.tag ?? head.keyword;
  return {
    kind,
    ...named(head.keyword, reader.previous, name, head.name),
    fields,
    attributes: freeze(head.attributes),
    packBytes,
    body: locationBetween(open, close),
  };
}

/** Reads to behind the closing brace; gives the `#pragma pack` in force there, which is the one that counts. */
function readMembers(reader: Reader, fields: Field[], attributes: AttributeList): number {
  while (!reader.atEnd()) {
    if (reader.take(P.semicolon)) continue;
    if (reader.take(P.closeBrace)) return reader.packBytes;
    const start = reader.at;
    const first = reader.token;
    if (readStaticAssertion(reader) || readMember(reader, fields, attributes)) continue;
    lostMember(reader, first, attributes);
    if (reader.at === start) reader.at++;
  }
  return reader.packBytes;
}

function lostMember(reader: Reader, first: Token, attributes: AttributeList): void {
  const name = textOf(first);
  const call = first.kind === IDENTIFIER && isPunct(reader.peek(1), P.openParen);
  if (call && reader.token === first) {
    attributes.unclear ??= `\`${name}(...)\` among its members is a macro that is not defined in what was read`;
    reader.at++;
    reader.skipGroup();
    reader.take(P.semicolon);
    return;
  }
  reader.problem('c-syntax', `A member cannot be read from here: \`${name}\`.`, first);
  attributes.unclear ??= `a member near \`${name}\` could not be read`;
  reader.recover();
}

/** One member declaration with all its declarators; false when it was not understood. */
function readMember(reader: Reader, fields: Field[], owner: AttributeList): boolean {
  const specifiers = reader.grammar.specifiers(reader, 'member');
  if (specifiers?.type === undefined) return false;
  if (reader.is(P.semicolon)) {
    addAnonymous(reader, specifiers, fields);
    reader.at++;
    return true;
  }
  for (;;) {
    const field = readField(reader, specifiers);
    if (field === undefined) return false;
    fields.push(field);
    if (reader.take(P.comma)) continue;
    if (reader.take(P.semicolon)) return true;
    if (reader.is(P.closeBrace)) {
      owner.unclear ??= 'a `;` is missing in it';
      reader.problem('c-syntax', 'A `;` is missing after this member.', reader.previous);
      return true;
    }
    return false;
  }
}

/** `struct { ... };` or `union { ... };` as a member: its members are the owner's. With a tag it declares none. */
function addAnonymous(reader: Reader, specifiers: Specifiers, fields: Field[]): void {
  const { type, attributes, first } = specifiers;
  if (type?.kind !== 'tagged' || type.tagKind === 'enum') return;
  if (type.name !== '' || type.definition === undefined) return;
  const common = named(first, reader.previous, first, '');
  fields.push({ kind: 'field', ...common, type, attributes: freeze(attributes) });
}

function readField(reader: Reader, specifiers: Specifiers): Field | undefined {
  const base = specifiers.type;
  if (base === undefined) return undefined;
  const leading = readAttributes(reader);
  const start = reader.token;
  let declarator: Declarator | undefined;
  if (reader.is(P.colon)) declarator = { name: undefined, type: base, attributes: noAttributes() };
  else declarator = reader.grammar.declarator(reader, base, 'member');
  if (declarator === undefined) return undefined;
  const width = reader.take(P.colon) ? reader.expressionUntil(P.comma, P.semicolon) : undefined;
  if (declarator.name === undefined && width === undefined) return undefined;
  const attributes = noAttributes();
  for (const list of [specifiers.attributes, leading, declarator.attributes])
    merge(attributes, list);
  const widthBits = width === undefined ? undefined : splitWidth(reader, width, attributes);
  merge(attributes, readAttributes(reader));
  const name = declarator.name ?? start;
  const text = declarator.name === undefined ? '' : textOf(declarator.name);
  const { type } = declarator;
  const common = named(specifiers.first, reader.previous, name, text);
  const frozen = freeze(attributes);
  if (widthBits !== undefined)
    return { kind: 'field', ...common, type, widthBits, attributes: frozen };
  if (name.use !== undefined) return { kind: 'field', ...common, type, attributes: frozen };
  // By far the commonest case, and thousands of them: written out, because spreading is slow.
  const { at, nameAt, assumed } = common;
  return { kind: 'field', name: text, at, nameAt, assumed, type, attributes: frozen };
}

/** `: 3 __attribute__((packed))`: the attributes behind a width are not part of it. */
function splitWidth(
  reader: Reader,
  width: ReturnType<Reader['expressionUntil']>,
  into: AttributeList,
): Field['widthBits'] {
  const at = width.tokens.findIndex(
    (token) =>
      token.kind === IDENTIFIER &&
      (token.id === WORD.__attribute__ || token.id === WORD.__attribute),
  );
  if (at < 0) return width;
  reader.at -= width.tokens.length - at;
  merge(into, readAttributes(reader));
  return { ...width, tokens: width.tokens.slice(0, at) } as Field['widthBits'];
}

function readEnum(reader: Reader, head: Head): Enumeration {
  const open = reader.next();
  const constants: EnumConstant[] = [];
  while (!reader.atEnd() && !reader.is(P.closeBrace)) {
    const constant = readEnumerator(reader);
    if (constant !== undefined) constants.push(constant);
    if (reader.take(P.comma)) continue;
    if (reader.is(P.closeBrace)) break;
    reader.expressionUntil(P.comma);
    if (!reader.take(P.comma) && !reader.is(P.closeBrace)) reader.next();
  }
  reader.take(P.closeBrace);
  const close = reader.previous;
  readTail(reader, head.attributes);
  const name = head.tag ?? head.keyword;
  return {
    kind: 'enum',
    ...named(head.keyword, reader.previous, name, head.name),
    constants,
    attributes: freeze(head.attributes),
    body: locationBetween(open, close),
  };
}

function readEnumerator(reader: Reader): EnumConstant | undefined {
  const { token } = reader;
  if (token.kind !== IDENTIFIER) return undefined;
  reader.at++;
  readAttributes(reader);
  const value = reader.take(P.equals) ? reader.expressionUntil(P.comma) : undefined;
  const common = named(token, reader.previous, token, textOf(token));
  return { kind: 'enumerator', ...common, ...(value === undefined ? {} : { value }) };
}
