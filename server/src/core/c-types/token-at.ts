import { directiveAt } from './directives.ts';
import type { Directive } from './directives.ts';
import type { Aggregate, Meaning, TokenAt, Unit } from './model.ts';
import { LAST_WORD, WORD } from './names.ts';
import type { FoundField } from './object-types.ts';
import { fieldAt } from './object-types.ts';
import type { ParsedUnit } from './parse.ts';
import type { Token } from './tokens.ts';
import { CHARACTER, IDENTIFIER, isPunct, NUMBER, P, STRING, textOf } from './tokens.ts';
import { engineOf } from './types-engine.ts';

/** More candidates than this say nothing to a reader. */
const MOST_CANDIDATES = 12;

/**
 * What stands at an offset of the unit's own text and what it means, in active and inactive code alike; undefined in
 * blanks and comments. An offset just behind a word counts as the word.
 */
export function tokenAt(unit: Unit, offset: number): TokenAt | undefined {
  const { source } = (unit as ParsedUnit).product;
  const index = indexAt(source.tokens, offset);
  const token = source.tokens[index];
  if (token === undefined) return undefined;
  const directive = directiveAt(source.directives, token.start);
  const inactive = unit.inactive.find(
    ({ span }) => span.start <= token.start && token.end <= span.end,
  );
  const meaning = meaningOf(unit, source.tokens, index, directive);
  return {
    kind: kindOf(token),
    text: textOf(token),
    span: { start: token.start, end: token.end },
    ...(inactive === undefined ? {} : { inactive }),
    ...(directive === undefined ? {} : { directive: directive.word }),
    ...(meaning === undefined ? {} : { meaning }),
  };
}

/** Index of the token that holds the offset, or of the word that ends there; -1 for none. */
function indexAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tokens[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const token = tokens[low];
  if (token === undefined || token.start > offset) return -1;
  if (offset < token.end) {
    const previous = tokens[low - 1];
    const word =
      previous?.kind === IDENTIFIER && previous.end === offset && token.kind !== IDENTIFIER;
    return word ? low - 1 : low;
  }
  return offset === token.end && token.kind === IDENTIFIER ? low : -1;
}

function kindOf(token: Token): TokenAt['kind'] {
  switch (token.kind) {
    case IDENTIFIER:
      return token.id <= LAST_WORD ? 'keyword' : 'identifier';
    case NUMBER:
      return 'number';
    case STRING:
      return 'string';
    case CHARACTER:
      return 'character';
    default:
      return 'punctuation';
  }
}

function meaningOf(
  unit: Unit,
  tokens: readonly Token[],
  index: number,
  directive: Directive | undefined,
): Meaning | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  if (directive?.word.startsWith('include') === true) {
    const include = unit.includes.find(
      ({ at }) => at.span.start <= token.start && token.end <= at.span.end,
    );
    return include === undefined ? undefined : { kind: 'include', include };
  }
  if (token.kind !== IDENTIFIER || token.id <= LAST_WORD) return undefined;
  const name = textOf(token);
  if (directive === undefined) {
    const byPlace = meaningByPlace(unit, tokens, index, name);
    if (byPlace !== undefined) return byPlace;
  }
  return meaningByName(unit, name);
}

/** The meaning that the tokens around a name settle: a tag, a member, or the name of a declaration itself. */
function meaningByPlace(
  unit: Unit,
  tokens: readonly Token[],
  index: number,
  name: string,
): Meaning | undefined {
  const before = tokens[index - 1];
  const token = tokens[index];
  if (before?.kind === IDENTIFIER && before.id >= WORD.struct && before.id <= WORD.enum) {
    const declaration = unit.scope.tag(name);
    return declaration === undefined ? undefined : { kind: 'tag', declaration };
  }
  if (isPunct(before, P.arrow) || isPunct(before, P.dot)) {
    const known = fieldAt(tokens, index, engineOf(unit.scope));
    const fields = known === undefined ? fieldsNamed(unit, name) : [known];
    return fields.length === 0 ? undefined : { kind: 'field', fields };
  }
  const own = token === undefined ? undefined : declaredFieldAt(unit, token.start);
  return own === undefined ? undefined : { kind: 'field', fields: [own] };
}

function meaningByName(unit: Unit, name: string): Meaning | undefined {
  const { scope } = unit;
  const macro = scope.macro(name) ?? unit.macros.find((defined) => defined.name === name);
  if (macro !== undefined) return { kind: 'macro', macro };
  const typedef = scope.typedef(name);
  if (typedef !== undefined) return { kind: 'typedef', declaration: typedef };
  const enumerator = scope.enumerator(name);
  if (enumerator !== undefined) return { kind: 'enumerator', declaration: enumerator };
  const object = scope.object(name);
  if (object !== undefined) return { kind: 'object', declaration: object };
  const tag = scope.tag(name);
  return tag === undefined ? undefined : { kind: 'tag', declaration: tag };
}

/** The field whose own declaration has its name at an offset. */
function declaredFieldAt(unit: Unit, start: number): FoundField | undefined {
  for (const owner of aggregatesIn(unit, unit.path)) {
    const { span, file } = owner.at;
    if (file !== unit.path || start < span.start || start >= span.end) continue;
    const field = owner.fields.find(
      ({ nameAt, name }) => name !== '' && nameAt.span.start === start,
    );
    if (field !== undefined) return { owner, field };
  }
  return undefined;
}

function aggregatesIn(unit: Unit, file: string): readonly Aggregate[] {
  return unit.scope
    .declarationsOf(file)
    .filter(
      (declaration): declaration is Aggregate =>
        declaration.kind === 'struct' || declaration.kind === 'union',
    );
}

/** Every field of that name, in the file itself and then in its headers. */
function fieldsNamed(unit: Unit, name: string): readonly FoundField[] {
  const found: FoundField[] = [];
  for (const file of unit.scope.files()) {
    for (const owner of aggregatesIn(unit, file)) {
      const field = owner.fields.find((candidate) => candidate.name === name);
      if (field !== undefined && found.push({ owner, field }) >= MOST_CANDIDATES) return found;
    }
  }
  return found;
}
