import { Component, type JSX } from 'preact';
import { pointersOf, SLOT_OWNERS, type SlotOwner, slotOwners } from '#core/ring';
import { grouped } from '../shared/controls.tsx';
import type { Moment } from './moment.ts';
import {
  type Circle,
  groupPointers,
  LINE_HEIGHT,
  placeLabels,
  slotAngle,
} from './pointer-labels.ts';

/** Rings up to this many slots are drawn as a circle, larger ones as a grid. */
export const MOST_CIRCLE_SLOTS = 64;

export const LETTER: Readonly<Record<SlotOwner, string>> = Object.fromEntries(
  SLOT_OWNERS.map(({ owner, letter }) => [owner, letter]),
) as Record<SlotOwner, string>;

interface SlotProps {
  readonly slot: number;
  readonly owner: SlotOwner;
  readonly selected: boolean;
  readonly entryCount: number;
  readonly onSelect: (slot: number) => void;
}

/** Slots are drawn again only when they change: a frame touches a few of them. */
abstract class Slot extends Component<SlotProps> {
  override shouldComponentUpdate(next: SlotProps): boolean {
    const { props } = this;
    return (
      next.owner !== props.owner ||
      next.selected !== props.selected ||
      next.entryCount !== props.entryCount ||
      next.slot !== props.slot
    );
  }
}

const CIRCLE: Circle = { centreX: 260, centreY: 175, radius: 150, width: 520, height: 350 };
const INNER_RADIUS = 102;

function point(angle: number, radius: number): string {
  return `${(CIRCLE.centreX + Math.cos(angle) * radius).toFixed(2)} ${(CIRCLE.centreY + Math.sin(angle) * radius).toFixed(2)}`;
}

class CircleSlot extends Slot {
  override render(): JSX.Element {
    const { slot, owner, selected, entryCount, onSelect } = this.props;
    const from = slotAngle(slot, entryCount);
    const to = slotAngle(slot + 1, entryCount);
    const middle = (from + to) / 2;
    const path =
      entryCount === 1
        ? ''
        : `M${point(from, CIRCLE.radius)}A${CIRCLE.radius} ${CIRCLE.radius} 0 0 1 ${point(to, CIRCLE.radius)}L${point(to, INNER_RADIUS)}A${INNER_RADIUS} ${INNER_RADIUS} 0 0 0 ${point(from, INNER_RADIUS)}Z`;
    const [x, y] = point(middle, (CIRCLE.radius + INNER_RADIUS) / 2).split(' ');
    const [nx, ny] = point(middle, INNER_RADIUS - 11).split(' ');
    const numbered = slot % Math.max(1, entryCount / 8) === 0;
    return (
      <g
        id={`slot-${slot}`}
        role="option"
        aria-selected={selected}
        aria-label={`Slot ${slot}, ${owner}`}
        class={`slot ${owner}${selected ? ' selected' : ''}`}
        onClick={() => onSelect(slot)}
      >
        <path d={path} />
        <text x={x} y={y} class="slot-letter">
          {LETTER[owner]}
        </text>
        {numbered && (
          <text x={nx} y={ny} class="slot-number" aria-hidden="true">
            {slot}
          </text>
        )}
      </g>
    );
  }
}

const COLUMNS = 32;
const CELL = 16;

class GridSlot extends Slot {
  override render(): JSX.Element {
    const { slot, owner, selected, onSelect } = this.props;
    const x = (slot % COLUMNS) * CELL + 4;
    const y = Math.floor(slot / COLUMNS) * CELL + 4;
    return (
      <g
        id={`slot-${slot}`}
        role="option"
        aria-selected={selected}
        aria-label={`Slot ${slot}, ${owner}`}
        class={`slot ${owner}${selected ? ' selected' : ''}`}
        onClick={() => onSelect(slot)}
      >
        <rect x={x} y={y} width={CELL - 2} height={CELL - 2} />
        <text x={x + CELL / 2 - 1} y={y + CELL / 2 - 1} class="slot-letter small">
          {LETTER[owner]}
        </text>
      </g>
    );
  }
}

interface RingViewProps {
  readonly moment: Moment;
  readonly selected: number;
  readonly onSelect: (slot: number) => void;
  /** The sum that gives the number of slots. */
  readonly sum: string;
}

/** The ring: a circle up to 64 slots, a grid above. Up and Down move the selection. */
export function RingView(props: RingViewProps): JSX.Element {
  const { ring, startIndex } = props.moment;
  const { entryCount } = ring;
  const owners = slotOwners(ring, startIndex);
  const round = entryCount <= MOST_CIRCLE_SLOTS;
  const SlotShape = round ? CircleSlot : GridSlot;
  const height = round ? CIRCLE.height : Math.ceil(entryCount / COLUMNS) * CELL + 8;
  return (
    <div class="ring-view">
      <svg
        class="picture"
        viewBox={`0 0 ${CIRCLE.width} ${height}`}
        role="listbox"
        tabIndex={0}
        aria-label={`Ring of ${entryCount} slots`}
        aria-activedescendant={`slot-${props.selected}`}
      >
        {owners.map((owner, slot) => (
          <SlotShape
            key={slot}
            slot={slot}
            owner={owner}
            selected={slot === props.selected}
            entryCount={entryCount}
            onSelect={props.onSelect}
          />
        ))}
        {round && <CircleLabels {...props} />}
      </svg>
      {!round && <GridPointers moment={props.moment} sum={props.sum} />}
      <Legend />
    </div>
  );
}

function CircleLabels({ moment, sum }: RingViewProps): JSX.Element {
  const { ring } = moment;
  const labels = placeLabels(groupPointers(pointersOf(ring)), ring.entryCount, CIRCLE);
  return (
    <g aria-hidden="true">
      <text x={CIRCLE.centreX} y={CIRCLE.centreY - 10} class="ring-title">
        {ring.entryCount} slots
      </text>
      {sum.split('\n').map((line, i) => (
        <text key={i} x={CIRCLE.centreX} y={CIRCLE.centreY + 12 + i * 17} class="ring-sum">
          {line}
        </text>
      ))}
      {labels.map((label) => {
        const towards = label.anchor === 'start' ? -4 : 4;
        const middle = label.y + ((label.names.length - 1) * LINE_HEIGHT) / 2 - 3;
        return (
          <g key={label.names.join()} class={`pointer ${label.side}`}>
            <line x1={label.tipX} y1={label.tipY} x2={label.x + towards} y2={middle} />
            <circle cx={label.tipX} cy={label.tipY} r={3} />
            {label.names.map((name, i) => (
              <text key={name} x={label.x} y={label.y + i * LINE_HEIGHT} text-anchor={label.anchor}>
                {name}
              </text>
            ))}
            <text
              x={label.x}
              y={label.y + label.names.length * LINE_HEIGHT}
              text-anchor={label.anchor}
              class="pointer-value"
            >
              {grouped(label.index)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function GridPointers({
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
          <li key={group.names.join()} class={`pointer ${group.side}`}>
            <span class="mono">{group.names.join(' = ')}</span> {grouped(group.index)}{' '}
            {group.slot !== group.index && <span class="quiet">slot {group.slot}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="What the letters mean">
      {SLOT_OWNERS.filter(({ letter }) => letter !== '').map(({ owner, letter, meaning }) => (
        <li key={owner} title={meaning}>
          <span class={`swatch ${owner}`} aria-hidden="true">
            {letter}
          </span>
          {owner}
        </li>
      ))}
    </ul>
  );
}
