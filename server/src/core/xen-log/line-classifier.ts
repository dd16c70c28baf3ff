import type { MessageKind } from '#core/knowledge';
import { BareXen } from './bare-xen.ts';
import type { KindMatch, MessageCatalogue } from './catalogue.ts';
import { cleanLine, originalColumn, type CleanLine } from './clean.ts';
import { formOf, writerOf } from './dialects/index.ts';
import { unlistedLevel, type UnlistedLevel } from './levels.ts';
import type { Dialect } from './model.ts';
import { readPrefix, type LinePrefix } from './prefix.ts';
import type { ReadLine } from './read-line.ts';
import { shapeOf } from './shape.ts';

/** A line with all that it says of itself. */
export interface Classified {
  readonly line: ReadLine;
  readonly payloadColumn: number;
  readonly isClassified: boolean;
  readonly unlisted?: UnlistedLevel;
  readonly shape?: number;
  /** Last line where a message was wrapped over several. */
  readonly endLine?: number;
  /** True for console lines that the next line may continue. */
  readonly canContinue: boolean;
  /** True for lines without a prefix, which may continue the last one. */
  readonly isBare: boolean;
}

interface Remembered {
  readonly dialect: Dialect | undefined;
  readonly unlisted: UnlistedLevel | undefined;
}

const mostRemembered = 20_000;

/** Families that Linux or dom0's user space prints; all others are the hypervisor's. */
const outsideXen: ReadonlySet<string> = new Set([
  'linux-xen',
  'libxl',
  'xl',
  'xenstored',
  'hotplug',
  'xapi',
]);

const allowsForXen = (kind: MessageKind): boolean => kind.family !== 'linux-xen' && !kind.isGeneric;
const allowsOutside = (kind: MessageKind): boolean => outsideXen.has(kind.family);
const allowsLinux = (kind: MessageKind): boolean => kind.family === 'linux-xen';

function dialectOfKind(kind: MessageKind): Dialect {
  if (kind.family === 'linux-xen') return 'linux-kernel';
  if (kind.id.startsWith('libxl.')) return 'libxl';
  if (kind.id.startsWith('xc.')) return 'libxc';
  if (kind.family === 'xl') return 'xl';
  if (kind.family === 'xenstored') return 'xenstored';
  if (kind.family === 'hotplug') return 'hotplug';
  if (kind.family === 'xapi') return 'xapi';
  if (kind.id === 'guest.console') return 'guest-console';
  return 'xen-console';
}

/** Matches that their fields take back: `hotplug.fatal` begins with any path, but means Xen's own scripts. */
function fits(match: KindMatch): boolean {
  if (match.kind.id === 'hotplug.fatal')
    return /xen|hotplug|scripts/.test(match.fields['script'] ?? '');
  return true;
}

