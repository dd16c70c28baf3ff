import { WORD } from './names.ts';
import type { AttributeList, Reader } from './reader.ts';
import { expressionOf, noAttributes } from './reader.ts';
import type { Token } from './tokens.ts';
import { IDENTIFIER, isPunct, P, textOf } from './tokens.ts';

/** Reads every `__attribute__((...))`, `_Alignas(...)`, `__declspec(...)` and `[[...]]` that stands next. */
export function readAttributes(reader: Reader): AttributeList {
  const list = noAttributes();
  while (readAttribute(reader, list));
  return list;
}

/** One attribute specifier, if one stands next. */
export function readAttribute(reader: Reader, list: AttributeList): boolean {
  const { token } = reader;
  if (token.kind !== IDENTIFIER) return readBracketed(reader);
  switch (token.id) {
    case WORD.__attribute__:
    case WORD.__attribute:
      reader.at++;
      readGroup(reader, list);
      return true;
    case WORD._Alignas:
    case WORD.alignas:
      if (!isPunct(reader.peek(1), P.openParen)) return false;
      reader.at++;
      list.aligned = [...list.aligned, expressionOf(groupTokens(reader), token)];
      return true;
    case WORD.__declspec:
      reader.at++;
      readDeclspec(groupTokens(reader), list);
      return true;
    case WORD.asm:
    case WORD.__asm:
    case WORD.__asm__:
      reader.at++;
      if (reader.is(P.openParen)) reader.skipGroup();
      return true;
    case WORD.__extension__:
      reader.at++;
      return true;
    default:
      return false;
  }
}

function readBracketed(reader: Reader): boolean {
  const opens = reader.is(P.openBracket) && isPunct(reader.peek(1), P.openBracket);
  if (opens) reader.skipGroup();
  return opens;
}

/** The tokens between the parentheses that stand next. */
function groupTokens(reader: Reader): readonly Token[] {
  if (!reader.is(P.openParen)) return [];
  const start = reader.at;
  reader.skipGroup();
  const inner = reader.tokens.slice(start + 1, reader.at);
  return isPunct(inner[inner.length - 1], P.closeParen) ? inner.slice(0, -1) : inner;
}

function readGroup(reader: Reader, list: AttributeList): void {
  let tokens = groupTokens(reader);
  if (isPunct(tokens[0], P.openParen)) tokens = tokens.slice(1, -1);
  let at = 0;
  while (at < tokens.length) {
    const name = tokens[at++];
    if (name?.kind !== IDENTIFIER) continue;
    let args: readonly Token[] | undefined;
    if (isPunct(tokens[at], P.openParen)) {
      const close = closeOf(tokens, at);
      args = tokens.slice(at + 1, close);
      at = close + 1;
    }
    apply(textOf(name).replace(/^__|__$/g, ''), name, args, list);
  }
}

function closeOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (isPunct(tokens[at], P.openParen)) depth++;
    else if (isPunct(tokens[at], P.closeParen) && --depth === 0) return at;
  }
  return tokens.length;
}

function apply(
  name: string,
  token: Token,
  args: readonly Token[] | undefined,
  list: AttributeList,
): void {
  switch (name) {
    case 'packed':
      list.packed = true;
      break;
    case 'aligned':
      list.aligned = [
        ...list.aligned,
        args === undefined || args.length === 0 ? 'largest' : expressionOf(args, token),
      ];
      break;
    case 'vector_size':
      if (args !== undefined) list.vectorBytes = expressionOf(args, token);
      break;
    case 'mode':
      if (args?.[0] !== undefined) list.mode = textOf(args[0]).replace(/^__|__$/g, '');
      break;
    case 'ms_struct':
      list.unclear ??=
        '`ms_struct` asks for Microsoft’s bit-field rules, which are not computed here';
      break;
    case 'scalar_storage_order':
      list.unclear ??=
        '`scalar_storage_order` changes how members are stored, which is not computed here';
      break;
    default:
      break;
  }
}

function readDeclspec(tokens: readonly Token[], list: AttributeList): void {
  const [name] = tokens;
  if (name !== undefined && textOf(name) === 'align' && isPunct(tokens[1], P.openParen)) {
    list.aligned = [...list.aligned, expressionOf(tokens.slice(2, closeOf(tokens, 1)), name)];
  }
}

/** Words of macros that nobody defined and that sound as if they changed a layout. */
const TELLING = /align|pack/i;

/** Notes a name that stands where an attribute could and that nothing defines. */
export function noteAnnotation(token: Token, list: AttributeList): void {
  const name = textOf(token);
  if (!TELLING.test(name)) return;
  list.unclear ??= `\`${name}\` is not defined in what was read, and it may change the layout`;
}
