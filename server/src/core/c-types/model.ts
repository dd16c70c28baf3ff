import type { Span } from '#core/text';

/** The four binary interfaces Xen's shared pages are read with. i386 is what the protocols call x86_32. */
export type Abi = 'x86_64' | 'i386' | 'arm64' | 'armv7';

/** In the order in which results are shown. */
export const ABIS: readonly Abi[] = ['x86_64', 'i386', 'arm64', 'armv7'];

/** A span of UTF-16 offsets in the original text of one file. */
export interface Location {
  readonly file: string;
  readonly span: Span;
}

/** "Don't know" as a value: one plain sentence, and the place that stopped us. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly why: string;
  readonly at?: Location;
}

/** What the preprocessor asks for when it meets `#include`. */
export interface IncludeRequest {
  readonly name: string;
  /** `"x.h"` rather than `<x.h>`: the including file's own folder comes first. */
  readonly quoted: boolean;
  /** Path of the including file. */
  readonly from: string;
  /** `#include_next`: start after the folder in which `from` was found. */
  readonly next: boolean;
}

export interface IncludedText {
  readonly path: string;
  /** The same string object as long as the file is unchanged: it keys the header cache. */
  readonly text: string;
}

/** Finds a header; undefined when there is none. Must answer the same within one parse. */
export type ResolveInclude = (request: IncludeRequest) => IncludedText | undefined;

export interface Include {
  readonly kind: 'include';
  readonly name: string;
  readonly quoted: boolean;
  /** The whole directive. */
  readonly at: Location;
  /** The name between the quotes or brackets. */
  readonly nameAt: Location;
  /** Path of the header that was read; undefined when it was not found. */
  readonly path?: string;
}

export interface MacroDefinition {
  readonly kind: 'macro';
  readonly name: string;
  /** Undefined for an object-like macro. */
  readonly parameters?: readonly string[];
  readonly variadic: boolean;
  /** The replacement as written: line continuations and comments removed, blanks collapsed. */
  readonly body: string;
  /** The whole directive; for a built-in or command-line macro an empty span in `<built-in>` or `<command line>`. */
  readonly at: Location;
  readonly nameAt: Location;
  /** True for what stands in for a header that is missing, and for what the ABI predefines. */
  readonly builtIn: boolean;
}

/** One expansion of a macro in a file's own text. */
export interface MacroUse {
  readonly macro: MacroDefinition;
  /** The name as used. */
  readonly nameAt: Location;
  /** Name and arguments. */
  readonly at: Location;
}

/** Lines that the preprocessor left out, and why. */
export interface InactiveRegion {
  readonly span: Span;
  /** e.g. `inactive on x86_64: __i386__ is not defined`. */
  readonly why: string;
  /** The `#if`, `#ifdef`, `#elif` or `#else` line that decided. */
  readonly directive: Span;
}

export interface Comment {
  /** With its delimiters. */
  readonly span: Span;
  /** `//` rather than `/* ... *\/`. */
  readonly line: boolean;
}

export type ProblemId =
  | 'c-syntax'
  | 'c-directive'
  | 'c-static-assert'
  | 'c-too-large'
  | 'c-too-deep'
  | 'c-error-directive';

/** Something wrong with the text itself; what could be read around it is still there. */
export interface Problem {
  readonly id: ProblemId;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly at: Location;
}

/** An expression of which the value may depend on the ABI; see `evaluate`. */
export interface Expression {
  readonly kind: 'expression';
  readonly at: Location;
}

export type IntegerBase =
  | '_Bool'
  | 'char'
  | 'signed char'
  | 'unsigned char'
  | 'short int'
  | 'short unsigned int'
  | 'int'
  | 'unsigned int'
  | 'long int'
  | 'long unsigned int'
  | 'long long int'
  | 'long long unsigned int'
  | '__int128'
  | '__int128 unsigned';

export type BaseName =
  | IntegerBase
  | 'void'
  | 'float'
  | 'double'
  | 'long double'
  | '_Float128'
  | 'complex float'
  | 'complex double'
  | 'complex long double';

/** A type as written; names are looked up in a unit only when its layout is asked for. */
export type CType =
  | { readonly kind: 'base'; readonly base: BaseName; readonly qualifiers: readonly string[] }
  | {
      readonly kind: 'named';
      readonly name: string;
      readonly at: Location;
      readonly qualifiers: readonly string[];
    }
  | {
      readonly kind: 'tagged';
      readonly tagKind: 'struct' | 'union' | 'enum';
      /** Empty when anonymous; then `definition` is there. */
      readonly name: string;
      readonly at: Location;
      /** Present when this very specifier has a body. */
      readonly definition?: Aggregate | Enumeration;
      readonly qualifiers: readonly string[];
    }
  | { readonly kind: 'pointer'; readonly to: CType; readonly qualifiers: readonly string[] }
  | {
      readonly kind: 'array';
      readonly of: CType;
      /** Undefined for `[]`. */
      readonly length?: Expression;
    }
  | {
      readonly kind: 'function';
      readonly returns: CType;
      readonly parameters: readonly Parameter[];
    }
  | {
      readonly kind: 'typeof';
      readonly expression: Expression;
      readonly qualifiers: readonly string[];
    }
  /** A type with `aligned`, `vector_size` or `mode` of its own. */
  | { readonly kind: 'attributed'; readonly of: CType; readonly attributes: TypeAttributes }
  | { readonly kind: 'unknown'; readonly why: string; readonly at?: Location };

