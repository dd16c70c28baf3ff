import type { JSX } from 'preact';
import { describeRequest, pointersOf, slotOwners, type SlotContent } from '#core/ring';
import { grouped } from '../shared/controls.tsx';
import type { Moment } from './moment.ts';

function contentText(content: SlotContent | undefined): string {
  if (content === undefined) return 'not known';
  if (content.kind === 'empty') return 'empty';
  if (content.kind === 'request')
    return `request ${content.request.id}: ${describeRequest(content.request)}`;
  return `response to ${content.id}, status ${content.failed ? '−1' : '0'}`;
}

/** The ring as tables: what the picture says, for reading aloud and for copying. */
export function SlotTable({ moment }: { readonly moment: Moment }): JSX.Element {
  const owners = slotOwners(moment.ring, moment.startIndex);
  return (
    <div class="tables">
      <table aria-label="Indices">
        <thead>
          <tr>
            <th scope="col">index</th>
            <th scope="col">value</th>
            <th scope="col">slot</th>
          </tr>
        </thead>
        <tbody>
          {pointersOf(moment.ring).map((pointer) => (
            <tr key={pointer.name}>
              <th scope="row" class="mono">
                {pointer.name}
              </th>
              <td class="number">{grouped(pointer.index)}</td>
              <td class="number">{pointer.slot}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table aria-label="Slots">
        <thead>
          <tr>
            <th scope="col">slot</th>
            <th scope="col">state</th>
            <th scope="col">holds</th>
          </tr>
        </thead>
        <tbody>
          {owners.map((owner, slot) => (
            <tr key={slot}>
              <th scope="row">{slot}</th>
              <td>{owner}</td>
              <td>{contentText(moment.slots?.[slot])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
