import { BlockReader } from './blocks.ts';
import { BootFactsReader } from './boot-facts.ts';
import { CrashGrouping } from './crash-grouping.ts';
import { DomainMentions } from './domain-mentions.ts';
import { EventStore } from './event-store.ts';
import { eventOf, unlistedEvent } from './events.ts';
import { IncidentReader } from './incidents.ts';
import { LineClassifier, type Classified } from './line-classifier.ts';
import { LineSplitter } from './line-splitter.ts';
import type { KindMatch, MessageCatalogue } from './catalogue.ts';
import type { Dialect, LogAnalysis, LogEvent, LogScanner, ScanOptions } from './model.ts';
import { ShapeClusters, shapeOf } from './shape.ts';
import { severityOf } from './levels.ts';
import { SoftBreaks, type WholeLine } from './soft-breaks.ts';
import type { ShapeFate } from './byte-filter.ts';

const mostUnknownShapes = 200;

/** Lines of one shape that a large log lists; further ones are counted. */
const sampleOfHints = 20;
const sampleOfWarnings = 200;
const sampleOfErrors = 2000;
const rankOfNews = 20;

function sampleOf(match: KindMatch): number {
  const severity = severityOf(match.kind, match.fields);
  if (severity === 'error') return sampleOfErrors;
  if (severity === 'warning') return sampleOfWarnings;
  return match.kind.rootCauseRank > rankOfNews ? sampleOfWarnings : sampleOfHints;
}

/** Reads one log, line by line, and gathers all that can be told of it in one pass. */
export class Scanner implements LogScanner {
  private readonly classifier: LineClassifier;
  private readonly splitter: LineSplitter;
  private readonly softBreaks: SoftBreaks = new SoftBreaks();
  private readonly crashes: CrashGrouping = new CrashGrouping();
  private readonly facts: BootFactsReader = new BootFactsReader();
  private readonly blocks: BlockReader = new BlockReader();
  private readonly incidents: IncidentReader = new IncidentReader();
  private readonly domains: DomainMentions = new DomainMentions();
  private readonly unknown: ShapeClusters = new ShapeClusters();
  private readonly events: EventStore;
  private readonly options: ScanOptions;
  private readonly linesByDialect: Partial<Record<Dialect, number>> = {};
  private lineCount = 0;
  private classifiedLineCount = 0;
  private eventCount = 0;
  private countedOnly = 0;
  /** A console line that no kind knows, kept back in case the next line is its wrapped end. */
  private held: Classified | undefined;

  constructor(catalogue: MessageCatalogue, options: ScanOptions) {
    this.classifier = new LineClassifier(catalogue);
    this.options = options;
    this.events = new EventStore(
      options.maxEvents ?? (options.onEvent === undefined ? Infinity : 0),
    );
    this.splitter = new LineSplitter(options.lineBreaks ?? 'line-feed', (line) =>
      this.takeLine(line),
    );
  }

  feed(text: string): void {
    this.splitter.feed(text);
  }

  /** Counts lines that were not read: of one dialect, kind and shape. */
  skip(lines: {
    readonly count: number;
    readonly dialect: Dialect | undefined;
    readonly shape: number;
    readonly line: number;
    readonly kind: string | undefined;
    readonly example: string;
  }): void {
    const { example } = lines;
    if (lines.dialect !== undefined) this.countLines(lines.dialect, lines.count);
    if (lines.kind !== undefined) {
      this.countedOnly += lines.count;
      this.events.count(lines.kind, lines.count);
    } else if (example.trim() !== '')
      this.unknown.add(lines.shape, lines.line, () => example, lines.count);
    else if (lines.dialect === undefined) this.classifiedLineCount += lines.count;
  }

