import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Plan } from '#core/numa';
import { grouped } from '../shared/controls.tsx';
import { useClock } from './clock.ts';
import { letterOf } from './labels.ts';
import type { Playback, Run } from './use-simulation.ts';
import { useWidth } from './use-size.ts';

/** One page of the timeline shows this much. */
const PAGE_US = 200_000;
const ROW = 17;
const MOST_ROWS = 8;
const LABEL = 74;

interface TimelineProps {
  readonly plan: Plan;
  readonly playback: Playback;
  readonly selected: string | undefined;
}

const asItIs = (timeUs: number): number => timeUs;

/** A row per vCPU; a stretch says whether the CPU was near the memory (n) or remote (R). */
export function Timeline({ plan, playback, selected }: TimelineProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame, 1160);
  const { run } = playback;
  const timeUs = useClock(playback.clock, asItIs);
  const page = Math.floor(Math.min(timeUs, (run?.lengthUs ?? 1) - 1) / PAGE_US);
  const rows = useMemo(
    () => (run === undefined ? [] : shownRows(run, plan, selected)),
    [run, plan, selected],
  );
  const picture = useMemo(
    () =>
      run === undefined ? null : (
        <Segments run={run} plan={plan} rows={rows} page={page} width={width} />
      ),
    [run, plan, rows, page, width],
  );
  const height = Math.max(1, rows.length) * ROW + 16;
  const x = LABEL + ((timeUs - page * PAGE_US) / PAGE_US) * (width - LABEL - 4);
  const scrub = (event: PointerEvent): void => {
    if (event.buttons !== 1) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const at = (event.clientX - box.left - LABEL) / (width - LABEL - 4);
    playback.seek((page + Math.max(0, Math.min(0.999, at))) * PAGE_US);
  };
  return (
    <div class="timeline-frame" ref={frame}>
      <svg
        class="timeline"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="slider"
        tabIndex={0}
        aria-label="Time of the simulation"
        aria-valuemin={0}
        aria-valuemax={Math.round((run?.lengthUs ?? 0) / 1000)}
        aria-valuenow={Math.round(timeUs / 1000)}
        aria-valuetext={`${Math.round(timeUs / 1000)} ms`}
        onPointerDown={scrub}
        onPointerMove={scrub}
      >
        {picture}
        {run !== undefined && <line class="playhead" x1={x} x2={x} y1={0} y2={height - 14} />}
      </svg>
    </div>
  );
}

/** The selected domain's vCPUs first, then the others', as many as there is room for. */
export function shownRows(run: Run, plan: Plan, selected: string | undefined): readonly number[] {
  const ids = run.vcpus.map((_, id) => id);
  const isSelected = (id: number): boolean => run.input.keys[run.vcpus[id]!.domain] === selected;
  void plan;
  const mine = ids.filter(isSelected);
  const others = ids.filter((id) => !isSelected(id));
  const room = Math.max(0, MOST_ROWS - mine.length);
  return [...mine.slice(0, MOST_ROWS), ...others.slice(0, room)].sort((a, b) => a - b);
}

interface SegmentsProps {
  readonly run: Run;
  readonly plan: Plan;
  readonly rows: readonly number[];
  readonly page: number;
  readonly width: number;
}

function Segments({ run, plan, rows, page, width }: SegmentsProps): JSX.Element {
  const start = page * PAGE_US;
  const scale = (width - LABEL - 4) / PAGE_US;
  const rowOf = new Map(rows.map((id, row) => [id, row]));
  const shown = run.segments.filter(
    (segment) =>
      rowOf.has(segment.vcpu) && segment.endUs > start && segment.startUs < start + PAGE_US,
  );
  const bottom = rows.length * ROW + 12;
  return (
    <g>
      {rows.map((id, row) => (
        <text key={id} class="tiny" x={0} y={row * ROW + 12}>
          {rowName(run, plan, id)}
        </text>
      ))}
      {shown.map((segment) => {
        const from = Math.max(segment.startUs, start);
        const to = Math.min(segment.endUs, start + PAGE_US);
        const x = LABEL + (from - start) * scale;
        const barWidth = Math.max(1, (to - from) * scale - 1);
        const y = rowOf.get(segment.vcpu)! * ROW + 2;
        const nodeAt = run.input.host.nodeOf[segment.cpu]!;
        const domain = run.input.domains[run.vcpus[segment.vcpu]!.domain]!;
        const isLocal = domain.memory[nodeAt]! > 0;
        const node = run.input.nodeIds[nodeAt];
        return (
          <g key={`${segment.vcpu}-${segment.startUs}`}>
            <rect
              class={isLocal ? 'local' : 'remote'}
              x={x}
              y={y}
              width={barWidth}
              height={ROW - 4}
              rx={2}
            />
            {barWidth > (isLocal ? 18 : 28) && (
              <text class="tiny" x={x + 3} y={y + 10}>
                {isLocal ? `n${node}` : `R n${node}`}
              </text>
            )}
          </g>
        );
      })}
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <text
          key={part}
          class={`tiny quiet-text ${part === 1 ? 'end' : part === 0 ? '' : 'centred'}`}
          x={LABEL + part * (width - LABEL - 4)}
          y={bottom}
        >
          {`${grouped(Math.round((start + part * PAGE_US) / 1000))} ms`}
        </text>
      ))}
    </g>
  );
}

function rowName(run: Run, plan: Plan, id: number): string {
  const { domain, number } = run.vcpus[id]!;
  const index = plan.vms.findIndex((vm) => vm.key === run.input.keys[domain]);
  const name = run.input.domains[domain]!.name;
  const short = name.length > 7 ? `${name.slice(0, 6)}…` : name;
  return `${letterOf(Math.max(0, index))} ${short}/${number}`;
}
