export { checkDriver, type DriverCheckOptions } from './check.ts';
export { describeRule, linked } from './describe.ts';
export { explanations, type Explanation } from './explanations.ts';
export { readDriverSource, type DriverSource } from './read-file.ts';
export { driverRules, type DriverRule } from './rules.ts';
export { suppressionComment } from './suppressions.ts';
export type { SyntaxNode } from './syntax.ts';
