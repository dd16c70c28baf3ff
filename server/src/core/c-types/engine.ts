import type { AbiRules } from './abi.ts';
import type {
  Abi,
  Aggregate,
  CType,
  Enumeration,
  Expression,
  IntegerBase,
  Layout,
  Scope,
  TypeSize,
  Unknown,
} from './model.ts';

/** A type with its typedefs followed: what is left is a base, pointer, array, function, struct, union or enum. */
export interface Resolved {
  readonly kind: 'resolved';
  readonly type: CType;
  /** The definition, for a struct, union or enum. */
  readonly definition?: Aggregate | Enumeration;
  /** A built-in type without declaration: its figures. */
  readonly builtIn?: { readonly sizeBytes: number; readonly alignBytes: number };
  /** `aligned` found on the way, the outermost wins; it may lower as well as raise. */
  readonly alignBytes?: number;
  readonly assumed: readonly string[];
}

/** What the size of a type, seen as a member's, comes to. */
export interface MemberSize extends TypeSize {
  /** Alignment inside a structure: lower than `alignBytes` for 8-byte numbers on i386. */
  readonly memberAlignBytes: number;
  /** The alignment was asked for by an attribute somewhere in the type. */
  readonly userAligned: boolean;
  /** A flexible array: the size is 0. */
  readonly flexible: boolean;
}

/** Computes with the types of one scope; its parts call each other through it. */
export interface Engine {
  readonly scope: Scope;
  readonly abi: Abi;
  readonly rules: AbiRules;
  resolve(type: CType): Resolved | Unknown;
  measure(type: CType): MemberSize | Unknown;
  layout(aggregate: Aggregate): Layout | Unknown;
  /** Whether the aggregate's own alignment comes from an attribute, which i386 then leaves alone. */
  userAligned(aggregate: Aggregate): boolean;
  integer(expression: Expression): bigint | Unknown;
  value(expression: Expression): Value | Unknown;
  enumBase(enumeration: Enumeration): IntegerBase | Unknown;
  /** Values of the constants worked out so far; grows. */
  enumValues(enumeration: Enumeration): (bigint | Unknown)[];
  enumeratorValue(name: string): Value | Unknown | undefined;
}

/** What an expression comes to; numbers and addresses are undefined when only the type is known. */
export type Value =
  | { readonly kind: 'integer'; readonly base: IntegerBase; readonly value: bigint | undefined }
  | { readonly kind: 'pointer'; readonly to: CType; readonly address: bigint | undefined }
  | { readonly kind: 'object'; readonly type: CType; readonly address: bigint | undefined }
  | { readonly kind: 'text'; readonly text: string };

export function unknown(why: string, at?: Unknown['at']): Unknown {
  return at === undefined ? { kind: 'unknown', why } : { kind: 'unknown', why, at };
}
