export { analyseSysret, type FileAnalysis } from './analyse.ts';
export type { ExitReport, Verdict } from './exit-findings.ts';
export { explanations, type Explanation } from './explanations.ts';
export {
  noNames,
  type KnownGuard,
  type SysretNames,
  type SysretOptions,
  type WorkspaceView,
} from './options.ts';
export { ruleOf, sysretRules } from './rules.ts';
export { describeWord, wordFactsAt, type WordFacts } from './words.ts';
