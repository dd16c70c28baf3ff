import type { MessageKind } from '#core/knowledge';
import type { CallFrame, Crash, KnownFixes, LogAnalysis, LogEvent, LogTime } from '#core/xen-log';
import type { MessageOrigin } from './log-source.ts';

/** Addresses as text, since JSON numbers lose digits. */
export const hexText = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`;

const timeText = (time: LogTime | undefined): { readonly time?: string } =>
  time === undefined ? {} : { time: time.text };

/** An event as the command line's contract spells it; `id` is the message kind. */
export function eventJson(
  event: LogEvent,
  kind: MessageKind | undefined,
  source: MessageOrigin | undefined,
): object {
  return {
    id: event.kind,
    kind: event.kind,
    family: kind?.family ?? 'unlisted',
    severity: event.severity,
    line: event.line,
    endLine: event.endLine,
    ...timeText(event.time),
    dialect: event.dialect,
    ...(event.domain === undefined ? {} : { domain: event.domain }),
    ...(event.cpu === undefined ? {} : { cpu: event.cpu }),
    title: event.title,
    text: event.text,
    fields: event.fields,
    rank: event.rootCauseRank,
    next: kind?.nextSteps ?? [],
    ...(source === undefined ? {} : { source }),
  };
}

/** What the version says of security fixes. */
export function fixesJson(fixes: KnownFixes): object {
  return {
    version: fixes.version,
    lacking: fixes.lacking.map(({ number }) => `XSA-${number}`),
    touching: fixes.touching.map(({ crash, advisories }) => ({
      crash,
      advisories: advisories.map(({ number, title, fixedIn, url }) => ({
        xsa: `XSA-${number}`,
        title: title ?? null,
        fixedIn,
        url,
      })),
    })),
  };
}

/** A place in source for a frame: from the frame's own file, the crash's message, or a tree. */
export interface FramePlace {
  readonly file: string;
  readonly line?: number;
}

function frameJson(frame: CallFrame, place: FramePlace | undefined): object {
  return {
    address: hexText(frame.address),
    symbol: frame.symbol ?? null,
    ...(frame.offsetBytes === undefined ? {} : { offset: frame.offsetBytes }),
    ...(frame.sizeBytes === undefined ? {} : { size: frame.sizeBytes }),
    mark: frame.mark,
    logLine: frame.line,
    ...(place === undefined
      ? frame.file === undefined
        ? {}
        : { file: frame.file }
      : { file: place.file, ...(place.line === undefined ? {} : { line: place.line }) }),
  };
}

/** A crash as the command line's contract spells it. */
export function crashJson(
  crash: Crash,
  placeOf: (frame: CallFrame) => FramePlace | undefined,
): object {
  const registers = Object.fromEntries(
    Object.entries(crash.registers).map(([name, value]) => [name, hexText(value)]),
  );
  return {
    kind: crash.kind,
    outcome: crash.outcome,
    line: crash.line,
    endLine: crash.endLine,
    keyLine: crash.keyLine,
    lines: crash.lines,
    ...timeText(crash.time),
    ...(crash.cpu === undefined ? {} : { cpu: crash.cpu }),
    ...(crash.domain === undefined ? {} : { domain: crash.domain }),
    ...(crash.context === undefined ? {} : { context: crash.context }),
    ...(crash.xenVersion === undefined ? {} : { xenVersion: crash.xenVersion }),
    ...(crash.architecture === undefined ? {} : { architecture: crash.architecture }),
    registers,
    callTrace: crash.callTrace.map((frame) => frameJson(frame, placeOf(frame))),
    ...(crash.faultAddress === undefined ? {} : { faultAddress: hexText(crash.faultAddress) }),
    ...(crash.errorCode === undefined ? {} : { errorCode: crash.errorCode }),
    panicText: crash.panicText,
    ...(crash.culprit === undefined
      ? {}
      : { culprit: frameJson(crash.culprit, placeOf(crash.culprit)) }),
    ...(crash.place === undefined ? {} : { place: crash.place }),
    cause: crash.cause,
    evidence: crash.evidence,
    next: crash.nextSteps,
    securityRelevant: crash.securityRelevant,
    signature: crash.signature,
  };
}

/** What follows the events in a file's record. */
export function closingJson(
  analysis: LogAnalysis,
  crashes: readonly object[],
  more: object,
): Record<string, unknown> {
  return {
    ...more,
    lines: analysis.lineCount,
    classifiedLines: analysis.classifiedLineCount,
    dialects: analysis.linesByDialect,
    eventsLeftOut: analysis.countedOnlyEventCount,
    countByKind: analysis.countByKind,
    crashes,
    incidents: analysis.incidents,
    unclassified: analysis.unknown,
  };
}

/** JSON of values that may hold 64-bit numbers. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? hexText(each) : each));
