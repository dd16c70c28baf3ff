import type { Definitions, LineMacro, TextMacro } from './definitions.ts';
import { splitOutside } from './operands.ts';
import type { SourceLine } from './statements.ts';

const ROUNDS = 16;
const LENGTH_LIMIT = 20_000;

/** Replaces preprocessor macros in a statement, as often as they nest. */
export function expandText(text: string, definitions: Definitions): string {
  if (definitions.text.size === 0) return text;
  let result = text;
  for (let round = 0; round < ROUNDS; round++) {
    const next = expandOnce(result, definitions);
    if (next === result || next.length > LENGTH_LIMIT)
      return next.length > LENGTH_LIMIT ? result : next;
    result = next;
  }
  return result;
}

const word = /"(?:[^"\\]|\\.)*"?|[A-Za-z_][\w]*/g;

function expandOnce(text: string, definitions: Definitions): string {
  let result = '';
  let from = 0;
  word.lastIndex = 0;
  for (let match = word.exec(text); match; match = word.exec(text)) {
    const name = match[0];
    const before = text.charAt(match.index - 1);
    const macro =
      name.startsWith('"') || before === '%' || before === '\\'
        ? undefined
        : chosen(definitions, name);
    if (!macro) continue;
    const end = match.index + name.length;
    if (!macro.parameters) {
      result += text.slice(from, match.index) + macro.body;
      from = end;
      continue;
    }
    const call = argumentsAt(text, end);
    if (!call) continue;
    result += text.slice(from, match.index) + substitute(macro, call.arguments);
    from = call.end;
    word.lastIndex = from;
  }
  return from === 0 ? text : result + text.slice(from);
}

/** The one definition to use inside operands: with several that are plain values, none (the name stays). */
function chosen(definitions: Definitions, name: string): TextMacro | undefined {
  const macros = definitions.text.get(name);
  const first = macros?.[0];
  if (!macros || !first) return undefined;
  if (macros.length === 1) return first.body.includes(name) ? undefined : first;
  const isCode = macros.find((macro) => /[%;([]/.test(macro.body) && !macro.body.includes(name));
  return isCode && macros.every((macro) => macro.parameters !== undefined) ? isCode : undefined;
}

/** Reads `(a, b)` after a macro name. */
export function argumentsAt(
  text: string,
  at: number,
): { readonly arguments: string[]; readonly end: number } | undefined {
  let i = at;
  while (text.charAt(i) === ' ' || text.charAt(i) === '\t') i++;
  if (text.charAt(i) !== '(') return undefined;
  let depth = 0;
  for (let j = i; j < text.length; j++) {
    const character = text.charAt(j);
    if (character === '(') depth++;
    else if (character === ')' && --depth === 0) {
      const inner = text.slice(i + 1, j);
      return { arguments: splitOutside(inner, ',').map((part) => part.trim()), end: j + 1 };
    }
  }
  return undefined;
}

/** A function-like macro's body with its arguments in place, `#x` and `a##b` included. */
export function substitute(macro: TextMacro, values: readonly string[]): string {
  let body = macro.body;
  macro.parameters?.forEach((parameter, number) => {
    const isRest = parameter.endsWith('...');
    const name = isRest ? parameter.slice(0, -3).trim() || '__VA_ARGS__' : parameter;
    if (!/^\w+$/.test(name)) return;
    const value = isRest ? values.slice(number).join(', ') : (values[number] ?? '');
    body = body
      .replaceAll(
        new RegExp(`(^|[^#])#\\s*${name}\\b`, 'g'),
        (_, before: string) => `${before}"${value}"`,
      )
      .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), () => value);
  });
  return body.replaceAll(/\s*##\s*/g, '');
}

/** Lines of a `.macro`/`%macro` use: parameters, `\@` and `%%` replaced. */
export function expandLines(
  macro: LineMacro,
  argumentText: string,
  unique: number,
  isNasm: boolean,
): SourceLine[] {
  const values = isNasm
    ? splitOutside(argumentText, ',').map((part) => part.trim())
    : gasArguments(macro, argumentText);
  return macro.lines.map((line) => ({
    span: line.span,
    text: isNasm ? nasmLine(line.text, values, unique) : gasLine(line.text, macro, values, unique),
  }));
}

function nasmLine(text: string, values: readonly string[], unique: number): string {
  if (!text.includes('%')) return text;
  return text
    .replaceAll('%%', `..@${unique}.`)
    .replaceAll('%0', String(values.length))
    .replaceAll(/%\{?(\d+)\}?/g, (_, number: string) => values[Number(number) - 1] ?? '');
}

function gasLine(
  text: string,
  macro: LineMacro,
  values: readonly string[],
  unique: number,
): string {
  if (!text.includes('\\')) return text;
  let result = text.replaceAll('\\@', String(unique));
  macro.parameters
    .map((parameter, number) => ({ name: parameter.name, value: values[number] ?? '' }))
    .sort((a, b) => b.name.length - a.name.length)
    .forEach(({ name, value }) => {
      result = result.replaceAll(
        new RegExp(`\\\\${name.replaceAll('$', '\\$')}(?!\\w)`, 'g'),
        () => value,
      );
    });
  return result.replaceAll('\\()', '');
}

/** Positional and `name=value` arguments, separated by commas or blanks as gas allows. */
function gasArguments(macro: LineMacro, text: string): string[] {
  const values = macro.parameters.map((parameter) => parameter.byDefault);
  const words = gasWords(text);
  let position = 0;
  words.forEach((word, number) => {
    const named = /^([A-Za-z_]\w*)\s*=\s*(?!=)(.*)$/s.exec(word);
    const index = named
      ? macro.parameters.findIndex((parameter) => parameter.name === named[1])
      : -1;
    if (named && index >= 0) values[index] = unquoted(named[2] ?? '');
    else if (macro.parameters[position]?.takesRest === true) {
      values[position] = words.slice(number).join(', ');
      position = values.length;
    } else if (position < values.length) {
      if (word !== '') values[position] = unquoted(word);
      position++;
    }
  });
  return values;
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/s, '$1');
}

function gasWords(text: string): string[] {
  return splitOutside(text, ',').flatMap((part) => {
    const trimmed = part.trim();
    // Blanks separate too, but only where no operator stands beside them and outside quotes.
    return trimmed.includes('"')
      ? [trimmed]
      : trimmed.split(/(?<![-+*/|&<>=(,])\s+(?![-+*/|&<>=),])/);
  });
}
