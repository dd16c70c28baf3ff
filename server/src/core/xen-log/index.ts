export type {
  BootFacts,
  CallFrame,
  Crash,
  CrashContext,
  CrashEvidence,
  CrashKind,
  Dialect,
  DomainMention,
  FrameMark,
  Incident,
  LogAnalysis,
  LogBlock,
  LogEvent,
  LogLine,
  LogScanner,
  LogTime,
  MemoryRange,
  NumaFacts,
  PageWalkStep,
  ScanOptions,
  SecurityRelevance,
  SourcePlace,
  UnknownShape,
} from './model.ts';
export { createLogScanner, scanLog, type LogKnowledge } from './door.ts';
export {
  LinePicker,
  PickedReader,
  scanBytes,
  type DecodeBytes,
  type LeftOut,
  type PickedBlock,
  type PickedLine,
} from './large-scan.ts';
export { contextBytes } from './byte-filter.ts';
export { countLineFeeds, SparseLineIndex } from './line-offsets.ts';
export {
  compareBuildIds,
  parseSymbolMap,
  SymbolMap,
  type MapPlace,
  type MapSymbol,
  type MapVerdict,
} from './symbol-map.ts';
export { filesOfCrash, knownFixesOf, type KnownFixes } from './known-fixes.ts';
export { isFormatted, messageStarts } from './message-starts.ts';
export { explainCrash, explainLog } from './explain.ts';
export { frameText } from './crash-draft.ts';
export {
  functionsOfAssembler,
  functionsOfC,
  pathsOfPrintedFile,
  type FunctionPlace,
} from './source-functions.ts';
export { describeAt, messageAt, type HoverContext, type LineHover } from './describe.ts';
