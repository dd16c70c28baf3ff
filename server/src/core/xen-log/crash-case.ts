import type { CrashDraft, Verdict } from './crash-draft.ts';
import type { CallFrame } from './model.ts';
import type { ReadLine } from './read-line.ts';

/** A draft with what every judge asks of it. */
export interface Case {
  readonly draft: CrashDraft;
  readonly frames: readonly CallFrame[];
  readonly culprit: CallFrame | undefined;
  readonly panicText: readonly string[];
  readonly outcome: Verdict['outcome'];
  reason(...kinds: readonly string[]): ReadLine | undefined;
}

/** ` in lab_read_value (common/crashlab.c)`, or nothing. */
export function inFunction(frame: CallFrame | undefined): string {
  if (frame?.symbol === undefined) return '';
  return ` in ${frame.symbol}()${frame.file === undefined ? '' : ` of ${frame.file}`}`;
}

/** The line of the block that says most: highest rank, earliest on ties. */
export function keyLineOf(crash: Case, preferred?: ReadLine): number {
  if (preferred !== undefined) return preferred.number;
  const near = crash.draft.reasons.filter(
    (reason) =>
      Math.abs(reason.number - crash.draft.first.number) <= 60 ||
      (crash.draft.panic?.lines.includes(reason.number) ?? false),
  );
  let best: ReadLine | undefined;
  for (const reason of near)
    if ((reason.match?.kind.rootCauseRank ?? 0) > (best?.match?.kind.rootCauseRank ?? 20))
      best = reason;
  if (best !== undefined) return best.number;
  const box = crash.draft.panic;
  if (box !== undefined && crash.draft.dump === undefined)
    return box.lines.at(-2) ?? box.lines.at(-1) ?? crash.draft.first.number;
  return crash.draft.dump?.lines[2] ?? crash.draft.first.number;
}
