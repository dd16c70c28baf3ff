import type { Span } from '#core/text';

/** A value of the configuration language: atoms are texts to xl, numbers included; lists nest. */
export type CfgValue = CfgAtom | CfgList;

export interface CfgAtom {
  readonly kind: 'string' | 'number';
  /** Without quotes, escapes resolved. */
  readonly text: string;
  readonly span: Span;
}

export interface CfgList {
  readonly kind: 'list';
  readonly items: readonly CfgValue[];
  readonly span: Span;
}

/** One `key = value` or `key += value`. */
export interface CfgSetting {
  readonly key: string;
  readonly keySpan: Span;
  readonly operator: '=' | '+=';
  readonly value: CfgValue;
  readonly span: Span;
}

/** A place that xl's parser would refuse. */
export interface CfgFault {
  readonly span: Span;
  readonly message: string;
}

/** A whole file: what could be read, and what could not. */
export interface CfgDocument {
  readonly text: string;
  readonly settings: readonly CfgSetting[];
  readonly faults: readonly CfgFault[];
}
