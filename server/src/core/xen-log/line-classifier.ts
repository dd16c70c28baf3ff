import type { MessageKind } from '#core/knowledge';
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
    for (const text of [`${head} ${tail}`, head + tail]) {
      const match = this.catalogue.match(text, allows);
      if (match === undefined || !isBetter(match, held.line.match)) continue;
      return {
        line: { ...held.line, payload: text, match },
        payloadColumn: held.payloadColumn,
        isClassified: true,
        endLine: next.line.number,
        canContinue: false,
        isBare: false,
      };
    }
    return undefined;
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
    const match = this.match(prefix, payload);
    const shape = match === undefined ? shapeOf(payload) : undefined;
    const known = match === undefined ? this.recall(prefix, payload, shape ?? 0) : undefined;
    const dialect = match === undefined ? known?.dialect : this.dialectOfMatch(prefix, match.kind);
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

  private match(prefix: LinePrefix, payload: string): KindMatch | undefined {
    if (prefix.console === 'guest') {
      const inner = this.catalogue.match(payload, allowsLinux);
      if (inner !== undefined) return inner;
      return this.guestKind === undefined ? undefined : { kind: this.guestKind, fields: {} };
    }
    const allows =
      prefix.console === 'xen'
        ? allowsForXen
        : prefix.console === 'linux'
          ? allowsLinux
          : this.hasConsole
            ? allowsOutside
            : undefined;
    const match = this.catalogue.match(payload, allows);
    if (match !== undefined) return fits(match) ? match : undefined;
    // A dump that lost its prefix in the middle of a capture that has it.
    if (prefix.console !== 'none' || !this.hasConsole) return undefined;
    if (writerOf(payload, prefix) !== 'xen-console') return undefined;
    return this.catalogue.match(payload, allowsForXen);
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

/** Whether a match leaves room for a continuation: none at all, or a RIP without its symbol. */
function isOpen(match: KindMatch | undefined): boolean {
  if (match === undefined) return true;
  return match.kind.id === 'xen.crash.rip' && match.fields['sym'] === undefined;
}

const isBetter = (match: KindMatch, old: KindMatch | undefined): boolean =>
  old === undefined || Object.keys(match.fields).length > Object.keys(old.fields).length;
