import {
  decodeToPanel,
  type FromPanelMessage,
  type PanelFile,
  type ToPanelMessage,
} from '#core/protocol';

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

export type OpenMessage = Extract<ToPanelMessage, { type: 'open' }>;

/** How a request to the host ended. */
export interface Answer {
  readonly outcome: 'done' | 'cancelled' | 'failed';
  readonly message?: string;
  readonly files?: readonly PanelFile[];
}

type WithoutId<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;
/** Every message that the host answers. */
export type HostRequest = WithoutId<FromPanelMessage>;

const waiting = new Map<number, (answer: Answer) => void>();
let lastId = 0;

/** Asks the host and waits; dialogs may stay open for as long as the user likes, so there is no timeout. */
export function ask(request: HostRequest): Promise<Answer> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    tell({ ...request, id });
  });
}

/** Sends a message that has no answer. */
export function tell(message: FromPanelMessage): void {
  host.postMessage(message);
}

/**
 * Starts listening and says `ready`; `open` runs for every file or order the host sends.
 * Returns a function that stops listening.
 */
export function listen(open: (message: OpenMessage) => void): () => void {
  const receive = (event: MessageEvent): void => {
    const message = decodeToPanel(event.data);
    if (message === undefined) return;
    if (message.type === 'open') {
      open(message);
      return;
    }
    const resolve = waiting.get(message.id);
    waiting.delete(message.id);
    resolve?.(message);
  };
  window.addEventListener('message', receive);
  tell({ type: 'ready' });
  return () => window.removeEventListener('message', receive);
}
