import { cleanLine } from './clean.ts';
import { describeDomain, type Meaning } from './decode-value.ts';
import { describeKind } from './describe-kind.ts';
import { valueAt, type TokenContext } from './describe-token.ts';
import { dialectWords } from './describe-writer.ts';
import { catalogueOf, type LogKnowledge } from './door.ts';
import { LineClassifier, type Classified } from './line-classifier.ts';
import type { Crash, LogEvent } from './model.ts';
import { readPrefix } from './prefix.ts';
import type { SymbolMap } from './symbol-map.ts';

/** What a hover shows: Markdown and the columns it is about. */
export interface LineHover {
  readonly markdown: string;
  readonly startColumn: number;
  readonly endColumn: number;
}

/** What hovers may use besides the knowledge. */
export interface HoverContext {
  readonly map?: SymbolMap | undefined;
  /** True in the log of an Arm host. */
  readonly isArm?: boolean;
  /** The crash that the line is part of. */
  readonly crash?: Crash | undefined;
}

/** The part of a line under a column, where two writers share it. */
function partAt(raw: string, column: number, knowledge: LogKnowledge): Classified | undefined {
  const parts = new LineClassifier(catalogueOf(knowledge.messages)).classify(raw, 1);
  return parts.findLast((part) => part.payloadColumn <= column) ?? parts[0];
}

/** The message under a column as its writer formatted it; undefined on a blank line. */
export function messageAt(
  raw: string,
  column: number,
  knowledge: LogKnowledge,
): Pick<LogEvent, 'dialect' | 'text' | 'fields'> | undefined {
  const line = partAt(raw, column, knowledge)?.line;
  if (line === undefined || line.payload.trim() === '') return undefined;
  return { dialect: line.dialect, text: line.payload, fields: line.match?.fields ?? {} };
}

/** Original columns of the payload's characters: control characters between them are not in it. */
function columnsOf(raw: string, part: Classified): (column: number) => number {
  const { columns } = cleanLine(raw);
  if (columns === undefined) return (column) => part.payloadColumn + column;
  const first = columns.findIndex((each) => each >= part.payloadColumn);
  return (column) => columns[first + column] ?? (columns.at(-1) ?? -1) + 1;
}

function payloadColumn(raw: string, part: Classified, column: number): number {
  const { columns } = cleanLine(raw);
  if (columns === undefined) return column - part.payloadColumn;
  const first = columns.findIndex((each) => each >= part.payloadColumn);
  const at = columns.findIndex((each) => each >= column);
  return (at < 0 ? columns.length : at) - first;
}

/**
 * What a line means at a column: the value there decoded, the message that the line is, the crash it belongs to.
 * Every line that is not blank has an answer; where nobody knows the message, it says who wrote the line.
 */
export function describeAt(
  raw: string,
  column: number,
  knowledge: LogKnowledge,
  context: HoverContext = {},
): LineHover | undefined {
  const part = partAt(raw, column, knowledge);
  if (part === undefined) return undefined;
  const { payload, match } = part.line;
  if (payload.trim() === '') return undefined;
  const at = payloadColumn(raw, part, column);
  const prefix = at < 0 ? describePrefix(raw, part, knowledge) : undefined;
  if (prefix !== undefined) return prefix;
  const tokens: TokenContext = { knowledge, map: context.map, isArm: context.isArm === true };
  const found = at < 0 ? undefined : valueAt(match, payload, at, tokens);
  const sections: string[] = [
    ...(found === undefined ? [] : [found.meaning.join('  \n')]),
    match === undefined ? writerOfLine(part, context.crash) : describeKind(match.kind),
    ...(context.crash === undefined ? [] : [`Part of a crash: ${context.crash.cause}`]),
  ].filter((section) => section !== '');
  const original = columnsOf(raw, part);
  const [start, end] =
    found === undefined ? [0, payload.trimEnd().length] : [found.start, found.end];
  return {
    markdown: sections.join('\n\n---\n\n'),
    startColumn: original(start),
    endColumn: original(end - 1) + 1,
  };
}

/** Who wrote a line that no message kind knows; a line of a dump needs no more than the crash it is part of. */
function writerOfLine(part: Classified, crash: Crash | undefined): string {
  if (crash !== undefined) return '';
  const level = part.unlisted === undefined ? '' : ` It calls itself ${levelWords[part.unlisted]}.`;
  return `${dialectWords(part.line.dialect)} No message kind of the knowledge base fits this line.${level}`;
}

const levelWords = {
  error: 'an error',
  warning: 'a warning',
} as const satisfies Record<NonNullable<Classified['unlisted']>, string>;

/** What stands before the payload: a relayed guest, a raw time stamp. */
function describePrefix(
  raw: string,
  part: Classified,
  knowledge: LogKnowledge,
): LineHover | undefined {
  const clean = cleanLine(raw);
  const prefix = readPrefix(clean.text);
  const guest = prefix.guestDomain;
  const meaning: Meaning = [
    ...(guest === undefined
      ? []
      : [
          `${describeDomain(knowledge.tables, guest).join('')}: console text that the hypervisor relays`,
        ]),
    ...(prefix.time?.kind === 'raw' ? [rawStamp] : []),
  ];
  if (meaning.length === 0) return undefined;
  return { markdown: meaning.join('  \n'), startColumn: 0, endColumn: part.payloadColumn };
}

const rawStamp =
  'A raw time stamp counter: Xen prints these until its clocks run, whatever `console_timestamps=` says. The line `Detected nnnn MHz processor` tells how many ticks a second has.';
