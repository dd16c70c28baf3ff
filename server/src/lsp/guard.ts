import { ResponseError, type CancellationToken } from 'vscode-languageserver';
import type { ServerContext } from './server-context.ts';

/**
 * The porch's one boundary: a fault in a handler is logged with the request's name and answered with
 * nothing. A hover must never raise a popup.
 */
export function guard<P, R>(
  server: ServerContext,
  name: string,
  nothing: R,
  handler: (parameters: P, token: CancellationToken) => R | Promise<R>,
): (parameters: P, token: CancellationToken) => Promise<R> {
  return async (parameters, token) => {
    try {
      if (token.isCancellationRequested) return nothing;
      return await handler(parameters, token);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      server.connection.console.error(`${name}: ${describeFault(error)}`);
      return nothing;
    }
  };
}

export function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
