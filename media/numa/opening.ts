import { useEffect, useRef } from 'preact/hooks';
import type { PanelFile } from '#core/protocol';
import { tell } from '../shared/editor-api.ts';
import { formatDocument, type PanelState } from './panel-state.ts';
import { useTools } from './tools-loader.ts';

const EDIT_DELAY_MS = 200;

/** Listens to the host, and tells it the document's new text after changes. */
export function useOpening(read: (files: readonly PanelFile[]) => void, state: PanelState): void {
  const latest = useRef(read);
  latest.current = read;
  const tools = useTools();
  useEffect(() => tools?.listen(({ files }) => files.length > 0 && latest.current(files)), [tools]);
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
