import type { Span } from '#core/text';

/** How a piece of assembly is spelled. `plan9` is the Go assembler. */
export type Dialect = 'att' | 'intel' | 'nasm' | 'plan9';

/** A register under its 64-bit name (`rcx` for CX, CL, ECX); inline-asm operands are registers named `op:NAME`. */
export interface RegisterOperand {
  readonly kind: 'register';
  readonly name: string;
  readonly sizeBits: number;
  /** True for AH, BH, CH, DH. */
  readonly isHighByte: boolean;
}

/** A constant, as written, without `$`. */
export interface ImmediateOperand {
  readonly kind: 'immediate';
  readonly text: string;
}

/** `segment:displacement(base,index,scale)`. The displacement is text: constants, symbols, sums of both. */
export interface MemoryOperand {
  readonly kind: 'memory';
  readonly segment?: string;
  readonly base?: string;
  readonly index?: string;
  readonly displacement: string;
  /** From an Intel size word (`QWORD PTR`), else undefined. */
  readonly sizeBits?: number;
}

/** A jump or call target by name, or anything that could not be read. */
export interface NameOperand {
  readonly kind: 'name';
  readonly text: string;
}

export type Operand = RegisterOperand | ImmediateOperand | MemoryOperand | NameOperand;

/** One machine instruction, whatever its dialect: sources first, destination last, as AT&T writes it. */
export interface Instruction {
  /** Lower case, without size suffix: `mov`, `cmp`, `sysretq` (SYSRET keeps its suffix: it is the question). */
  readonly mnemonic: string;
  readonly prefixes: readonly string[];
  readonly operands: readonly Operand[];
  /** Operand size from the suffix or the registers; 0 when nothing says it. */
  readonly sizeBits: number;
  /** The text as written, for messages. */
  readonly text: string;
}

/** A choice that the preprocessor makes before the code runs: one condition, taken or not. */
export interface Assumption {
  readonly condition: string;
  readonly holds: boolean;
  /** The `#if` group it belongs to; arms of one group exclude each other. */
  readonly group: number;
}

/** The assumptions around a piece of code, innermost first. */
export interface Configuration {
  readonly assumption: Assumption;
  readonly outer: Configuration | undefined;
}

/** Where an operation stands in the file the user looks at, and the macro line it came from. */
export interface Place {
  readonly span: Span;
  /** Name of the macro whose body holds the operation; the span is then that of the use. */
  readonly macro?: string;
  /** Where the macro's line is; `file` is left out when it is the same file. */
  readonly macroSpan?: Span;
  readonly macroFile?: string;
}

interface OperationBase {
  readonly place: Place;
  readonly configuration: Configuration | undefined;
}

export interface InstructionOperation extends OperationBase {
  readonly kind: 'instruction';
  readonly instruction: Instruction;
}

/** A label. `entry`: other code may come here from outside (global symbol, ENTRY, FUNC). */
export interface LabelOperation extends OperationBase {
  readonly kind: 'label';
  readonly name: string;
  readonly isNumeric: boolean;
  readonly entry: boolean;
  /** A symbol declared for its address only (SYM_INNER_LABEL and the like): not a way in by itself. */
  readonly inner: boolean;
  /** Written as the beginning of a function (ENTRY, FUNC, SYM_CODE_START, PROC), whatever stands before it. */
  readonly startsFunction: boolean;
}

/** Any of several continuations; targets are labels made by the reader. `features` names what selects each. */
export interface ForkOperation extends OperationBase {
  readonly kind: 'fork';
  readonly targets: readonly string[];
  readonly features: readonly string[];
}

export interface GotoOperation extends OperationBase {
  readonly kind: 'goto';
  readonly target: string;
}

/** A macro whose body is not known. */
export interface UnknownMacroOperation extends OperationBase {
  readonly kind: 'macro';
  readonly name: string;
  readonly arguments: readonly string[];
}

/** Nothing runs on past this point. */
export interface EndOperation extends OperationBase {
  readonly kind: 'end';
}

export type Operation =
  | InstructionOperation
  | LabelOperation
  | ForkOperation
  | GotoOperation
  | UnknownMacroOperation
  | EndOperation;

/** C expressions that an inline-asm statement puts into registers before its first instruction. */
export interface AsmInput {
  /** 64-bit register name, or `op:NAME` for an operand without a fixed register. */
  readonly register: string;
  readonly expression: string;
  readonly isMemory: boolean;
}

/** Straight code with its jumps resolved: what one file, function or asm block can execute. */
export interface Program {
  readonly dialect: Dialect;
  readonly operations: readonly Operation[];
  /** Indices that can follow each operation; -1 stands for "leaves this program". */
  readonly successors: readonly (readonly number[])[];
  /** Operations where execution can begin. */
  readonly roots: readonly number[];
  /** Value of a constant expression, as far as this file and what it includes define it. */
  readonly valueOf: (expression: string) => LinearValue;
  /** Macro and constant names that nothing visible defines. */
  readonly unresolved: ReadonlySet<string>;
}

/** A constant plus symbols with their factors: `RSP-RDI+8`. */
export interface LinearValue {
  readonly constant: bigint;
  /** Canonical text of the symbolic part, empty when the value is a plain number. */
  readonly symbols: string;
}
