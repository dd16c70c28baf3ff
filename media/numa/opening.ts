import { useEffect, useRef } from 'preact/hooks';
import type { PanelFile } from '#core/protocol';
import { listen, tell } from '../shared/host.ts';
import { formatDocument, type PanelState } from './panel-state.ts';

const EDIT_DELAY_MS = 200;

/** Listens to the host, and tells it the document's new text after changes. */
export function useOpening(read: (files: readonly PanelFile[]) => void, state: PanelState): void {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => listen(({ files }) => files.length > 0 && latest.current(files)), []);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return undefined;
    }
    const timer = setTimeout(
      () => tell({ type: 'edit', text: formatDocument(state) }),
      EDIT_DELAY_MS,
    );
    return () => clearTimeout(timer);
  }, [state]);
}
