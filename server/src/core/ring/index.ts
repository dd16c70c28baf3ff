/**
 * The shared ring: ring.h's arithmetic, both ends of a block device, what they cost, and what breaks them.
 * Pure and deterministic; 32-bit indices are plain numbers, everything else that is 64 bits wide is a bigint.
 */
export * from './costs.ts';
export * from './machine.ts';
export * from './macros.ts';
export * from './negotiation.ts';
export * from './schedules.ts';
export * from './sizes.ts';
export * from './trace.ts';
export * from './vectors.ts';
