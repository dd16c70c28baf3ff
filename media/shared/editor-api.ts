import type { FromPanelMessage } from '#core/protocol';

/** What VS Code gives a panel's script; `setState` survives hiding and, with a serializer, a window reload. */
interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: (() => EditorApi) | undefined;

/** Stands in outside an editor (tests, a plain browser page): remembers state, talks to nobody. */
function detachedApi(): EditorApi {
  let kept: unknown;
  return {
    postMessage: () => {},
    getState: () => kept,
    setState: (state) => {
      kept = state;
    },
  };
}

/** The one place that touches `acquireVsCodeApi`: VS Code allows a single call. */
export const host: EditorApi =
  typeof acquireVsCodeApi === 'function' ? acquireVsCodeApi() : detachedApi();

/** Sends a message that has no answer. */
export function tell(message: FromPanelMessage): void {
  host.postMessage(message);
}
