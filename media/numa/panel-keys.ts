import { useEffect, useRef } from 'preact/hooks';
import type { PanelFile } from '#core/protocol';
import { isTyping } from '../shared/controls.tsx';
import type { PanelState } from './panel-state.ts';
import type { Playback } from './use-simulation.ts';

interface PanelKeys {
  readonly update: (change: Partial<PanelState>) => void;
  readonly state: PanelState;
  readonly playback: Playback;
  readonly onKeys: () => void;
  readonly read: (files: readonly PanelFile[]) => void;
}

/** Keys, paste and drop anywhere in the panel. */
export function usePanelKeys(keys: PanelKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
      if (handleKey(event, latest.current)) event.preventDefault();
    };
    const pasted = (event: ClipboardEvent): void => {
      const target = event.target as HTMLElement | null;
      if (/^(?:INPUT|TEXTAREA)$/.test(target?.tagName ?? '')) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      const count = latest.current.state.inputs.length + 1;
      if (text.trim() !== '') latest.current.read([{ name: `paste ${count}`, text }]);
    };
    const over = (event: DragEvent): void => event.preventDefault();
    const dropped = (event: DragEvent): void => {
      event.preventDefault();
      const files = Array.from(event.dataTransfer?.files ?? []);
      void Promise.all(
        files.map(async (file) => ({ name: file.name, text: await file.text() })),
      ).then((read) => read.length > 0 && latest.current.read(read));
    };
    document.addEventListener('keydown', pressed);
    document.addEventListener('paste', pasted);
    document.addEventListener('dragover', over);
    document.addEventListener('drop', dropped);
    return () => {
      document.removeEventListener('keydown', pressed);
      document.removeEventListener('paste', pasted);
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', dropped);
    };
  }, []);
}

function handleKey(event: KeyboardEvent, { update, state, playback, onKeys }: PanelKeys): boolean {
  const { run, clock, seek } = playback;
  const { timeUs } = clock;
  const onButton = (event.target as HTMLElement | null)?.tagName === 'BUTTON';
  switch (event.key) {
    case '?':
      onKeys();
      return true;
    case 't':
    case 'T':
      update({ showsTables: !state.showsTables });
      return true;
    case ' ':
      // Space on a button presses it.
      if (onButton) return false;
      playback.toggle();
      return true;
    case 'ArrowLeft':
      seek(event.shiftKey ? remoteStart(run, timeUs, -1) : timeUs - 1000);
      return true;
    case 'ArrowRight':
      seek(event.shiftKey ? remoteStart(run, timeUs, 1) : timeUs + 1000);
      return true;
    case 'Home':
      seek(0);
      return true;
    case 'End':
      seek(run?.lengthUs ?? 0);
      return true;
    default:
      return false;
  }
}

/** Start of the nearest stretch on a node without the domain's pages, in one direction. */
function remoteStart(run: Playback['run'], timeUs: number, direction: 1 | -1): number {
  if (run === undefined) return timeUs;
  let best: number | undefined;
  for (const segment of run.segments) {
    const domain = run.input.domains[run.vcpus[segment.vcpu]!.domain]!;
    if (domain.memory[run.input.host.nodeOf[segment.cpu]!]! > 0) continue;
    const ahead = (segment.startUs - timeUs) * direction;
    if (ahead > 0 && (best === undefined || ahead < (best - timeUs) * direction)) {
      best = segment.startUs;
    }
  }
  return best ?? timeUs;
}
