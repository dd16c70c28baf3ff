import { useEffect, useRef } from 'preact/hooks';
import { isTyping } from '../shared/controls.tsx';
import type { Controls } from './toolbar.tsx';
import { VIEWS, type ViewName } from './view-name.ts';

/** What keys do beyond the toolbar's controls. */
export interface KeyTargets extends Controls {
  readonly selectBy: (slots: number) => void;
  readonly setView: (view: ViewName) => void;
}

function actionFor(event: KeyboardEvent, targets: KeyTargets): (() => void) | undefined {
  const { stepBy, jumpToNotification, seek, selectBy, open, setView } = targets;
  switch (event.key) {
    case ' ':
      return targets.togglePlay;
    case 'ArrowLeft':
      return () => (event.shiftKey ? jumpToNotification(-1) : stepBy(-1));
    case 'ArrowRight':
      return () => (event.shiftKey ? jumpToNotification(1) : stepBy(1));
    case 'Home':
      return () => seek(0);
    case 'End':
      return () => seek(Infinity);
    case 'ArrowUp':
      return () => selectBy(-1);
    case 'ArrowDown':
      return () => selectBy(1);
    case 'n':
    case 'N':
      return targets.runToStop;
    case 'b':
    case 'B':
      return () => open('break');
    case 'c':
    case 'C':
      return () => open('compare');
    case 't':
    case 'T':
      return () => open('tour');
    case '?':
      return () => open('keys');
    default: {
      const view = VIEWS[Number(event.key) - 1];
      return view === undefined ? undefined : () => setView(view.value);
    }
  }
}

/** Listens for the panel's keys. A control that uses a key itself (a field, a button and Space) keeps it. */
export function useKeys(targets: KeyTargets): void {
  const latest = useRef(targets);
  latest.current = targets;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const onButton = (event.target as HTMLElement | null)?.tagName === 'BUTTON';
      if (onButton && event.key === ' ') return;
      const action = actionFor(event, latest.current);
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
