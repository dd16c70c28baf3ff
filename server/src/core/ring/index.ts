/**
 * The shared ring: ring.h's arithmetic, both ends of a block device, what they cost, and what breaks them.
 * Pure and deterministic; indices are 32 bits wide and plain numbers.
 */
export * from './bytes.ts';
export * from './compare.ts';
export * from './config.ts';
export * from './costs.ts';
export * from './describe-verdict.ts';
export * from './describe.ts';
export * from './document.ts';
export * from './guest.ts';
export * from './hazard-model.ts';
export * from './hazards.ts';
export * from './history.ts';
export * from './import-rings.ts';
export * from './import-statistics.ts';
export * from './import-xenstore.ts';
export * from './imports.ts';
export * from './machine.ts';
export * from './macros.ts';
export * from './metrics.ts';
export * from './model.ts';
export * from './negotiation.ts';
export * from './schedule.ts';
export * from './schedules.ts';
export * from './simulation.ts';
export * from './sizes.ts';
export * from './slots.ts';
export * from './stops.ts';
export * from './trace-export.ts';
export * from './trace.ts';
export * from './vectors.ts';
export * from './waiting.ts';
