import type { Span } from '#core/text';
import { argumentsAt } from './expansion.ts';
import { splitOutside } from './operands.ts';
import type { OperationSink } from './sink.ts';
import type { SourceLine } from './statements.ts';

/** What the expansions below need of the reader. */
export interface StatementReader {
  readonly sink: OperationSink;
  readText(text: string, span: Span): void;
  readStatement(statement: SourceLine): void;
  addLabel(name: string, span: Span): void;
}

/**
 * Code patched at run time: `ALTERNATIVE "old", "new", FEATURE` (Linux and Xen; texts quoted or not) and
 * `ALTERNATIVE_2`. Each text is a possible path; an empty one falls through.
 */
export function readAlternative(
  reader: StatementReader,
  name: string,
  rest: string,
  statement: SourceLine,
): boolean {
  if (!/^ALTERNATIVE(_\d|_TERNARY|_CALL)?$|^alternative(_\d)?$/.test(name)) return false;
  const parts = splitOutside(rest, ',').map((part) => part.trim());
  const texts = [parts[0] ?? ''];
  const features = [''];
  for (let i = 1; i + 1 < parts.length; i += 2) {
    texts.push(parts[i] ?? '');
    features.push(parts[i + 1] ?? '');
  }
  readArms(
    reader,
    texts.map((text) => unquote(text)),
    features,
    statement.span,
  );
  return true;
}

function readArms(
  reader: StatementReader,
  texts: readonly string[],
  features: readonly string[],
  span: Span,
): void {
  const { sink } = reader;
  const end = sink.uniqueLabel('alternative');
  const arms = texts.map(() => sink.uniqueLabel('alternative'));
  const outer = sink.configuration;
  const group = sink.uniqueNumber();
  sink.add({ kind: 'fork', targets: arms, features }, span);
  texts.forEach((text, number) => {
    sink.label(arms[number] ?? '', span);
    const feature = features[number] ?? '';
    // The first text runs where none of the features is there.
    if (feature !== '') sink.assume({ condition: feature, holds: true, group });
    else
      features.slice(1).forEach((other) => sink.assume({ condition: other, holds: false, group }));
    reader.readText(text, span);
    sink.add({ kind: 'goto', target: end }, span);
    sink.configuration = outer;
  });
  sink.label(end, span);
}

function unquote(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('\\"', '"') : text;
}

/**
 * Xen's out-of-line blocks: `UNLIKELY_START(cond, tag)` ... `UNLIKELY_END(tag)` runs only when `cond` holds and
 * comes back to the end tag; `UNLIKELY_DONE(cond, tag)` leaves it early.
 */
export function readUnlikely(
  reader: StatementReader,
  name: string,
  rest: string,
  span: Span,
): boolean {
  if (!name.startsWith('UNLIKELY_')) return false;
  const values = argumentsAt(rest, 0)?.arguments ?? [];
  const { sink } = reader;
  const jump = (condition: string, target: string): void => {
    reader.readStatement({ text: `j${condition} ${target}`, span });
  };
  switch (name) {
    case 'UNLIKELY_START':
    case 'UNLIKELY_START_SECTION':
      jump(values[0] ?? 'e', `.Lunlikely.${values[1] ?? ''}`);
      sink.pushSection(`${sink.sectionName}.unlikely`);
      sink.add({ kind: 'end' }, span);
      reader.addLabel(`.Lunlikely.${values[1] ?? ''}`, span);
      return true;
    case 'UNLIKELY_DONE':
      jump(values[0] ?? 'e', `.Llikely.${values[1] ?? ''}`);
      return true;
    case 'UNLIKELY_END':
    case 'UNLIKELY_END_SECTION':
      sink.add({ kind: 'goto', target: `.Llikely.${values[0] ?? ''}` }, span);
      sink.popSection();
      reader.addLabel(`.Llikely.${values[0] ?? ''}`, span);
      return true;
    default:
      return /^UNLIKELY_DISPATCH_LABEL$/.test(name);
  }
}
