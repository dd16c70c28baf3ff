import type { JSX } from 'preact';
import { pointersOf, SLOT_OWNERS, type SlotOwner } from '#core/ring';
import { grouped } from '../shared/controls.tsx';
import type { Moment } from './moment.ts';
import { groupPointers } from './pointer-labels.ts';
import { LETTER, Mark } from './ring-view.tsx';

const COLUMNS = 32;
const CELL = 16;
const MARGIN = 4;
const SIDE = CELL - 2;

export const gridHeight = (entryCount: number): number =>
  Math.ceil(entryCount / COLUMNS) * CELL + 2 * MARGIN;

const left = (slot: number): number => (slot % COLUMNS) * CELL + MARGIN;
const top = (slot: number): number => Math.floor(slot / COLUMNS) * CELL + MARGIN;

/** Middle of every column: the letters of a row are one text, each glyph with its own place. */
const COLUMN_MIDDLES = Array.from({ length: COLUMNS }, (_, column) => left(column) + SIDE / 2);

interface SlotGridProps {
  readonly owners: readonly SlotOwner[];
  readonly selected: number;
  readonly onSelect: (slot: number) => void;
}

/**
 * A large ring: one path for all slots of an owner and one text for the letters of a row, so that a frame of 512 slots
 * changes a few attributes. The listbox holds the option that is selected; Up and Down bring the others.
 */
export function SlotGrid({ owners, selected, onSelect }: SlotGridProps): JSX.Element {
  const rows = Math.ceil(owners.length / COLUMNS);
  const owner = owners[selected] ?? 'free';
  const choose = (event: JSX.TargetedMouseEvent<SVGGElement>): void => {
    const matrix = event.currentTarget.getScreenCTM();
    if (matrix === null) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const column = Math.floor((at.x - MARGIN) / CELL);
    const slot = Math.floor((at.y - MARGIN) / CELL) * COLUMNS + column;
    if (column >= 0 && column < COLUMNS && slot >= 0 && slot < owners.length) onSelect(slot);
  };
  return (
    <g class="slot-grid" onClick={choose}>
      {SLOT_OWNERS.map((each) => (
        <g key={each.owner} class={`slot ${each.owner}`} aria-hidden="true">
          <path d={cellsOf(owners, each.owner)} />
        </g>
      ))}
      {Array.from({ length: rows }, (_, row) => (
        <RowLetters key={row} row={row} owners={owners} />
      ))}
      <g
        id={`slot-${selected}`}
        role="option"
        aria-selected="true"
        aria-setsize={owners.length}
        aria-posinset={selected + 1}
        aria-label={`Slot ${selected}, ${owner}`}
        class="slot selected"
      >
        <rect x={left(selected)} y={top(selected)} width={SIDE} height={SIDE} />
      </g>
    </g>
  );
}

/** The cells of one owner; neighbours stay apart because each is a square of its own. */
function cellsOf(owners: readonly SlotOwner[], owner: SlotOwner): string {
  let path = '';
  for (const [slot, each] of owners.entries())
    if (each === owner) path += `M${left(slot)} ${top(slot)}h${SIDE}v${SIDE}h-${SIDE}z`;
  return path;
}

function RowLetters({
  row,
  owners,
}: {
  readonly row: number;
  readonly owners: readonly SlotOwner[];
}): JSX.Element {
  const places: number[] = [];
  let letters = '';
  for (const [column, owner] of owners.slice(row * COLUMNS, (row + 1) * COLUMNS).entries()) {
    if (LETTER[owner] === '') continue;
    letters += LETTER[owner];
    places.push(COLUMN_MIDDLES[column] ?? 0);
  }
  return (
    <text
      x={places.join(' ')}
      y={row * CELL + MARGIN + SIDE / 2}
      class="slot-letter small"
      aria-hidden="true"
    >
      {letters}
    </text>
  );
}

/** The indices of a large ring, as a list below it. */
export function GridPointers({
  moment,
  sum,
}: {
  readonly moment: Moment;
  readonly sum: string;
}): JSX.Element {
  const groups = groupPointers(pointersOf(moment.ring));
  return (
    <div class="grid-pointers">
      <p class="quiet">
        {moment.ring.entryCount} slots: {sum.replaceAll('\n', ', ')}
      </p>
      <ul>
        {groups.map((group) => (
          <li key={group.index}>
            {group.pointers.map(({ name, writer }) => (
              <span key={name} class="mono">
                <Mark writer={writer} />
                {name}
              </span>
            ))}
            <span>
              {grouped(group.index)}
              {group.slot !== group.index && <span class="quiet"> slot {group.slot}</span>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
