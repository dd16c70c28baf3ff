import { Component, type JSX } from 'preact';
import { type Pointer, pointersOf, SLOT_OWNERS, type SlotOwner, slotOwners } from '#core/ring';
import { grouped } from '../shared/controls.tsx';
import type { Moment } from './moment.ts';
import type { Tools } from './tools-loader.ts';
import {
  type Circle,
  groupPointers,
  LINE_HEIGHT,
  type PlacedLabel,
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
class CircleSlot extends Component<SlotProps> {
  override shouldComponentUpdate(next: SlotProps): boolean {
    const { props } = this;
    return (
      next.owner !== props.owner ||
      next.selected !== props.selected ||
      next.entryCount !== props.entryCount ||
      next.slot !== props.slot
    );
  }

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
      </g>
    );
  }
}

const CIRCLE: Circle = { centreX: 260, centreY: 175, radius: 150, width: 520, height: 350 };
const INNER_RADIUS = 102;

function point(angle: number, radius: number): string {
  return `${(CIRCLE.centreX + Math.cos(angle) * radius).toFixed(2)} ${(CIRCLE.centreY + Math.sin(angle) * radius).toFixed(2)}`;
}

interface RingViewProps {
  readonly moment: Moment;
  readonly selected: number;
  readonly onSelect: (slot: number) => void;
  /** The sum that gives the number of slots. */
  readonly sum: string;
  /** Draw the grid of a large ring. */
  readonly tools: Tools | undefined;
}

/** The ring: a circle up to 64 slots, a grid above. Up and Down move the selection. */
export function RingView(props: RingViewProps): JSX.Element {
  const { ring, startIndex } = props.moment;
  const { entryCount } = ring;
  const owners = slotOwners(ring, startIndex);
  const round = entryCount <= MOST_CIRCLE_SLOTS;
  const height = round ? CIRCLE.height : props.tools?.gridHeight(entryCount);
  return (
    <div class="ring-view">
      <svg
        class="picture"
        viewBox={`0 0 ${CIRCLE.width} ${height ?? CIRCLE.height}`}
        role="listbox"
        tabindex={0}
        aria-label={`Ring of ${entryCount} slots`}
        aria-activedescendant={`slot-${props.selected}`}
      >
        {round
          ? owners.map((owner, slot) => (
              <CircleSlot
                key={slot}
                slot={slot}
                owner={owner}
                selected={slot === props.selected}
                entryCount={entryCount}
                onSelect={props.onSelect}
              />
            ))
          : props.tools !== undefined && (
              <props.tools.SlotGrid
                owners={owners}
                selected={props.selected}
                onSelect={props.onSelect}
              />
            )}
        {round && <CircleLabels {...props} />}
      </svg>
      {!round && props.tools !== undefined && (
        <props.tools.GridPointers moment={props.moment} sum={props.sum} />
      )}
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
      <SlotNumbers entryCount={ring.entryCount} />
      {labels.map((label) => (
        <PointerLabel key={label.index} {...label} />
      ))}
    </g>
  );
}

/** Every eighth of the circle has its number inside. */
function SlotNumbers({ entryCount }: { readonly entryCount: number }): JSX.Element {
  const every = Math.max(1, entryCount / 8);
  return (
    <>
      {Array.from({ length: entryCount / every }, (_, i) => {
        const [x, y] = point(slotAngle(i * every + 0.5, entryCount), INNER_RADIUS - 11).split(' ');
        return (
          <text key={i} x={x} y={y} class="slot-number">
            {i * every}
          </text>
        );
      })}
    </>
  );
}

/** The names at one index, each with the mark of the end that writes it. */
function PointerLabel(label: PlacedLabel): JSX.Element {
  const outwards = label.anchor === 'start' ? 1 : -1;
  const middle = label.y + ((label.pointers.length - 1) * LINE_HEIGHT) / 2 - 3;
  return (
    <g class="pointer">
      <line x1={label.tipX} y1={label.tipY} x2={label.x - outwards * 4} y2={middle} />
      <circle cx={label.tipX} cy={label.tipY} r={2.5} />
      {label.pointers.map(({ name, writer }, i) => {
        const y = label.y + i * LINE_HEIGHT;
        return (
          <g key={name}>
            <WriterMark x={label.x + outwards * 5} y={y - 4} writer={writer} />
            <text x={label.x + outwards * 14} y={y} text-anchor={label.anchor}>
              {name}
            </text>
          </g>
        );
      })}
      <text
        x={label.x + outwards * 14}
        y={label.y + label.pointers.length * LINE_HEIGHT}
        text-anchor={label.anchor}
        class="pointer-value"
      >
        {grouped(label.index)}
      </text>
    </g>
  );
}

interface WriterMarkProps {
  readonly x: number;
  readonly y: number;
  readonly writer: Pointer['writer'];
}

/** A disc for the frontend, a diamond for the backend: colour is not alone. */
function WriterMark({ x, y, writer }: WriterMarkProps): JSX.Element {
  return writer === 'frontend' ? (
    <circle class="mark frontend" cx={x} cy={y} r={3.2} />
  ) : (
    <path class="mark backend" d={`M${x} ${y - 4.4}l4.4 4.4-4.4 4.4-4.4-4.4z`} />
  );
}

export function Mark({ writer }: { readonly writer: Pointer['writer'] }): JSX.Element {
  return (
    <svg class="mark-box" viewBox="-6 -6 12 12" aria-hidden="true">
      <WriterMark x={0} y={0} writer={writer} />
    </svg>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="What letters and marks mean">
      {SLOT_OWNERS.map(({ owner, letter, meaning }) => (
        <li key={owner} title={meaning}>
          <span class={`swatch ${owner}`} aria-hidden="true">
            {letter === '' ? '\u00a0' : letter}
          </span>
          {owner}
        </li>
      ))}
      {(['frontend', 'backend'] as const).map((writer) => (
        <li key={writer} title={`An index that the ${writer} writes`}>
          <Mark writer={writer} />
          {writer} writes
        </li>
      ))}
    </ul>
  );
}
