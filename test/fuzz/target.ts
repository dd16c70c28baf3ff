/** One reader that must take any bytes: no exception, no hang. */
export interface FuzzTarget {
  readonly name: string;
  /** Real inputs to start from; an empty list means none is installed here. */
  seeds(): readonly Uint8Array[];
  /** Words worth inserting. */
  readonly dictionary: readonly string[];
  run(input: Uint8Array): void | Promise<void>;
}
