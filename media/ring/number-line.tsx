import type { JSX } from 'preact';
import { describeInterval, type RingState } from '#core/ring';
import { grouped } from '../shared/controls.tsx';

/** One direction's indices as the notify condition sees them. */
interface Interval {
  readonly names: readonly [old: string, next: string, event: string];
  readonly old: number;
  readonly next: number;
  readonly event: number;
  /** The consumer, where the picture begins. */
  readonly cons: number;
  readonly consName: string;
  /** Nothing is waiting to be pushed: what is drawn is the push of one more. */
  readonly supposed: boolean;
}

export function requestInterval(ring: RingState): Interval {
  const supposed = ring.reqProdPvt === ring.reqProd;
  return {
    names: ['req_prod', 'req_prod_pvt', 'req_event'],
    old: ring.reqProd,
    next: supposed ? (ring.reqProdPvt + 1) >>> 0 : ring.reqProdPvt,
    event: ring.reqEvent,
    cons: ring.reqCons,
    consName: 'req_cons',
    supposed,
  };
}

export function responseInterval(ring: RingState): Interval {
  const supposed = ring.rspProdPvt === ring.rspProd;
  return {
    names: ['rsp_prod', 'rsp_prod_pvt', 'rsp_event'],
    old: ring.rspProd,
    next: supposed ? (ring.rspProdPvt + 1) >>> 0 : ring.rspProdPvt,
    event: ring.rspEvent,
    cons: ring.rspCons,
    consName: 'rsp_cons',
    supposed,
  };
}

export function intervalSentence(interval: Interval): string {
  const sentence = describeInterval(interval.old, interval.next, interval.event);
  return interval.supposed ? `If one more were pushed: ${sentence}` : sentence;
}

const WIDTH = 520;
const HEIGHT = 84;
const LEFT = 14;
const AXIS = 46;
/** Indices drawn around the consumer; an event further away is shown as an arrow at the edge. */
const SPAN = 40;

/** Indices old to new with the event, as the macro compares them. */
export function NumberLine({ interval }: { readonly interval: Interval }): JSX.Element {
  const behind = (interval.cons - interval.event) >>> 0;
  const from = (interval.cons - (behind <= SPAN / 2 ? behind : 0) - 2) >>> 0;
  const ahead = (index: number): number => (index - from) | 0;
  const span = Math.max(12, Math.min(SPAN, ahead(interval.next) + 3));
  const scale = (WIDTH - 2 * LEFT) / span;
  const place = (index: number): number => LEFT + Math.max(0, Math.min(span, ahead(index))) * scale;
  const oldX = place(interval.old);
  const nextX = place(interval.next);
  const eventX = place(interval.event);
  const far = ahead(interval.event) < 0 || ahead(interval.event) > span;
  const every = Math.max(1, Math.ceil(span / 40));
  const [oldName, nextName, eventName] = interval.names;
  const [nameX, nameAnchor] =
    eventX < 130
      ? [LEFT - 8, 'start']
      : eventX > WIDTH - 130
        ? [WIDTH - 6, 'end']
        : [eventX, 'middle'];
  const oldAnchor = oldX > WIDTH / 2 ? 'end' : 'start';
  return (
    <svg
      class="picture number-line"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={intervalSentence(interval)}
    >
      <line class="axis" x1={LEFT} x2={WIDTH - LEFT} y1={AXIS} y2={AXIS} />
      {Array.from({ length: span + 1 }, (_, i) =>
        i % every === 0 ? (
          <line
            key={i}
            class="axis"
            x1={LEFT + i * scale}
            x2={LEFT + i * scale}
            y1={AXIS - 4}
            y2={AXIS + 4}
          />
        ) : null,
      )}
      <rect
        class={interval.supposed ? 'interval supposed' : 'interval'}
        x={oldX}
        y={AXIS - 9}
        width={Math.max(1, nextX - oldX)}
        height={18}
      />
      <path class="event-mark" d={`M${eventX} ${AXIS - 10}l-6 -9h12z`} />
      <text class="event-name" x={nameX} y={AXIS - 23} text-anchor={nameAnchor}>
        {eventName} {grouped(interval.event)}
        {far ? ' (out of the picture)' : ''}
      </text>
      <text
        x={oldAnchor === 'end' ? oldX : Math.max(LEFT, oldX - 4)}
        y={AXIS + 22}
        text-anchor={oldAnchor}
      >
        old {oldName} {grouped(interval.old)}
      </text>
      <text
        x={Math.max(120, Math.min(WIDTH - LEFT, nextX + 4))}
        y={AXIS + 35}
        text-anchor={nextX < WIDTH / 2 ? 'start' : 'end'}
      >
        new {interval.supposed ? 'after one more' : nextName} {grouped(interval.next)}
      </text>
    </svg>
  );
}