  /** What becomes of lines like this one, without reading it into the log. */
  judge(raw: string): ShapeFate {
    const parts = this.classifier.classify(raw, 1);
    const part = parts[0];
    if (parts.length !== 1 || part === undefined)
      return { dialect: undefined, kind: 'several', isTrouble: false, sample: Infinity };
    const dialect = part.isClassified ? part.line.dialect : undefined;
    const match = part.line.match;
    if (match !== undefined) {
      const severity = severityOf(match.kind, match.fields);
      const isTrouble = severity === 'error' || severity === 'warning';
      return { dialect, kind: match.kind.id, isTrouble, sample: sampleOf(match) };
    }
    const kind = part.unlisted === undefined ? undefined : `unlisted.${part.unlisted}`;
    return { dialect, kind, isTrouble: false, sample: kind === undefined ? 0 : sampleOfHints };
  }

  /** Takes one line by its number; lines may be left out, never come back. */
  takeLine(raw: string, number: number = this.lineCount + 1): void {
    this.lineCount = Math.max(this.lineCount, number);
    const whole = this.softBreaks.take(raw, number);
    if (whole !== undefined) this.takeWhole(whole);
  }

  /** Tells how long the log is where its last lines were skipped. */
  setLineCount(count: number): void {
    this.lineCount = count;
  }

  finish(): LogAnalysis {
    this.splitter.finish();
    const rest = this.softBreaks.finish();
    if (rest !== undefined) this.takeWhole(rest);
    this.release();
    const boots = this.facts.list();
    const crashes = this.crashes.finish(boots.at(-1)?.xenVersion, this.lineCount);
    return {
      lineCount: this.lineCount,
      classifiedLineCount: this.classifiedLineCount,
      linesByDialect: this.linesByDialect,
      events: this.events.list(),
      droppedEventCount: this.eventCount - this.events.size + this.countedOnly,
      countedOnlyEventCount: this.countedOnly,
      countByKind: this.events.countByKind,
      crashes,
      incidents: this.incidents.list(crashes),
      boots,
      blocks: this.blocks.list(crashes),
      domains: this.domains.list(),
      unknown: this.unknown.list(mostUnknownShapes),
    };
  }

  private takeWhole({ text, number, lineCount }: WholeLine): void {
    const parts = this.classifier.classify(text, number);
    const dialect = parts.find((part) => part.isClassified)?.line.dialect;
    if (lineCount > 1 && dialect !== undefined) this.countLines(dialect, lineCount - 1);
    for (const part of parts)
      this.takePart(lineCount === 1 ? part : { ...part, endLine: number + lineCount - 1 });
  }

  private takePart(part: Classified): void {
    const held = this.held;
    if (held !== undefined) {
      this.held = undefined;
      const joined = this.classifier.join(held, part);
      if (joined !== undefined) {
        this.process(joined);
        this.countLines(joined.line.dialect, 1);
        return;
      }
      this.process(held);
    }
    if (part.canContinue) this.held = part;
    else this.process(part);
  }

  private release(): void {
    const held = this.held;
    this.held = undefined;
    if (held !== undefined) this.process(held);
  }

  private process(part: Classified): void {
    const { line } = part;
    if (part.isClassified) this.countLines(line.dialect, 1);
    this.crashes.take(line);
    this.facts.take(line);
    this.blocks.take(line);
    const event =
      line.match === undefined
        ? part.unlisted === undefined
          ? undefined
          : unlistedEvent(line, part.unlisted, this.eventCount, part.payloadColumn)
        : eventOf(line, this.eventCount, part.payloadColumn);
    if (event !== undefined)
      this.emit(part.endLine === undefined ? event : { ...event, endLine: part.endLine });
    if (line.match === undefined && line.payload.trim() !== '')
      this.unknown.add(part.shape ?? shapeOf(line.payload), line.number, () => line.payload);
  }

  private countLines(dialect: Dialect, count: number): void {
    this.classifiedLineCount += count;
    this.linesByDialect[dialect] = (this.linesByDialect[dialect] ?? 0) + count;
  }

  private emit(event: LogEvent): void {
    this.eventCount++;
    this.events.add(event);
    this.incidents.take(event);
    this.domains.take(event);
    this.options.onEvent?.(event);
  }
}
