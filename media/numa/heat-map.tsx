import type { JSX } from 'preact';
import { averageDistance, type Host, type IdSet } from '#core/numa';

interface HeatMapProps {
  readonly host: Host;
  /** The set whose cells are outlined. */
  readonly chosen: IdSet;
  readonly width: number;
}

const LABEL = 18;

/** The SLIT as a matrix: near is full, far is faint; the chosen set's cells have a border. */
export function HeatMap({ host, chosen, width }: HeatMapProps): JSX.Element {
  const ids = host.nodes.map((node) => node.id);
  const cell = Math.max(7, Math.min(34, Math.floor((width - LABEL) / Math.max(1, ids.length))));
  const side = LABEL + cell * ids.length + 1;
  const isNumbered = cell >= 20;
  const most = Math.max(10, ...host.distances.flat().map((value) => value ?? 0));
  return (
    <svg
      class="heat-map"
      viewBox={`0 0 ${side} ${side}`}
      width={side}
      height={side}
      role="img"
      aria-label={`Distances between ${ids.length} nodes; the table lists them`}
    >
      {ids.map((id, i) => (
        <g key={id}>
          <text class="tiny quiet-text centred" x={LABEL + (i + 0.5) * cell} y={12}>
            {isLabelled(i, cell) ? id : ''}
          </text>
          <text class="tiny quiet-text end" x={LABEL - 5} y={LABEL + (i + 0.5) * cell + 4}>
            {isLabelled(i, cell) ? id : ''}
          </text>
        </g>
      ))}
      {ids.map((from, row) =>
        ids.map((to, column) => {
          const distance = host.distances[from]?.[to];
          const isChosen = chosen.includes(from) && chosen.includes(to);
          const x = LABEL + column * cell;
          const y = LABEL + row * cell;
          return (
            <g key={`${from}-${to}`}>
              <title>{`From node ${from} to node ${to}: ${distance ?? 'unknown'}`}</title>
              <rect
                class="heat"
                x={x}
                y={y}
                width={cell - 1}
                height={cell - 1}
                fill-opacity={opacityOf(distance, most)}
              />
              {isChosen && (
                <rect class="chosen-cell" x={x + 1} y={y + 1} width={cell - 3} height={cell - 3} />
              )}
              {isNumbered && (
                <text class="tiny centred" x={x + cell / 2} y={y + cell / 2 + 4}>
                  {distance ?? '?'}
                </text>
              )}
            </g>
          );
        }),
      )}
    </svg>
  );
}

/** Average and largest distance of a set, in a sentence. */
export function distanceSentence(host: Host, nodes: IdSet): string {
  if (host.distances.length === 0) return 'No input tells the distances.';
  const average = averageDistance(host, nodes);
  if (average === undefined) return 'Distances of this set are not known.';
  const farthest = Math.max(
    ...nodes.flatMap((from) => nodes.map((to) => host.distances[from]?.[to] ?? 0)),
  );
  return `Chosen set: ${Math.round(average * 10) / 10} on average, ${farthest} at most.`;
}

function isLabelled(index: number, cell: number): boolean {
  return cell >= 12 || index % 2 === 0;
}

function opacityOf(distance: number | undefined, most: number): number {
  if (distance === undefined) return 0;
  return most <= 10 ? 0.5 : 0.5 - 0.44 * ((distance - 10) / (most - 10));
}