/** Where a second writer cut into a line: `****(XEN) [ts] Watchdog`. Not where a guest's own Xen speaks. */
function innerStart(text: string, from: number): number {
  const at = text.indexOf('(XEN) ', from);
  if (at <= 0) return -1;
  return /^\(XEN\) (?:\[|[A-Z*' -])/.test(text.slice(at, at + 8)) ? at : -1;
}

/** Classifies lines one after the other; remembers what writers a file has shown. */
export class LineClassifier {
  private readonly catalogue: MessageCatalogue;
  private readonly guestKind: MessageKind | undefined;
  private readonly remembered: Map<number, Remembered> = new Map();
  private hasConsole = false;
  private lastWriter: Dialect | undefined;
  private readonly bareXen: BareXen = new BareXen();

  constructor(catalogue: MessageCatalogue) {
    this.catalogue = catalogue;
    this.guestKind = catalogue.kind('guest.console');
  }

  /** The parts of a line: one, or several where two writers share it. */
  classify(raw: string, number: number): readonly Classified[] {
    const clean = cleanLine(raw);
    const prefix = readPrefix(clean.text);
    if (prefix.console !== 'guest') {
      const inner = innerStart(clean.text, prefix.payloadStart + 1);
      if (inner > 0) return this.classifyShared(clean, prefix, inner, number);
    }
    return [this.classifyPart(clean, prefix, clean.text.slice(prefix.payloadStart), number, 0)];
  }

  /** The held line and its continuation as one, when only together they are a known message. */
  join(held: Classified, next: Classified): Classified | undefined {
    if (!next.isBare || next.line.match !== undefined || next.line.payload.trim() === '')
      return undefined;
    const allows = held.line.dialect === 'xen-console' ? allowsForXen : allowsLinux;
    const [head, tail] = [held.line.payload.trimEnd(), next.line.payload.trimStart()];
    const joined = [`${head} ${tail}`, head + tail]
      .map((text) => ({ text, match: this.catalogue.match(text, allows) }))
      .filter(({ match }) => match !== undefined && isBetter(match, held.line.match));
    // A symbol that was cut in the middle has a blank in it when it is joined with one.
    const best = joined.find(({ match }) => !/ [^[]/.test(match?.fields['sym'] ?? '')) ?? joined[0];
    if (best?.match === undefined) return undefined;
    return {
      line: { ...held.line, payload: best.text, match: best.match },
      payloadColumn: held.payloadColumn,
      isClassified: true,
      endLine: next.line.number,
      canContinue: false,
      isBare: false,
    };
  }

  private classifyShared(
    clean: CleanLine,
    prefix: LinePrefix,
    inner: number,
    number: number,
  ): readonly Classified[] {
    const first = clean.text.slice(prefix.payloadStart, inner);
    const rest = clean.text.slice(inner);
    const parts: Classified[] = [];
    if (first.trim() !== '') {
      const part = this.classifyPart(clean, prefix, first, number, 0);
      // The line counts once.
      parts.push({ ...part, isClassified: false, canContinue: false });
    }
    parts.push(
      this.classifyPart(
        clean,
        readPrefix(rest),
        rest.slice(readPrefix(rest).payloadStart),
        number,
        inner,
      ),
    );
    return parts;
  }

  private classifyPart(
    clean: CleanLine,
    prefix: LinePrefix,
    payload: string,
    number: number,
    base: number,
  ): Classified {
    const payloadColumn = originalColumn(clean, base + prefix.payloadStart);
    const found = this.match(prefix, payload, number);
    const match = found?.match;
    const shape = match === undefined ? shapeOf(payload) : undefined;
    const known = match === undefined ? this.recall(prefix, payload, shape ?? 0) : undefined;
    const dialect =
      found?.dialect ??
      (match === undefined ? known?.dialect : this.dialectOfMatch(prefix, match.kind));
    const isConsole = prefix.console === 'xen' || prefix.console === 'linux';
    if (isConsole || prefix.console === 'guest') this.hasConsole = true;
    if (dialect !== undefined && prefix.transport === 'none') this.lastWriter = dialect;
    const line: ReadLine = {
      number,
      dialect: dialect ?? 'console-text',
      payload,
      ...(prefix.time === undefined ? {} : { time: prefix.time }),
      ...(prefix.guestDomain === undefined ? {} : { guestDomain: prefix.guestDomain }),
      ...(match === undefined ? {} : { match }),
    };
    return {
      line,
      payloadColumn,
      isClassified: dialect !== undefined || payload.trim() === '',
      ...(known?.unlisted === undefined ? {} : { unlisted: known.unlisted }),
      ...(shape === undefined ? {} : { shape }),
      canContinue: isConsole && payload.length > 20 && isOpen(match),
      isBare: prefix.console === 'none' && prefix.process === undefined,
    };
  }

  private match(
    prefix: LinePrefix,
    payload: string,
    number: number,
  ): { readonly match?: KindMatch; readonly dialect?: Dialect } | undefined {
    if (prefix.console === 'guest') {
      const inner = this.find(payload, allowsLinux);
      if (inner !== undefined) return { match: inner };
      return this.guestKind === undefined
        ? undefined
        : { match: { kind: this.guestKind, fields: {} } };
    }
    if (prefix.console === 'none') return this.matchBare(payload, number);
    if (prefix.console === 'xen') this.bareXen.reset();
    const match = this.find(payload, prefix.console === 'xen' ? allowsForXen : allowsLinux);
    return match === undefined ? undefined : { match };
  }

  /** A line without a console's prefix: of a program, or of a dump that lost its own. */
  private matchBare(
    payload: string,
    number: number,
  ): { readonly match?: KindMatch; readonly dialect?: Dialect } | undefined {
    const isNear = this.bareXen.isNear(payload, number);
    const outside = this.find(payload, this.hasConsole ? allowsOutside : undefined);
    if (outside !== undefined && (!isNear || !outside.kind.isGeneric)) {
      if (isNear) this.bareXen.isBoxText(outside, payload);
      return { match: outside };
    }
    if (!isNear) return undefined;
    const match = this.find(payload, this.bareXen.allows);
    const isBoxText = this.bareXen.isBoxText(match, payload);
    if (match !== undefined) return { match, dialect: 'xen-console' };
    return isBoxText ? { dialect: 'xen-console' } : undefined;
  }

  /** The kind of a payload, which may have blanks behind it that its writer did not print. */
  private find(
    payload: string,
    allows: ((kind: MessageKind) => boolean) | undefined,
  ): KindMatch | undefined {
    const trimmed = payload.trimEnd();
    const match =
      this.catalogue.match(trimmed, allows) ??
      (trimmed === payload ? undefined : this.catalogue.match(payload, allows));
    return match !== undefined && fits(match) ? match : undefined;
  }

  private dialectOfMatch(prefix: LinePrefix, kind: MessageKind): Dialect {
    if (prefix.console === 'xen') return 'xen-console';
    if (prefix.console === 'guest') return 'guest-console';
    return dialectOfKind(kind);
  }

  /** Writer and level of a line that no kind knows; lines of one shape are judged once. */
  private recall(prefix: LinePrefix, payload: string, shape: number): Remembered {
    const canRemember = prefix.level === undefined && prefix.process === undefined;
    const key =
      shape * 4 +
      (prefix.console === 'none' ? (this.hasConsole ? 1 : 0) : prefix.console === 'xen' ? 2 : 3);
    const known = canRemember ? this.remembered.get(key) : undefined;
    if (known !== undefined && known.dialect !== undefined) return known;
    const dialect = this.dialectOf(prefix, payload);
    const result: Remembered = {
      dialect,
      unlisted:
        payload.trim() === ''
          ? undefined
          : unlistedLevel(payload, dialect ?? 'console-text', prefix.level),
    };
    if (canRemember && this.remembered.size < mostRemembered) this.remembered.set(key, result);
    return result;
  }

  private dialectOf(prefix: LinePrefix, payload: string): Dialect | undefined {
    const writer = writerOf(payload, prefix);
    if (writer !== undefined) return writer;
    if (prefix.transport === 'xenconsoled') return 'guest-console';
    if (this.hasConsole) return prefix.transport === 'quote' ? 'mail-text' : 'console-text';
    if (payload.trim() === '') return this.lastWriter;
    return (
      formOf(payload, prefix) ?? (prefix.transport === 'iso' ? 'system-log' : this.continued())
    );
  }

  /** Programs that write several lines at a time; a line of no form goes on with what the last one wrote. */
  private continued(): Dialect | undefined {
    const last = this.lastWriter;
    if (last === undefined || last === 'command-output' || last === 'configuration')
      return undefined;
    return last;
  }
}

/** Kinds that name a symbol, and the field that shows that it is whole. */
const symbolFields: Readonly<Record<string, string>> = {
  'xen.crash.rip': 'sym',
  'xen.crash.calltrace.entry': 'size',
  'xen.domcrash.from': 'line',
  'arm.reg.pc': 'sym',
};

/** Whether a match leaves room for a continuation: none at all, or an address without its whole symbol. */
function isOpen(match: KindMatch | undefined): boolean {
  if (match === undefined) return true;
  const field = symbolFields[match.kind.id];
  if (field === undefined) return false;
  const value = match.fields[field];
  return value === undefined || (field === 'sym' && !/\/0x[0-9a-f]/.test(value));
}

const isBetter = (match: KindMatch, old: KindMatch | undefined): boolean =>
  old === undefined ||
  (isOpen(old) && !isOpen(match)) ||
  Object.keys(match.fields).length > Object.keys(old.fields).length;
