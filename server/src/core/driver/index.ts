export { checkDriver, type DriverCheckOptions } from './check.ts';
export { usesSharedRing } from './gate.ts';
export { readDriverSource, type DriverSource } from './read-file.ts';
export { driverRules, type DriverRule } from './rules.ts';
export type { SyntaxNode } from './syntax.ts';