export interface Parameter {
  readonly name: string;
  readonly type: CType;
  readonly at: Location;
}

/** `aligned` without a number is the ABI's largest useful alignment. */
export interface TypeAttributes {
  readonly packed: boolean;
  readonly aligned: readonly (Expression | 'largest')[];
  readonly vectorBytes?: Expression;
  readonly mode?: string;
  /** Why the layout cannot be known: a member that was not understood, a macro that nobody defined. */
  readonly unclear?: string;
}

interface Named {
  /** Empty when anonymous. */
  readonly name: string;
  /** The whole declaration in the file where it is written; for one made by a macro: the macro's use. */
  readonly at: Location;
  /** The name; the keyword of an anonymous one; the macro's use for a name that a macro made. */
  readonly nameAt: Location;
  /** Where in a macro's replacement the name is spelled, for what a macro made. */
  readonly spelledAt?: Location;
  /** The outermost macro that made the declaration, e.g. `DEFINE_RING_TYPES`. */
  readonly fromMacro?: string;
  /** True when a built-in description stood in for a missing header. */
  readonly assumed: boolean;
}

export interface Aggregate extends Named {
  readonly kind: 'struct' | 'union';
  readonly fields: readonly Field[];
  readonly attributes: TypeAttributes;
  /** `#pragma pack` in force at the closing brace; 0 when none. */
  readonly packBytes: number;
  /** From the opening to the closing brace. */
  readonly body: Location;
}

export interface Field extends Named {
  readonly kind: 'field';
  readonly type: CType;
  /** Present for a bit-field. */
  readonly widthBits?: Expression;
  readonly attributes: TypeAttributes;
}

export interface Enumeration extends Named {
  readonly kind: 'enum';
  readonly constants: readonly EnumConstant[];
  readonly attributes: TypeAttributes;
  readonly body: Location;
}

export interface EnumConstant extends Named {
  readonly kind: 'enumerator';
  readonly value?: Expression;
}

export interface Typedef extends Named {
  readonly kind: 'typedef';
  readonly type: CType;
}

export interface Variable extends Named {
  readonly kind: 'variable';
  readonly type: CType;
}

export interface FunctionDeclaration extends Named {
  readonly kind: 'function';
  readonly type: CType;
  /** Present for a definition: from `{` to `}`; what is inside was not read. */
  readonly body?: Location;
}

export interface StaticAssertion {
  readonly kind: 'static-assert';
  readonly condition: Expression;
  readonly message: string;
  readonly at: Location;
}

/** What a file declares at its top level, in order; aggregates and enumerations inside a typedef or field come first. */
export type Declaration =
  Aggregate | Enumeration | Typedef | Variable | FunctionDeclaration | StaticAssertion;

/** A file as read for one ABI, with the headers that it includes. Plain data but for `scope`, the way to look names up. */
export interface Unit {
  readonly path: string;
  readonly abi: Abi;
  readonly text: string;
  /** The file's own, in order; those of its headers are reached through `scope`. */
  readonly declarations: readonly Declaration[];
  readonly includes: readonly Include[];
  /** `#define`s of the file's own active text. */
  readonly macros: readonly MacroDefinition[];
  readonly macroUses: readonly MacroUse[];
  readonly inactive: readonly InactiveRegion[];
  readonly comments: readonly Comment[];
  /** In the file itself. */
  readonly problems: readonly Problem[];
  readonly scope: Scope;
}

/** Everything that is visible at the end of the unit, headers included. */
export interface Scope {
  readonly abi: Abi;
  /** A struct, union or enum by its tag; one with a body before one without. */
  tag(name: string): Aggregate | Enumeration | undefined;
  typedef(name: string): Typedef | undefined;
  enumerator(name: string): EnumConstant | undefined;
  /** Variables and functions. */
  object(name: string): Variable | FunctionDeclaration | undefined;
  macro(name: string): MacroDefinition | undefined;
  /** Every file that was read, the unit's own first. */
  files(): readonly string[];
  /** Text of a file that was read. */
  textOf(file: string): string | undefined;
  /** Comments of a file that was read. */
  commentsOf(file: string): readonly Comment[];
  /** Top-level declarations of a file that was read. */
  declarationsOf(file: string): readonly Declaration[];
  /** Declarations of any file in which a name occurs, be it a member's or a parameter's. */
  declarationsNaming(name: string): readonly Declaration[];
  /** Active macro definitions of a file that was read. */
  macrosOf(file: string): readonly MacroDefinition[];
  /** Headers that were asked for and not found, by any file. */
  missing(): readonly Include[];
}

