import type { StaticAssertion } from './model.ts';
import { stringValue } from './literals.ts';
import { WORD } from './names.ts';
import type { Reader } from './reader.ts';
import { isPunct, locationBetween, P, STRING, textOf } from './tokens.ts';

/** Reads `_Static_assert(condition, "message");`, if one stands next. */
export function readStaticAssertion(reader: Reader): boolean {
  const word = reader.isWord(WORD._Static_assert) || reader.isWord(WORD.static_assert);
  if (!word || !isPunct(reader.peek(1), P.openParen)) return false;
  const first = reader.next();
  reader.at++;
  const condition = reader.expressionUntil(P.comma);
  const message = reader.take(P.comma) ? reader.expressionUntil().tokens : [];
  reader.take(P.closeParen);
  const texts = message
    .filter((token) => token.kind === STRING)
    .map((token) => stringValue(textOf(token)));
  const assertion: StaticAssertion = {
    kind: 'static-assert',
    condition,
    message: texts.join(''),
    at: locationBetween(first, reader.previous),
  };
  reader.declarations.push(assertion);
  reader.take(P.semicolon);
  return true;
}
