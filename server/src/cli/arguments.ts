import { parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** One option as node:util's parseArgs takes it. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: string | boolean | readonly string[] | undefined;
}

type Value<S extends OptionSpec> = S extends { type: 'boolean' }
  ? boolean
  : S extends { multiple: true }
    ? string[]
    : string;

/** Options with a default are always there, the others may be missing. */
export type Values<T extends Readonly<Record<string, OptionSpec>>> = {
  readonly [K in keyof T]: T[K] extends { default: unknown }
    ? Value<T[K]>
    : Value<T[K]> | undefined;
};

export interface CommandLine<T extends Readonly<Record<string, OptionSpec>>> {
  readonly values: Values<T & typeof commonOptions>;
  readonly positionals: readonly string[];
}

/** Options every command takes (cli.md). */
export const commonOptions = {
  format: { type: 'string', default: 'text' },
  output: { type: 'string' },
  color: { type: 'string', default: 'auto' },
  'fail-on': { type: 'string', default: 'warning' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Record<string, OptionSpec>;

/**
 * Parses a command's arguments; the common options are added to its own.
 * @throws UsageError naming the argument that does not fit
 */
export function parseCommandLine<const T extends Readonly<Record<string, OptionSpec>>>(
  own: T,
  args: readonly string[],
): CommandLine<T> {
  const options: Record<string, OptionSpec> = { ...commonOptions, ...own };
  try {
    const parsed = parseArgs({
      args: [...args],
      options: options as never,
      allowPositionals: true,
      strict: true,
    });
    return {
      values: parsed.values as unknown as CommandLine<T>['values'],
      positionals: parsed.positionals,
    };
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new UsageError(`${sentence}; see --help.`);
  }
}

/**
 * One of the allowed words, or a UsageError that lists them.
 * @throws UsageError
 */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`--${option} ${value} is not known: use ${allowed.join(', ')}.`);
}

/**
 * A whole number within limits.
 * @throws UsageError
 */
export function wholeNumber(
  option: string,
  value: string,
  limits: { readonly min: number; readonly max: number },
): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= limits.min && number <= limits.max) return number;
  throw new UsageError(
    `--${option} ${value} is not a whole number from ${limits.min} to ${limits.max}.`,
  );
}
