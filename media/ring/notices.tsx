import type { JSX } from 'preact';
import { describeVerdict, hazardOf } from '#core/ring';
import { Button } from '../shared/controls.tsx';
import type { PanelState } from './panel-state.ts';

/** What is armed and how it ended, what was imported, what went wrong. */
export function Notices({ panel }: { readonly panel: PanelState }): JSX.Element | null {
  const { session, saved, notice } = panel;
  const verdict =
    session.kind === 'simulation' ? session.history.simulation.state.verdict : undefined;
  const { hazard } = saved.document.scenario;
  const armed =
    session.kind === 'simulation' && hazard !== undefined ? hazardOf(hazard.id) : undefined;
  if (armed === undefined && notice === undefined && session.kind === 'simulation') return null;
  return (
    <div class="notices">
      {session.kind !== 'simulation' && (
        <div class="notice row spread">
          <p>
            {session.kind === 'trace'
              ? `Trace: ${session.name}`
              : 'A printed ring: one moment, as it was taken.'}
          </p>
          <Button label="Back to the simulation" onPress={() => panel.load(saved.document)} />
        </div>
      )}
      {armed !== undefined && (
        <div class={verdict?.kind === 'bitten' ? 'notice error row spread' : 'notice row spread'}>
          <p>
            <strong>
              {armed.title}, {hazard?.checked === true ? 'check in place' : 'check missing'}
            </strong>
            {verdict === undefined
              ? `: ${armed.check} is what helps (${armed.rules.join(', ')}).`
              : `: ${describeVerdict(verdict)}`}
          </p>
          <Button label="Disarm" onPress={() => panel.arm(undefined)} />
        </div>
      )}
      {notice !== undefined && (
        <div class={notice.tone === 'error' ? 'notice error row spread' : 'notice row spread'}>
          <ul class="plain">
            {notice.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <Button label="Dismiss" onPress={() => panel.setNotice(undefined)}>
            ✕
          </Button>
        </div>
      )}
    </div>
  );
}