export interface FieldLayout {
  readonly name: string;
  /** For a bit-field: the byte that holds its first bit. */
  readonly offsetBytes: number;
  /** For a bit-field: the size of its declared type. 0 for a flexible member. */
  readonly sizeBytes: number;
  /** The type's own alignment, before `packed` or `#pragma pack` lowered it. */
  readonly alignBytes: number;
  /** The C spelling in the manner of DWARF: `unsigned int`, `uint8_t[44]`, `struct blkif_sring *`. */
  readonly type: string;
  /** Present for arrays, outermost first; undefined for `[]`. */
  readonly dimensions?: readonly (number | undefined)[];
  /** `[]` or `[0]`. */
  readonly flexible: boolean;
  /** Bit-fields: bits from the start of the aggregate to its first bit. */
  readonly bitOffset?: number;
  readonly widthBits?: number;
  readonly field: Field;
  /** The aggregate that the field's type is written out as, in place. */
  readonly aggregate?: Aggregate;
  /** Built-in type names that the field's type rests on because their header is missing. */
  readonly assumed: readonly string[];
}

/** Bytes that belong to no field. */
export interface Gap {
  readonly kind: 'hole' | 'tail';
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** The field before it; empty at the start. */
  readonly after: string;
}

export interface Layout {
  readonly kind: 'layout';
  readonly aggregate: Aggregate;
  readonly abi: Abi;
  readonly sizeBytes: number;
  readonly alignBytes: number;
  readonly fields: readonly FieldLayout[];
  /** Whole padding bytes, in order. Always empty for a union but for its tail. */
  readonly gaps: readonly Gap[];
  /** Built-in type names that the layout rests on because their header is missing. */
  readonly assumed: readonly string[];
}

/** Size and alignment of any type, e.g. of a typedef to a pointer. */
export interface TypeSize {
  readonly kind: 'size';
  readonly sizeBytes: number;
  readonly alignBytes: number;
  readonly assumed: readonly string[];
}

/** An integer constant on one ABI. */
export interface IntegerValue {
  readonly kind: 'integer';
  readonly value: bigint;
  readonly unsigned: boolean;
  readonly widthBits: number;
}

export interface StringValue {
  readonly kind: 'string';
  readonly text: string;
}

/** A shared ring: `req_prod`, `rsp_prod` and a tail of entries, however it was declared. */
export interface Ring {
  /** `blkif` for `struct blkif_sring`. */
  readonly tag: string;
  readonly sring: Aggregate;
  /** The union (or struct) that one slot holds. */
  readonly entry: Aggregate;
  /** Field of `sring` that the slots are. */
  readonly slots: Field;
}

export interface RingGeometry {
  readonly kind: 'ring';
  readonly entrySizeBytes: number;
  /** Offset of the first slot: the size of the header. */
  readonly ringOffsetBytes: number;
  /** Slots for 1, 2, 4, 8, 16, 32 pages of 4096 bytes: the largest power of two that fits. */
  readonly entriesByOrder: readonly number[];
}

/** What stands at an offset of a unit's own text, in active and inactive code alike. */
export interface TokenAt {
  readonly kind: 'identifier' | 'keyword' | 'number' | 'string' | 'character' | 'punctuation';
  readonly text: string;
  readonly span: Span;
  /** Present when the preprocessor left the place out. */
  readonly inactive?: InactiveRegion;
  /** The directive's word (`define`, `include`, `ifdef`, ...) when the token is part of one. */
  readonly directive?: string;
  /** What the name stands for; undefined when it is not known. */
  readonly meaning?: Meaning;
}

export type Meaning =
  | { readonly kind: 'macro'; readonly macro: MacroDefinition }
  | { readonly kind: 'tag'; readonly declaration: Aggregate | Enumeration }
  | { readonly kind: 'typedef'; readonly declaration: Typedef }
  | { readonly kind: 'enumerator'; readonly declaration: EnumConstant }
  | { readonly kind: 'object'; readonly declaration: Variable | FunctionDeclaration }
  /** The aggregates that have such a field; more than one when the object's type is not known. */
  | {
      readonly kind: 'field';
      readonly fields: readonly { readonly owner: Aggregate; readonly field: Field }[];
    }
  | { readonly kind: 'include'; readonly include: Include };

export interface ParseOptions {
  readonly path: string;
  readonly abi: Abi;
  /** `NAME` or `NAME=VALUE`, as after `-D`. */
  readonly defines?: readonly string[];
  readonly resolveInclude?: ResolveInclude;
}
