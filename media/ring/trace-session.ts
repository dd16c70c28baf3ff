import { blockGeometry, type TraceLine, TraceReplayer } from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import type { TraceFrame, TraceSession } from './session.ts';

/** Replays a trace once and keeps the ring after every line; ends at the first line that cannot be run. */
export function traceSession(name: string, lines: readonly string[]): TraceSession {
  const layout = SLOT_LAYOUTS.x86_64;
  const replayer = new TraceReplayer(blockGeometry(layout));
  const frames: TraceFrame[] = [];
  let startIndex = 0;
  for (const text of lines) {
    if (text.trim() === '') continue;
    const line = JSON.parse(text) as TraceLine;
    if (line.op === 'init') startIndex = Number(line['arg'] ?? 0);
    if (typeof replayer.step(line) === 'string' || replayer.machine === undefined) break;
    frames.push({ ring: { ...replayer.machine.ring }, startIndex, line });
  }
  return { kind: 'trace', name, frames, layout };
}
