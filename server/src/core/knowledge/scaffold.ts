/** A section of a bug report as the project's maintainers expect it. */
export interface ScaffoldSection {
  readonly id: string;
  readonly label: string;
  /** True, false, or the condition in words. */
  readonly required: boolean | string;
  /** What to ask the person who reports. */
  readonly prompt?: string;
  /** Facts that fill it without asking, e.g. `xen.version`. */
  readonly auto: readonly string[];
  readonly choices: readonly string[];
  readonly rule?: string;
}

/** Where a fact comes from, and the command that tells it when the log does not. */
export interface ScaffoldFact {
  readonly key: string;
  readonly source: string;
  readonly fallback?: string;
  readonly command?: string;
  readonly path?: string;
}

/** A kind of private text with lines that hold one and lines that do not. */
export interface ScaffoldRedaction {
  readonly id: string;
  readonly positive: readonly string[];
  readonly negative: readonly string[];
}

/** One check of the score; all points together are 100. */
export interface ScaffoldCheck {
  readonly id: string;
  readonly points: number;
  readonly test: string;
}

/** The knowledge about bug reports, decoded from `scaffold.json`. */
export interface Scaffold {
  readonly sections: readonly ScaffoldSection[];
  readonly facts: readonly ScaffoldFact[];
  readonly redaction: readonly ScaffoldRedaction[];
  readonly checks: readonly ScaffoldCheck[];
}

type Json = Readonly<Record<string, unknown>>;

/** Decodes the parsed `scaffold.json`; entries of another shape are left out. */
export function readScaffold(data: unknown): Scaffold {
  const root = record(data);
  return {
    sections: list(root['sections']).map((entry) => ({
      id: text(entry['id']),
      label: text(entry['label']),
      required:
        typeof entry['required'] === 'boolean' ? entry['required'] : text(entry['required']),
      ...optional('prompt', entry['prompt']),
      auto: texts(entry['auto']),
      choices: texts(entry['choices']),
      ...optional('rule', entry['rule']),
    })),
    facts: list(root['autofill']).map((entry) => ({
      key: text(entry['key']),
      source: text(entry['source']),
      ...optional('fallback', entry['fallback']),
      ...optional('command', entry['command']),
      ...optional('path', entry['path']),
    })),
    redaction: list(root['redaction']).map((entry) => ({
      id: text(entry['id']),
      positive: texts(entry['positive']),
      negative: texts(entry['negative']),
    })),
    checks: list(root['completeness']).map((entry) => ({
      id: text(entry['id']),
      points: typeof entry['points'] === 'number' ? entry['points'] : 0,
      test: text(entry['test']),
    })),
  };
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function optional<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  return (typeof value === 'string' ? { [key]: value } : {}) as { readonly [P in K]?: string };
}
