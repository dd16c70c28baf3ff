/** What VS Code gives a panel's script; `setState` survives hiding and, with a serializer, a window reload. */
interface PanelHost {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: (() => PanelHost) | undefined;

/** The one place that touches `acquireVsCodeApi`: VS Code allows a single call. Outside an editor: a silent stand-in. */
export const host: PanelHost =
  typeof acquireVsCodeApi === 'function'
    ? acquireVsCodeApi()
    : { postMessage: () => {}, getState: () => undefined, setState: () => {} };
