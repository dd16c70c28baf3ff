import type { Dialect } from '../model.ts';
import type { LinePrefix } from '../prefix.ts';

/** How the lines of one writer are told from the others'. */
export interface DialectRule {
  readonly dialect: Dialect;
  /** Whether this writer wrote the payload behind those prefixes. Must be cheap and linear. */
  claims(payload: string, prefix: LinePrefix): boolean;
}
