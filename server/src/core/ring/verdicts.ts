import type { HazardId } from './hazard-model.ts';
import type { Simulation } from './model.ts';

/** The scenario breaks the ring in this way, from this step on. */
export function armed(sim: Simulation, id: HazardId): boolean {
  const { hazard } = sim;
  return hazard !== undefined && hazard.id === id && sim.state.step >= hazard.fromStep;
}

/** As `armed`, and the check that would help is missing. */
export function checkMissing(sim: Simulation, id: HazardId): boolean {
  return sim.hazard?.checked === false && armed(sim, id);
}

/** True once: the moment for a hostile peer to act. */
export function fires(sim: Simulation, id: HazardId): boolean {
  if (sim.state.hazardFired || !armed(sim, id)) return false;
  sim.state.hazardFired = true;
  return true;
}

/** The fault did harm; nothing after it means anything, so the simulation ends here. */
export function bite(sim: Simulation, sentence: string): void {
  const { state, hazard } = sim;
  state.ended = 'halted';
  if (hazard !== undefined && state.verdict === undefined) {
    state.verdict = { kind: 'bitten', hazard: hazard.id, step: state.step, sentence };
  }
}

/** The check did its work. */
export function catchHazard(sim: Simulation, sentence: string): void {
  const { state, hazard } = sim;
  if (hazard !== undefined && state.verdict === undefined) {
    state.verdict = { kind: 'caught', hazard: hazard.id, step: state.step, sentence };
  }
}
