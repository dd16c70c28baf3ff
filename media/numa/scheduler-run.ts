import { planSimulation, Simulation, type Plan } from '#core/numa';
import type { PanelState } from './panel-state.ts';
import type { Run } from './use-simulation.ts';

/** Simulated time of one run; less for crowds, so that a change never waits long. */
const RUN_US = 1_000_000;
const CROWD_RUN_US = 300_000;
const CROWD = 200;
const MEAN_BURST_US = 10_000;

type Settings = Pick<PanelState, 'scheduler' | 'policy' | 'loadPercent' | 'boundPercent' | 'seed'>;

/** Runs the scheduler on a plan; undefined when there is nothing to run. */
export function simulate(plan: Plan, settings: Settings): Run | undefined {
  const load = settings.loadPercent / 100;
  const workload =
    load >= 1
      ? undefined
      : {
          runUs: Math.max(1, Math.round(MEAN_BURST_US * load)),
          blockUs: Math.max(1, Math.round(MEAN_BURST_US * (1 - load))),
        };
  const input = planSimulation(plan, settings.policy, workload);
  if (input.domains.length === 0 || input.cpuIds.length === 0) return undefined;
  const simulation = new Simulation(
    input.host,
    input.domains,
    {
      scheduler: settings.scheduler,
      seed: settings.seed,
      memoryBoundness: settings.boundPercent / 100,
      runqueue: 'socket',
    },
    true,
  );
  const lengthUs = simulation.vcpus.length > CROWD ? CROWD_RUN_US : RUN_US;
  simulation.run(lengthUs);
  let domain = -1;
  let number = 0;
  const vcpus = simulation.vcpus.map((vcpu) => {
    number = vcpu.domain === domain ? number + 1 : 0;
    domain = vcpu.domain;
    return { domain, number };
  });
  return {
    input,
    vcpus,
    lengthUs,
    segments: simulation.segments,
    total: simulation.report(),
    perDomain: input.domains.map((_, id) => simulation.report(id)),
  };
}
