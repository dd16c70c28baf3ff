import { findSecretsInLine, isPseudonym } from './find.ts';
import type {
  FoundSecret,
  NamedText,
  PseudonymMap,
  Redaction,
  RedactionOptions,
  SecretKind,
  SecretSpan,
} from './model.ts';
import { spreadingNames, type NameSpread } from './spread.ts';

/**
 * Replaces the private texts of some files by pseudonyms, the same text by the same pseudonym in every file, so
 * that a reader can still follow who did what. Register values, addresses, symbols, versions, PCI addresses,
 * build ids and domain ids stay. Running it over its own result changes nothing.
 */
export function redact(files: readonly NamedText[], options: RedactionOptions = {}): Redaction {
  const read = files.map(readFile);
  const names = spreadingNames(
    read.flatMap(({ spans }) => spans.flat()),
    options.known ?? {},
  );
  const book = new PseudonymBook(options);
  const copies = read.map((file) => ({
    name: file.name,
    text: file.lines.map((line, at) => replaceLine({ file, line, at, names, book })).join('\n'),
  }));
  return { files: copies, found: book.found(), pseudonyms: book.pseudonyms() };
}

interface ReadFile {
  readonly name: string;
  readonly lines: readonly string[];
  readonly spans: readonly (readonly SecretSpan[])[];
}

function readFile({ name, text }: NamedText): ReadFile {
  const lines = text.split('\n');
  const spans: (readonly SecretSpan[])[] = [];
  let inKey = false;
  for (const line of lines) {
    const begins = /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line);
    const ends = line.includes('-----END ');
    spans.push(inKey && !ends ? wholeLine(line) : findSecretsInLine(line));
    inKey = (inKey || begins) && !ends;
  }
  return { name, lines, spans };
}

function wholeLine(line: string): readonly SecretSpan[] {
  const text = line.trim();
  const start = line.indexOf(text);
  if (text === '' || isPseudonym(text)) return [];
  return [{ kind: 'key', rule: 'key-block', start, end: start + text.length, text }];
}

interface LineToReplace {
  readonly file: ReadFile;
  readonly line: string;
  readonly at: number;
  readonly names: NameSpread;
  readonly book: PseudonymBook;
}

function replaceLine({ file, line, at, names, book }: LineToReplace): string {
  const spans = withoutOverlap([...(file.spans[at] ?? []), ...names.find(line)]);
  let out = '';
  let from = 0;
  for (const span of spans) {
    const pseudonym = book.take(span, file.name, at + 1);
    out += line.slice(from, span.start) + pseudonym;
    from = span.end;
  }
  return out + line.slice(from);
}

/** Keeps the spans that come first in the list where two overlap, and puts them in order of place. */
function withoutOverlap(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  const kept: SecretSpan[] = [];
  for (const span of spans) {
    if (kept.every((other) => span.end <= other.start || span.start >= other.end)) kept.push(span);
  }
  return kept.sort((a, b) => a.start - b.start);
}

/** Stems of pseudonyms; those in `unnumbered` carry no number for the first text, as there usually is only one. */
const stems: Readonly<Record<SecretKind, string>> = {
  email: 'EMAIL',
  builder: 'BUILDER',
  mac: 'MAC',
  ipv4: 'IP',
  ipv6: 'IP6',
  uuid: 'UUID',
  user: 'USER',
  secret: 'SECRET',
  key: 'KEY',
  serial: 'SERIAL',
  disk: 'DISK',
  iqn: 'IQN',
  wwn: 'WWN',
  host: 'HOST',
  guest: 'GUEST',
};
const unnumbered: ReadonlySet<SecretKind> = new Set(['builder', 'user', 'secret', 'key', 'serial']);

/** The prefix that Xen's own vif addresses share tells the reader something and identifies nobody. */
const xenMacPrefix = /^00[:-]16[:-]3e[:-]/i;

class PseudonymBook {
  private readonly byText = new Map<string, string>();
  private readonly used = new Set<string>();
  private readonly seen = new Map<string, FoundSecret>();
  private readonly keep: ReadonlySet<string>;

  constructor({ known = {}, keep = new Set() }: RedactionOptions) {
    this.keep = keep;
    for (const [text, pseudonym] of Object.entries(known)) {
      this.byText.set(text, pseudonym);
      this.used.add(pseudonym);
    }
  }

  take(span: SecretSpan, file: string, line: number): string {
    const pseudonym = this.byText.get(canonical(span)) ?? this.create(span);
    const before = this.seen.get(span.text);
    this.seen.set(
      span.text,
      before
        ? { ...before, count: before.count + 1 }
        : { kind: span.kind, text: span.text, pseudonym, count: 1, file, line },
    );
    return this.keep.has(span.text) ? span.text : pseudonym;
  }

  private create(span: SecretSpan): string {
    const prefix = span.kind === 'mac' ? (xenMacPrefix.exec(span.text)?.[0] ?? '') : '';
    const stem = stems[span.kind];
    let pseudonym = unnumbered.has(span.kind) ? `<${stem}>` : `<${stem}-1>`;
    for (let n = 2; this.used.has(pseudonym); n++) pseudonym = `<${stem}-${n}>`;
    this.used.add(pseudonym);
    this.byText.set(canonical(span), prefix + pseudonym);
    return prefix + pseudonym;
  }

  found(): readonly FoundSecret[] {
    return [...this.seen.values()];
  }

  pseudonyms(): PseudonymMap {
    return Object.fromEntries(this.byText);
  }
}

/** Spellings of one thing: letter case in addresses and identifiers, a host with and without its domain. */
function canonical({ kind, text }: SecretSpan): string {
  if (kind === 'host') return (/^([^.]+)\.[a-z]/i.exec(text)?.[1] ?? text).toLowerCase();
  if (kind === 'mac' || kind === 'uuid' || kind === 'ipv6' || kind === 'email' || kind === 'wwn') {
    return text.toLowerCase();
  }
  return text;
}
