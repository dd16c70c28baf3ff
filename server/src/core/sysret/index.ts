export { analyseSysret, type FileAnalysis } from './analyse.ts';
export type { ExitReport, Verdict } from './exit-findings.ts';
export { explanations, type Explanation } from './explanations.ts';
export { examineSysret, type SysretFacts } from './facts.ts';
export {
  askingView,
  noNames,
  type KnownGuard,
  type SysretNames,
  type SysretOptions,
  type WorkspaceView,
} from './options.ts';
export { ruleOf, sysretRules } from './rules.ts';
export { describeWord, wordFactsAt, type WordFacts } from './words.ts';
export {
  type FileSysretFacts,
  indexOf,
  type SysretIndex,
  unexplained,
  viewOf,
} from './workspace-index.ts';
