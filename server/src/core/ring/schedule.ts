import { DEFAULT_CONFIG, DEFAULT_WORKLOAD, type RingConfig, type Workload } from './config.ts';
import type { RingDocument } from './document.ts';
import { hazardForRule } from './hazards.ts';
import type { ArmedHazard, HazardId } from './hazard-model.ts';
import { createSimulation, runToEnd, type Scenario } from './simulation.ts';

/** Small enough to follow by eye, busy enough that every hazard can bite. */
const SHORT: Workload = { ...DEFAULT_WORKLOAD, ioKib: 4, count: 48, depth: 12, pattern: 'random' };
const FULL: Workload = { ...SHORT, count: 96, depth: 48 };

const WORKLOAD_FOR: Partial<Readonly<Record<HazardId, Workload>>> = { 'ring-full-unchecked': FULL };
const CONFIG_FOR: Partial<Readonly<Record<HazardId, RingConfig>>> = {
  'too-many-indirect': { ...DEFAULT_CONFIG, maxSegments: 32 },
};

const SEEDS = 64;
const DELAYS: readonly number[] = [2, 4, 6, 10, 16];

/** Runs a scenario and answers the step at which its hazard bit; undefined when it did not. */
export function bitingStep(scenario: Scenario, entryCount: number): number | undefined {
  const sim = createSimulation(scenario, entryCount);
  runToEnd(sim, 100_000);
  return sim.state.verdict?.kind === 'bitten' ? sim.state.verdict.step : undefined;
}

/**
 * The shortest of a few dozen schedules on which a hazard bites, positioned shortly before it does. The order of the
 * search is fixed, so the same hazard always gives the same schedule.
 */
export function bitingSchedule(id: HazardId, entryCount: number): RingDocument {
  const workload = WORKLOAD_FOR[id] ?? SHORT;
  const config = CONFIG_FOR[id] ?? DEFAULT_CONFIG;
  let best: { readonly document: RingDocument; readonly step: number } | undefined;
  for (const delaySteps of DELAYS) {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const hazard: ArmedHazard = { id, checked: false, fromStep: 0, delaySteps };
      const scenario: Scenario = { config, workload, seed, hazard };
      const step = bitingStep(scenario, entryCount);
      if (step === undefined || (best !== undefined && step >= best.step)) continue;
      best = { step, document: { scenario, position: Math.max(0, step - LEAD_IN_STEPS) } };
    }
    if (best !== undefined) return best.document;
  }
  const hazard: ArmedHazard = { id, checked: false, fromStep: 0, delaySteps: DELAYS[0] ?? 0 };
  return { scenario: { config, workload, seed: 1, hazard }, position: 0 };
}

/** How many steps before the bite the reader starts. */
const LEAD_IN_STEPS = 8;

/** The schedule that shows what a driver rule (`XR302`) is about; undefined for a rule without one. */
export function scheduleForRule(rule: string, entryCount: number): RingDocument | undefined {
  const id = hazardForRule(rule);
  return id === undefined ? undefined : bitingSchedule(id, entryCount);
}
