import {
  decodeToPanel,
  type FromPanelMessage,
  type PanelFile,
  type ToPanelMessage,
} from '#core/protocol';
import { tell } from './editor-api.ts';

export { host, tell } from './editor-api.ts';

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
