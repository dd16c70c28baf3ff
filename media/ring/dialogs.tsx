import type { JSX } from 'preact';
import { BreakDialog } from './break-dialog.tsx';
import { ConfigureDialog } from './configure-dialog.tsx';
import type { PanelState } from './panel-state.ts';
import { KeysDialog, PasteDialog } from './small-dialogs.tsx';
import type { Controls } from './toolbar.tsx';

/** The dialog that is open, if any. */
export function Dialogs({
  panel,
  controls,
}: {
  readonly panel: PanelState;
  readonly controls: Controls;
}): JSX.Element | null {
  const close = (): void => panel.setDialog(undefined);
  const { scenario } = panel.saved.document;
  switch (panel.dialog) {
    case 'configure':
      return (
        <ConfigureDialog
          config={scenario.config}
          workload={scenario.workload}
          onConfig={controls.setConfig}
          onWorkload={controls.setWorkload}
          onClose={close}
        />
      );
    case 'break':
      return (
        <BreakDialog
          armed={scenario.hazard}
          onArm={(hazard) => {
            close();
            panel.arm(hazard);
          }}
          onSchedule={(id) => {
            close();
            panel.showSchedule(id);
          }}
          onClose={close}
        />
      );
    case 'paste':
      return (
        <PasteDialog
          onImport={(text) => {
            close();
            panel.importAll([{ name: 'The pasted text', text }]);
          }}
          onClose={close}
        />
      );
    case 'keys':
      return <KeysDialog onClose={close} />;
    default:
      return null;
  }
}
