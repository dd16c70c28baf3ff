import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type ArmedHazard, type Hazard, HAZARDS, type HazardId } from '#core/ring';
import { Button, Checkbox, Dialog, NumberField } from '../shared/controls.tsx';

interface BreakProps {
  readonly armed: ArmedHazard | undefined;
  readonly onArm: (hazard: ArmedHazard | undefined) => void;
  /** Opens the shortest schedule on which it does harm. */
  readonly onSchedule: (id: HazardId) => void;
  readonly onClose: () => void;
}

const GROUPS: readonly (readonly [kind: Hazard['kind'], title: string])[] = [
  ['adversary', 'A hostile peer'],
  ['mistake', 'A driver\u2019s mistake'],
  ['memory-order', 'A processor that reorders'],
];

/** Choose what breaks the ring, and whether the check that helps is in place. */
export function BreakDialog({ armed, onArm, onSchedule, onClose }: BreakProps): JSX.Element {
  const [id, setId] = useState<HazardId>(armed?.id ?? 'no-final-check');
  const [checked, setChecked] = useState(armed?.checked ?? false);
  const [delaySteps, setDelay] = useState(armed?.delaySteps ?? 6);
  const chosen = HAZARDS.find((hazard) => hazard.id === id);
  return (
    <Dialog title="Break it yourself" onClose={onClose}>
      <div class="break">
        <fieldset>
          <legend class="visually-hidden">What breaks</legend>
          {GROUPS.map(([kind, title]) => (
            <div key={kind}>
              <h2>{title}</h2>
              {HAZARDS.filter((hazard) => hazard.kind === kind).map((hazard) => (
                <label key={hazard.id} class="field">
                  <input
                    type="radio"
                    name="hazard"
                    checked={hazard.id === id}
                    autofocus={hazard.id === (armed?.id ?? 'no-final-check')}
                    onChange={() => setId(hazard.id)}
                  />
                  <span>
                    {hazard.title} <span class="quiet">{hazard.rules.join(', ')}</span>
                  </span>
                </label>
              ))}
            </div>
          ))}
        </fieldset>
        {chosen !== undefined && (
          <div class="explained">
            <p>
              <strong>{chosen.title}</strong> ({chosen.end})
            </p>
            <p>{chosen.consequence}</p>
            <p>
              What helps: <span class="mono">{chosen.check}</span>
            </p>
            <p class="quiet">
              Rule {chosen.rules.join(', ')}; {chosen.sources.join(', ')}
            </p>
            <Checkbox label="The check is in place" checked={checked} onChange={setChecked} />
            {chosen.kind === 'memory-order' && (
              <NumberField
                label="Seen late by (steps)"
                value={delaySteps}
                min={1}
                max={100}
                onChange={setDelay}
              />
            )}
            <p class="row">
              <Button
                label="Arm it here"
                tone="primary"
                onPress={() => onArm({ id, checked, delaySteps, fromStep: 0 })}
              />
              <Button label="Show the schedule that bites" onPress={() => onSchedule(id)} />
              {armed !== undefined && <Button label="Disarm" onPress={() => onArm(undefined)} />}
            </p>
          </div>
        )}
      </div>
    </Dialog>
  );
}
