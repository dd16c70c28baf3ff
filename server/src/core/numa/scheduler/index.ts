export type * from './model.ts';
export { runScenario, scenarioDomains, uniformHost } from './scenario.ts';
export type { AffinityPolicy, Scenario } from './scenario.ts';
export { Simulation } from './simulation.ts';
