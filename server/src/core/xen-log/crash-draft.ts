import type { Dump } from './dump.ts';
import { parseLocation } from './frames.ts';
import type { CallFrame, CrashKind, Crash, SourcePlace } from './model.ts';
import type { ReadLine } from './read-line.ts';

/** A Linux trace as gathered. */
export interface LinuxTrace {
  /** Domain of the relayed console; -1 is the log's own kernel. */
  readonly source: number;
  readonly lines: number[];
  readonly texts: string[];
  readonly frames: CallFrame[];
  readonly registers: Record<string, bigint>;
  selector?: string | undefined;
  rip?: string | undefined;
}

/** The lines of one crash before it is judged. */
export interface CrashDraft {
  readonly line: number;
  readonly reasons: readonly ReadLine[];
  readonly first: ReadLine;
  readonly dump?: Dump;
  readonly panic?: {
    readonly lines: readonly number[];
    readonly text: readonly string[];
    readonly cpu: number | undefined;
    readonly above: readonly ReadLine[];
  };
  readonly linux?: LinuxTrace;
  hostEnd?: ReadLine;
  endLine?: number;
}

export interface CrashSurroundings {
  readonly xenVersion: string | undefined;
  readonly lastLine: number;
}

/** What the lines of a crash amount to. */
export interface Verdict {
  readonly kind: CrashKind;
  readonly outcome: Crash['outcome'];
  readonly keyLine: number;
  /** One sentence. */
  readonly cause: string;
  readonly nextSteps: readonly string[];
  readonly culprit?: CallFrame | undefined;
  readonly place?: SourcePlace | undefined;
  readonly faultAddress?: bigint | undefined;
  readonly errorCode?: number | undefined;
  readonly vector?: number | undefined;
}

/** `name+0x1/0x2` of a frame, or its address. */
export function frameText(frame: CallFrame): string {
  const name =
    frame.symbol === undefined
      ? frame.address.toString(16).padStart(16, '0')
      : `${frame.file === undefined ? '' : `${frame.file}#`}${frame.symbol}`;
  if (frame.offsetBytes === undefined) return name;
  return `${name}+0x${frame.offsetBytes.toString(16)}/0x${(frame.sizeBytes ?? 0).toString(16)}`;
}

/** The frames of a draft; a dump without a trace still has its instruction pointer. */
export function framesOf(draft: CrashDraft): readonly CallFrame[] {
  if (draft.linux !== undefined) return draft.linux.frames;
  const dump = draft.dump;
  if (dump === undefined || dump.frames.length > 0) return dump?.frames ?? [];
  const address = dump.registers['rip'] ?? dump.registers['PC'];
  if (address === undefined || dump.ripText === undefined) return [];
  const line = dump.lines[Math.min(2, dump.lines.length - 1)] ?? dump.first.number;
  return [
    {
      line,
      address,
      lookupAddress: address,
      mark: 'instruction-pointer',
      ...parseLocation(dump.ripText),
    },
  ];
}
