/** Names of the ways to break a ring; what each is about stands in hazards.ts. */
export const HAZARD_IDS = [
  'forged-request-index',
  'forged-response-index',
  'double-fetch',
  'shared-readback',
  'too-many-segments',
  'too-many-indirect',
  'sectors-backwards',
  'foreign-id',
  'answered-twice',
  'completion-order',
  'respond-before-consume',
  'ring-full-unchecked',
  'notify-ignored',
  'padding-leak',
  'no-final-check',
  'no-wmb',
  'no-rmb',
  'no-push-mb',
  'no-check-mb',
] as const;

export type HazardId = (typeof HAZARD_IDS)[number];

/** A hazard as a scenario arms it. */
export interface ArmedHazard {
  readonly id: HazardId;
  /** The check is in place. */
  readonly checked: boolean;
  /** Nothing happens before this step. */
  readonly fromStep: number;
  /** How many steps late a store becomes visible, for the memory-order kinds. */
  readonly delaySteps: number;
}

/** How a hazard ended. */
export interface Verdict {
  readonly kind: 'caught' | 'bitten';
  readonly hazard: HazardId;
  /** The step at which it showed. */
  readonly step: number;
  readonly sentence: string;
}
