import type { Severity } from '#core/findings';

/** Where a message comes from, in the source of the project that prints it. */
export interface MessageSource {
  readonly repository: string;
  readonly path: string;
  readonly line: number;
  readonly commit: string;
}

/** A kind of log line: how it is recognised and what it means. One entry of `messages.json`. */
export interface MessageKind {
  /** Dotted name, e.g. `xen.crash.pagefault`. */
  readonly id: string;
  readonly family: string;
  readonly title: string;
  /** Matches the payload, that is the line without transport, console prefix and stamp. Anchored; named groups are the fields. */
  readonly pattern: RegExp;
  /** Meaning of each named group. */
  readonly fields: Readonly<Record<string, string>>;
  readonly severity: Severity;
  /** 0 to 100: how likely this line, not a neighbour, is where the trouble started. */
  readonly rootCauseRank: number;
  /** Whether a guest may be able to cause it. */
  readonly mayBeSecurity: boolean;
  readonly explanation: string;
  readonly causes: readonly string[];
  readonly nextSteps: readonly string[];
  readonly example: string;
  readonly source?: MessageSource;
  /** Xen releases that print it: `true` seen in the tree, `false` not; missing when not tracked. */
  readonly presentIn: Readonly<Record<string, boolean>>;
  /** Matches almost anything of its dialect; tried last. */
  readonly isGeneric: boolean;
  /** Console prefix without which it must not match, e.g. `(dN)`. */
  readonly onlyPrefix?: string;
}

const severities: ReadonlySet<string> = new Set(['error', 'warning', 'information', 'hint']);

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

function recordOf<T>(value: unknown, keep: (item: unknown) => item is T): Record<string, T> {
  const result: Record<string, T> = {};
  if (!isRecord(value)) return result;
  for (const [key, item] of Object.entries(value)) if (keep(item)) result[key] = item;
  return result;
}

const isText = (item: unknown): item is string => typeof item === 'string';
const isFlag = (item: unknown): item is boolean => typeof item === 'boolean';

function readSource(value: unknown): MessageSource | undefined {
  if (!isRecord(value) || textOf(value['path']) === '') return undefined;
  return {
    repository: textOf(value['repo']),
    path: textOf(value['path']),
    line: numberOf(value['line']),
    commit: textOf(value['commit']),
  };
}

function readMessage(value: unknown): MessageKind | undefined {
  if (!isRecord(value)) return undefined;
  const severity = textOf(value['severity']);
  const source = readSource(value['source']);
  const onlyPrefix = textOf(value['only_prefix']);
  if (!severities.has(severity) || textOf(value['pattern']) === '') return undefined;
  return {
    id: textOf(value['id']),
    family: textOf(value['family']),
    title: textOf(value['title']),
    pattern: new RegExp(textOf(value['pattern'])),
    fields: recordOf(value['fields'], isText),
    severity: severity as Severity,
    rootCauseRank: numberOf(value['root_cause_rank']),
    mayBeSecurity: value['security'] === 'maybe',
    explanation: textOf(value['explanation']),
    causes: textsOf(value['causes']),
    nextSteps: textsOf(value['next_steps']),
    example: textOf(value['example']),
    ...(source === undefined ? {} : { source }),
    presentIn: recordOf(value['present_in'], isFlag),
    isGeneric: value['generic'] === true,
    ...(onlyPrefix === '' ? {} : { onlyPrefix }),
  };
}

/** Types the parsed `messages.json`, specific kinds first and generic ones last; entries it cannot use are left out. */
export function readMessages(json: unknown): readonly MessageKind[] {
  const list = isRecord(json) && Array.isArray(json['messages']) ? json['messages'] : [];
  const kinds = list.map(readMessage).filter((kind) => kind !== undefined);
  return [...kinds.filter((kind) => !kind.isGeneric), ...kinds.filter((kind) => kind.isGeneric)];
}
