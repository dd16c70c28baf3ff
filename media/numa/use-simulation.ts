import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Plan, PlanSimulation, RunSegment, SimReport } from '#core/numa';
import { prefersStill } from '../shared/announce.ts';
import { Clock } from './clock.ts';
import type { PanelState } from './panel-state.ts';
import { useTools } from './tools-loader.ts';

const SETTLE_MS = 120;
/** Simulated microseconds per millisecond of playback. */
const US_PER_MS = 40;
const STILL_STEP_US = 50_000;

/** A finished run with its recorded stretches. */
export interface Run {
  readonly input: PlanSimulation;
  readonly segments: readonly RunSegment[];
  /** Domain of each vCPU, and its number in the domain. */
  readonly vcpus: readonly { readonly domain: number; readonly number: number }[];
  readonly lengthUs: number;
  readonly total: SimReport;
  readonly perDomain: readonly SimReport[];
}

export interface Playback {
  readonly run: Run | undefined;
  readonly clock: Clock;
  readonly isPlaying: boolean;
  readonly toggle: () => void;
  readonly seek: (timeUs: number) => void;
}

/** Runs the scheduler on the plan whenever it has settled, and plays the result. */
export function usePlayback(plan: Plan, state: PanelState, isHeld: boolean): Playback {
  const { scheduler, policy, loadPercent, boundPercent, seed } = state;
  const [run, setRun] = useState<Run | undefined>(undefined);
  const [clock] = useState(() => new Clock());
  const [isPlaying, setPlaying] = useState(false);
  const tools = useTools();
  useEffect(() => {
    if (isHeld || tools === undefined) return undefined;
    const timer = setTimeout(() => {
      setRun(tools.simulate(plan, { scheduler, policy, loadPercent, boundPercent, seed }));
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [tools, plan, scheduler, policy, loadPercent, boundPercent, seed, isHeld]);
  const length = run?.lengthUs ?? 0;
  useEffect(() => clock.set(Math.min(clock.timeUs, length)), [clock, length]);
  useEffect(() => {
    if (!isPlaying || length === 0) return undefined;
    let last = performance.now();
    const tick = (now: number): void => {
      advance(clock, Math.max(0, now - last) * US_PER_MS, length);
      last = now;
      frame = requestAnimationFrame(tick);
    };
    let frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [clock, isPlaying, length]);
  return useMemo(
    () => ({
      run,
      clock,
      isPlaying,
      toggle: () => {
        // Where motion is unwanted, play jumps ahead instead of running.
        if (prefersStill()) advance(clock, STILL_STEP_US, length);
        else setPlaying(!isPlaying);
      },
      seek: (time: number) => clock.set(Math.max(0, Math.min(length, time))),
    }),
    [run, clock, isPlaying, length],
  );
}

/** Moves on; the end leads back to the start. */
function advance(clock: Clock, byUs: number, lengthUs: number): void {
  clock.set(clock.timeUs + byUs >= lengthUs ? 0 : clock.timeUs + byUs);
}

/** Index in the plan of the domain on a CPU id at a time; undefined when the CPU idles. */
export type BusyAt = (cpu: number, timeUs: number) => number | undefined;

/** Answers for one run and the plan it is shown on. */
export function busyAt(run: Run, plan: Plan): BusyAt {
  const indexOf = run.input.keys.map((key) => plan.vms.findIndex((vm) => vm.key === key));
  const lanes = new Map<number, RunSegment[]>(run.input.cpuIds.map((cpu) => [cpu, []]));
  for (const segment of run.segments) lanes.get(run.input.cpuIds[segment.cpu]!)?.push(segment);
  for (const lane of lanes.values()) lane.sort((a, b) => a.startUs - b.startUs);
  return (cpu, timeUs) => {
    const segment = segmentAt(lanes.get(cpu) ?? [], timeUs);
    if (segment === undefined) return undefined;
    return Math.max(0, indexOf[run.vcpus[segment.vcpu]!.domain] ?? 0);
  };
}

/** The stretch that holds a time, of stretches that follow each other. */
function segmentAt(lane: readonly RunSegment[], timeUs: number): RunSegment | undefined {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane[middle]!.startUs <= timeUs) low = middle + 1;
    else high = middle;
  }
  const last = lane[low - 1];
  return last !== undefined && last.endUs > timeUs ? last : undefined;
}
