export type {
  AsmInput,
  Assumption,
  Configuration,
  Dialect,
  Instruction,
  LinearValue,
  MemoryOperand,
  Operand,
  Operation,
  Place,
  Program,
  RegisterOperand,
} from './model.ts';
export { type CFunction, closingBracket, CText } from './c-text.ts';
export { blankComments } from './comments.ts';
export {
  type Definitions,
  DefinitionCollector,
  type IncludeResolver,
  valueIn,
} from './definitions.ts';
export { detectDialect, sourceKindOf, type SourceKind } from './detect.ts';
export { type AsmBlock, asmBlocksOfC } from './embedded-c.ts';
export { asmBlocksOfRust, stringMacrosOfRust } from './embedded-rust.ts';
export { evaluate, parseNumber } from './expressions.ts';
export { isConditionalJump, link, targetName } from './flow.ts';
export { parseInstruction } from './instructions.ts';
export { splitOutside } from './operands.ts';
export { type AssemblySource, AssemblyReader, type Reading } from './reader.ts';
export { registerNamed } from './registers.ts';
export { linesOf, type SourceLine } from './statements.ts';
