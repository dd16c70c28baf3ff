import { ErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver';

/** What a request of the protocol cannot be answered without. */
export type Need = 'textDocument' | 'position' | 'range' | 'context';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlace = (value: unknown): boolean =>
  isObject(value) && Number.isFinite(value['line']) && Number.isFinite(value['character']);

const holds: Readonly<Record<Need, (value: unknown) => boolean>> = {
  textDocument: (value) => isObject(value) && typeof value['uri'] === 'string',
  position: isPlace,
  range: (value) => isObject(value) && isPlace(value['start']) && isPlace(value['end']),
  context: (value) => isObject(value) && Array.isArray(value['diagnostics']),
};

/**
 * Refuses parameters of another shape in one sentence (InvalidParams) before the handler sees them: the library hands on
 * whatever a client sent.
 */
export function checked<P, R>(
  name: string,
  needs: readonly Need[],
  handler: (parameters: P, token: CancellationToken) => Promise<R>,
): (parameters: P, token: CancellationToken) => Promise<R> {
  return (parameters, token) => {
    const given: unknown = parameters;
    // Parameters by position arrive one by one, and something else in the token's place.
    if (!isObject(given) || !isToken(token))
      return refuse(`${name}: the parameters must be one object.`);
    const lacking = needs.find((need) => !holds[need](given[need]));
    if (lacking !== undefined) return refuse(`${name}: \`${lacking}\` is missing or malformed.`);
    return handler(parameters, token);
  };
}

/**
 * For requests of our own, whose handlers decode what they are given: the library leaves absent parameters out and
 * hands on those by position one by one, so that the token moves.
 */
export function firstParameter<R>(
  handler: (parameters: unknown, token: CancellationToken) => Promise<R>,
): (...given: unknown[]) => Promise<R> {
  return (...given) =>
    handler(given.length > 1 ? given[0] : undefined, given.at(-1) as CancellationToken);
}

const isToken = (value: unknown): value is CancellationToken =>
  isObject(value) && 'isCancellationRequested' in value;

function refuse(why: string): Promise<never> {
  return Promise.reject(new ResponseError(ErrorCodes.InvalidParams, why));
}
