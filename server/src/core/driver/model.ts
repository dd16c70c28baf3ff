import type { Span } from '#core/text';

/** Expression of a function body. Offsets are UTF-16 code units from the start of the function's own text. */
export type Expression =
  | NameExpression
  | LiteralExpression
  | FieldExpression
  | IndexExpression
  | PointeeExpression
  | AddressExpression
  | CallExpression
  | CastExpression
  | BinaryExpression
  | UnaryExpression
  | UpdateExpression
  | AssignExpression
  | ConditionalExpression
  | OnceExpression
  | ListExpression;

export interface NameExpression extends Span {
  readonly kind: 'name';
  readonly name: string;
}
export interface LiteralExpression extends Span {
  readonly kind: 'literal';
  readonly text: string;
}
export interface FieldExpression extends Span {
  readonly kind: 'field';
  readonly base: Expression;
  readonly field: string;
  /** Written with `->`. */
  readonly arrow: boolean;
}
export interface IndexExpression extends Span {
  readonly kind: 'index';
  readonly base: Expression;
  readonly index: Expression;
}
/** `*operand` */
export interface PointeeExpression extends Span {
  readonly kind: 'pointee';
  readonly operand: Expression;
}
/** `&operand` */
export interface AddressExpression extends Span {
  readonly kind: 'address';
  readonly operand: Expression;
}
export interface CallExpression extends Span {
  readonly kind: 'call';
  /** Name of the function, macro, or the last field of a function pointer; empty when there is none. */
  readonly callee: string;
  readonly args: readonly Expression[];
}
export interface CastExpression extends Span {
  readonly kind: 'cast';
  readonly type: string;
  readonly operand: Expression;
}
export interface BinaryExpression extends Span {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}
export interface UnaryExpression extends Span {
  readonly kind: 'unary';
  readonly operator: string;
  readonly operand: Expression;
}
/** `x++`, `--x` */
export interface UpdateExpression extends Span {
  readonly kind: 'update';
  readonly operand: Expression;
  readonly postfix: boolean;
}
export interface AssignExpression extends Span {
  readonly kind: 'assign';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}
export interface ConditionalExpression extends Span {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}
/** A single access that the compiler may not repeat: READ_ONCE and its relatives, or a volatile cast. */
export interface OnceExpression extends Span {
  readonly kind: 'once';
  readonly operand: Expression;
}
/** Comma lists, initialisers and whatever the grammar could not read: only the parts are known. */
export interface ListExpression extends Span {
  readonly kind: 'list';
  readonly initializer: boolean;
  readonly items: readonly Expression[];
}

/** A local variable, a parameter or a struct member, as it was declared. */
export interface Variable extends Span {
  readonly name: string;
  /** Type words before the declarator, e.g. `struct blkif_request`, without qualifiers. */
  readonly type: string;
  readonly pointerDepth: number;
  readonly isArray: boolean;
  readonly isVolatile: boolean;
  readonly initializer: Expression | undefined;
}

export type LoopForm = 'while' | 'do' | 'for';

export type Statement =
  | { readonly kind: 'block'; readonly items: readonly Statement[] }
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'declare'; readonly variables: readonly Variable[] }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly whenTrue: Statement;
      readonly whenFalse: Statement | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: 'loop';
      readonly form: LoopForm;
      readonly start: Statement | undefined;
      readonly condition: Expression | undefined;
      readonly step: Expression | undefined;
      readonly body: Statement;
      readonly span: Span;
    }
  | {
      readonly kind: 'switch';
      readonly value: Expression;
      readonly cases: readonly SwitchCase[];
      readonly span: Span;
    }
  | { readonly kind: 'return'; readonly value: Expression | undefined; readonly span: Span }
  | { readonly kind: 'goto'; readonly label: string; readonly span: Span }
  | { readonly kind: 'label'; readonly name: string; readonly span: Span }
  | { readonly kind: 'break' | 'continue'; readonly span: Span };

export interface SwitchCase {
  readonly isDefault: boolean;
  readonly values: readonly Expression[];
  readonly body: readonly Statement[];
  readonly span: Span;
}

/** A function of the file. `baseOffset` places its relative offsets in the file. */
export interface FunctionBody {
  readonly name: string;
  readonly returnType: string;
  readonly isStatic: boolean;
  readonly parameters: readonly Variable[];
  readonly body: Statement;
  readonly text: string;
}

export interface StructMember {
  readonly name: string;
  readonly type: string;
  readonly pointerDepth: number;
  readonly dimension: string | undefined;
  readonly span: Span;
}

/** A struct declared at file scope; spans are file offsets. */
export interface StructDeclaration {
  readonly name: string;
  readonly isUnion: boolean;
  readonly members: readonly StructMember[];
  readonly packed: boolean;
  readonly span: Span;
}

/** Which end of the ring a function serves, as far as it shows. */
export type Role = 'frontend' | 'backend' | 'either';
