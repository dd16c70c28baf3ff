import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { STEP_FACTS, type StepKind, type StepLog, type StopId, STOPS } from '#core/ring';
import { Button, grouped, Select } from '../shared/controls.tsx';
import { stepCount, type Session } from './session.ts';
import type { Controls } from './toolbar.tsx';

const HEIGHT = 84;
const LEFT = 66;
const FRONT_Y = 18;
const BACK_Y = 58;
const STEP = 12;

/** What fits the window: the picture keeps its scale and shows more or fewer steps. */
interface Frame {
  readonly width: number;
  readonly shown: number;
}

function useFrame(): Frame {
  const [width, setWidth] = useState(window.innerWidth);
  useEffect(() => {
    const resize = (): void => setWidth(window.innerWidth);
    window.addEventListener('resize', resize);
    return () => window.removeEventListener('resize', resize);
  }, []);
  const inner = Math.max(400, width - 24);
  return { width: inner, shown: Math.floor((inner - LEFT - 10) / STEP) };
}

/** Steps of the same nature share a shape's colour; the sentence below says exactly what each one is. */
const TONE: Partial<Readonly<Record<StepKind, string>>> = {
  fill: 'filled',
  'push-requests': 'pushed',
  'take-request': 'working',
  'map-and-submit': 'working',
  respond: 'answered',
  'push-responses': 'answered',
  'consume-response': 'consumed',
  'peer-forges': 'peer',
  'peer-changes-slot': 'peer',
};

interface TimelineProps {
  readonly session: Session;
  readonly position: number;
  readonly said: string;
  readonly stop: StopId;
  readonly controls: Controls;
}

const STOP_CHOICES = STOPS.map(({ id, title }) => ({ value: id, label: `Play ${title}` }));

/** Two lanes, an arrow per notification, a dashed one for each held back, and the scrubber. */
export function Timeline(props: TimelineProps): JSX.Element {
  const { session, position, said, stop, controls } = props;
  const frame = useFrame();
  const { width, shown } = frame;
  const end = stepCount(session);
  const from = Math.max(0, Math.min(position - Math.floor(shown * 0.6), end - shown));
  return (
    <section class="timeline" aria-label="Timeline">
      <svg
        class="picture"
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={`Steps ${from + 1} to ${Math.min(end, from + shown)}. ${said}`}
      >
        <text x={0} y={FRONT_Y + 4}>
          frontend
        </text>
        <text x={0} y={BACK_Y + 4}>
          backend
        </text>
        <line class="axis" x1={LEFT} x2={width} y1={FRONT_Y} y2={FRONT_Y} />
        <line class="axis" x1={LEFT} x2={width} y1={BACK_Y} y2={BACK_Y} />
        {session.kind === 'simulation' && (
          // The inner picture cuts off what lies before and after; moving on is one attribute.
          <svg x={LEFT} width={width - LEFT} height={HEIGHT}>
            <g transform={`translate(${-from * STEP} 0)`}>
              <Steps log={session.history.log} from={from} position={position} frame={frame} />
            </g>
          </svg>
        )}
        <Cursor x={LEFT + (position - from) * STEP} />
      </svg>
      <div class="row scrub">
        <input
          type="range"
          aria-label="Step"
          aria-valuetext={`Step ${position} of ${end}`}
          min={0}
          max={end}
          value={position}
          disabled={end === 0}
          onInput={(event) => controls.seek(Number(event.currentTarget.value))}
        />
        <span>
          {grouped(position)} / {grouped(end)}
        </span>
        {session.kind === 'simulation' && (
          <>
            <Select
              label="Where playing stops"
              value={stop}
              choices={STOP_CHOICES}
              onChange={controls.setStop}
            />
            <Button label="Run to where playing stops (N)" onPress={controls.runToStop}>
              Run
            </Button>
            <span class="quiet key">solid: notification sent, dashed: held back</span>
          </>
        )}
      </div>
    </section>
  );
}

function Cursor({ x }: { readonly x: number }): JSX.Element {
  return (
    <g class="cursor">
      <path d={`M${x - 5} 0h10l-5 7z`} />
      <line x1={x} x2={x} y1={4} y2={HEIGHT} />
    </g>
  );
}

interface StepsProps {
  readonly log: StepLog;
  readonly from: number;
  readonly position: number;
  readonly frame: Frame;
}

function Steps({ log, from, position, frame }: StepsProps): JSX.Element {
  const marks: JSX.Element[] = [];
  const to = Math.min(log.length, from + frame.shown);
  for (let i = from; i < to; i++) {
    const kind = log.kindOf(i);
    const front = STEP_FACTS[kind].end === 'frontend';
    const x = i * STEP;
    const tone = TONE[kind] ?? 'plain';
    marks.push(
      <rect
        key={i}
        class={`step ${tone}${i < position ? '' : ' ahead'}`}
        x={x + 1}
        y={(front ? FRONT_Y : BACK_Y) - 7}
        width={STEP - 2}
        height={14}
        rx={2}
      />,
    );
    const arrow = arrowOf(log, i, frame.shown);
    if (arrow !== undefined)
      marks.push(<Arrow key={`a${i}`} {...arrow} x={x} ahead={i >= position} />);
  }
  return <g>{marks}</g>;
}

interface ArrowFacts {
  readonly down: boolean;
  readonly sent: boolean;
  /** Steps until it is received. */
  readonly length: number;
}

/** A push that notified or held back; a sent one ends where the other end wakes. */
function arrowOf(log: StepLog, at: number, shown: number): ArrowFacts | undefined {
  const kind = log.kindOf(at);
  if (kind !== 'push-requests' && kind !== 'push-responses') return undefined;
  const down = kind === 'push-requests';
  if (log.resultOf(at) === 0) return { down, sent: false, length: 2 };
  const wakes: StepKind = down ? 'read-requests' : 'interrupt';
  for (let i = at + 1; i < Math.min(log.length, at + shown); i++) {
    if (log.kindOf(i) === wakes && log.queueOf(i) === log.queueOf(at))
      return { down, sent: true, length: i - at };
  }
  return { down, sent: true, length: 3 };
}

function Arrow({
  down,
  sent,
  length,
  x,
  ahead,
}: ArrowFacts & {
  readonly x: number;
  readonly ahead: boolean;
}): JSX.Element {
  const startX = x + STEP / 2;
  const endX = startX + length * STEP;
  const [startY, endY] = down ? [FRONT_Y + 8, BACK_Y - 9] : [BACK_Y - 8, FRONT_Y + 9];
  const classes = `arrow ${sent ? 'sent' : 'held'} ${down ? 'to-back' : 'to-front'}${ahead ? ' ahead' : ''}`;
  return (
    <g class={classes}>
      <line x1={startX} y1={startY} x2={endX} y2={endY} />
      <circle cx={endX} cy={endY} r={sent ? 3 : 2.5} />
    </g>
  );
}
