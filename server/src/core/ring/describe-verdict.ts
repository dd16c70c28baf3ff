import type { Verdict } from './hazard-model.ts';
import { hazardOf } from './hazards.ts';

/** How the broken scenario ended: what happened, which check, rule and source. */
export function describeVerdict(verdict: Verdict): string {
  const hazard = hazardOf(verdict.hazard);
  const where = `${hazard.rules.join(', ')}; ${hazard.sources.join(', ')}`;
  return verdict.kind === 'caught'
    ? `Caught by ${hazard.check} (${where}). ${verdict.sentence}`
    : `${verdict.sentence} ${hazard.consequence} What helps: ${hazard.check} (${where}).`;
}
