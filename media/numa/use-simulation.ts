import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Plan, PlanSimulation, RunSegment, SimReport } from '#core/numa';
import { prefersStill } from '../shared/announce.ts';
import type { PanelState } from './panel-state.ts';
import { useTools } from './tools-loader.ts';

const SETTLE_MS = 120;
/** Simulated microseconds per millisecond of playback. */
const US_PER_MS = 40;

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
  readonly timeUs: number;
  readonly isPlaying: boolean;
  readonly toggle: () => void;
  readonly seek: (timeUs: number) => void;
}

/** Runs the scheduler on the plan whenever it has settled, and plays the result. */
export function usePlayback(plan: Plan, state: PanelState, isHeld: boolean): Playback {
  const { scheduler, policy, loadPercent, boundPercent, seed } = state;
  const [run, setRun] = useState<Run | undefined>(undefined);
  const [timeUs, setTime] = useState(0);
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
  const frame = useRef(0);
  useEffect(() => {
    if (!isPlaying || length === 0) return undefined;
    let last = performance.now();
    const tick = (now: number): void => {
      const passed = (now - last) * US_PER_MS;
      last = now;
      setTime((time) => (time + passed >= length ? 0 : time + passed));
      frame.current = requestAnimationFrame(tick);
    };
    frame.current = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame.current);
  }, [isPlaying, length]);
  return useMemo(
    () => ({
      run,
      timeUs: Math.min(timeUs, length),
      isPlaying,
      toggle: () => {
        // Where motion is unwanted, play jumps ahead instead of running.
        if (prefersStill()) setTime((time) => (time + 50_000 >= length ? 0 : time + 50_000));
        else setPlaying(!isPlaying);
      },
      seek: (time: number) => setTime(Math.max(0, Math.min(length, time))),
    }),
    [run, timeUs, isPlaying, length],
  );
}

/** Domain index (in the plan) on each CPU id at a time. */
export function busyAt(run: Run, timeUs: number, plan: Plan): ReadonlyMap<number, number> {
  const busy = new Map<number, number>();
  const indexOf = new Map(plan.vms.map((vm, index) => [vm.key, index]));
  for (const segment of run.segments) {
    if (segment.startUs > timeUs || segment.endUs <= timeUs) continue;
    const key = run.input.keys[run.vcpus[segment.vcpu]!.domain]!;
    busy.set(run.input.cpuIds[segment.cpu]!, indexOf.get(key) ?? 0);
  }
  return busy;
}
