import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { HostNode, Plan, PlannedVm } from '#core/numa';
import type { Clock } from './clock.ts';
import { layoutTiles, type Box } from './tile-layout.ts';
import { NodeTile } from './node-tile.tsx';
import type { BusyAt } from './use-simulation.ts';
import { useWidth } from './use-size.ts';

interface HostPictureProps {
  readonly plan: Plan;
  readonly selected: PlannedVm | undefined;
  /** Nodes that a move in progress would take. */
  readonly targets: readonly number[];
  readonly clock: Clock;
  /** Who runs where in the simulation; undefined while there is none. */
  readonly busy: BusyAt | undefined;
  readonly onNode: (node: number) => void;
}

/** One tile per node, links between neighbours with their distance. */
export function HostPicture(props: HostPictureProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame, 580);
  const { host } = props.plan;
  const layout = layoutTiles(host.nodes.length, width);
  const pictureWidth = Math.max(1, layout.width);
  const pictureHeight = Math.max(1, layout.height);
  return (
    <div class="host-picture" ref={frame}>
      <svg
        class="picture"
        viewBox={`0 0 ${pictureWidth} ${pictureHeight}`}
        width={pictureWidth}
        height={pictureHeight}
        role="group"
        aria-label="NUMA nodes of the host"
      >
        <Patterns />
        {layout.hasLinks && (
          <Links plan={props.plan} tiles={layout.tiles} columns={layout.columns} />
        )}
        {host.nodes.map((node, i) => (
          <NodeTile
            key={node.id}
            node={node}
            box={layout.tiles[i]!}
            isCompact={layout.isCompact}
            isTarget={props.targets.includes(node.id)}
            isHome={props.selected?.nodes.includes(node.id) ?? false}
            plan={props.plan}
            selectedKey={props.selected?.key}
            clock={props.clock}
            busy={props.busy}
            onChoose={() => props.onNode(node.id)}
          />
        ))}
      </svg>
    </div>
  );
}

function Patterns(): JSX.Element {
  return (
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">
        <path d="M0 6L6 0M-1 1L1 -1M5 7L7 5" class="hatch-line" />
      </pattern>
    </defs>
  );
}

interface LinksProps {
  readonly plan: Plan;
  readonly tiles: readonly Box[];
  readonly columns: number;
}

function Links({ plan, tiles, columns }: LinksProps): JSX.Element {
  const { nodes } = plan.host;
  const pairs = nodes.flatMap((node, i) => {
    const right = (i + 1) % columns === 0 ? undefined : nodes[i + 1];
    const below = nodes[i + columns];
    return [
      ...(right === undefined ? [] : [link(plan, node, right, tiles[i]!, tiles[i + 1]!)]),
      ...(below === undefined ? [] : [link(plan, node, below, tiles[i]!, tiles[i + columns]!)]),
    ];
  });
  return <g>{pairs}</g>;
}

function link(plan: Plan, from: HostNode, to: HostNode, a: Box, b: Box): JSX.Element {
  const isSideways = b.x > a.x;
  const start = isSideways
    ? { x: a.x + a.width, y: a.y + a.height / 2 }
    : { x: a.x + a.width / 2, y: a.y + a.height };
  const end = isSideways ? { x: b.x, y: start.y } : { x: start.x, y: b.y };
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  const there = plan.host.distances[from.id]?.[to.id];
  const back = plan.host.distances[to.id]?.[from.id];
  const text =
    there === undefined
      ? '?'
      : there === back || back === undefined
        ? `${there}`
        : `${there}/${back}`;
  const labelWidth = 14 + 7 * text.length;
  return (
    <g key={`${from.id}-${to.id}`}>
      <title>{`Distance from node ${from.id} to node ${to.id}: ${text}`}</title>
      <line
        class="link"
        x1={start.x}
        y1={start.y}
        x2={end.x}
        y2={end.y}
        stroke-width={linkWidth(there)}
      />
      <rect
        class="link-label"
        x={middle.x - labelWidth / 2}
        y={middle.y - 9}
        width={labelWidth}
        height={18}
        rx={9}
      />
      <text class="small centred" x={middle.x} y={middle.y + 4}>
        {text}
      </text>
    </g>
  );
}

/** Near nodes have a thick link. */
function linkWidth(distance: number | undefined): number {
  return distance === undefined ? 1 : Math.max(1, Math.min(7, 70 / distance));
}
