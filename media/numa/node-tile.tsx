import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { cpusOfNodes, formatIds, type HostNode, type Plan } from '#core/numa';
import { hueClass, letterOf, mib } from './labels.ts';
import { useClock, type Clock } from './clock.ts';
import { layoutCpus, type Box, type CpuSquare } from './tile-layout.ts';
import type { BusyAt } from './use-simulation.ts';

interface NodeTileProps {
  readonly node: HostNode;
  readonly box: Box;
  readonly isCompact: boolean;
  readonly isTarget: boolean;
  readonly isHome: boolean;
  readonly plan: Plan;
  readonly selectedKey: string | undefined;
  readonly clock: Clock;
  readonly busy: BusyAt | undefined;
  readonly onChoose: () => void;
}

const PADDING = 10;

/** One node: its CPUs, its memory by domain, what is free. */
export function NodeTile(props: NodeTileProps): JSX.Element {
  const { node, box, isCompact, plan } = props;
  const inner = box.width - 2 * PADDING;
  const cpus = plan.host.cpus.filter((cpu) => cpu.node === node.id);
  const freeKib = plan.freeKib.get(node.id);
  const cpuArea = {
    x: box.x + PADDING,
    y: box.y + 28,
    width: inner,
    height: isCompact ? 22 : 40,
  };
  const barTop = box.y + (isCompact ? 58 : 96);
  const bar = { x: box.x + PADDING, y: barTop, width: inner, height: isCompact ? 16 : 24 };
  const classes = ['tile', props.isHome ? 'home' : '', props.isTarget ? 'target' : ''];
  return (
    <g
      class={classes.join(' ')}
      data-node={node.id}
      role="img"
      aria-label={describe(props)}
      onClick={props.onChoose}
    >
      <rect class="tile-frame" {...box} rx={4} />
      <text class="tile-title" x={box.x + PADDING} y={box.y + 19}>
        {`Node ${node.id}`}
      </text>
      <text class="small quiet-text end" x={box.x + box.width - PADDING} y={box.y + 19}>
        {cpus.length === 0 ? 'no CPUs' : cpuTitle(cpus, isCompact)}
      </text>
      {layoutCpus(cpus, cpuArea).map((square) => (
        <Cpu key={square.cpu.id} square={square} clock={props.clock} busy={props.busy} />
      ))}
      {!isCompact && (
        <text class="small quiet-text" x={box.x + PADDING} y={barTop - 6}>
          {`memory ${mib(node.sizeKib)}`}
        </text>
      )}
      <MemoryBar {...props} bar={bar} />
      <text class="small" x={box.x + PADDING} y={bar.y + bar.height + 16}>
        {`free ${mib(freeKib)}`}
      </text>
      {props.isHome && (
        <text
          class="small home-mark end"
          x={box.x + box.width - PADDING}
          y={bar.y + bar.height + 16}
        >
          {isCompact ? '◆' : '◆ home'}
        </text>
      )}
    </g>
  );
}

/** A CPU with the domain that runs on it at the shown moment. */
function Cpu(props: {
  readonly square: CpuSquare;
  readonly clock: Clock;
  readonly busy: BusyAt | undefined;
}): JSX.Element {
  const { square, busy } = props;
  const { id } = square.cpu;
  const read = useCallback((timeUs: number) => busy?.(id, timeUs), [busy, id]);
  const running = useClock(props.clock, read);
  return (
    <g>
      <rect
        class={`cpu ${running === undefined ? '' : `filled ${hueClass(running)}`}`}
        x={square.x}
        y={square.y}
        width={square.width}
        height={square.height}
        rx={2}
      />
      {(square.isNumbered || (running !== undefined && square.width >= 12)) && (
        <text
          class={square.isNumbered ? 'small centred' : 'tiny centred'}
          x={square.x + square.width / 2}
          y={square.y + square.height / 2 + 4}
        >
          {running === undefined ? id : letterOf(running)}
        </text>
      )}
    </g>
  );
}

function cpuTitle(cpus: Plan['host']['cpus'], isCompact: boolean): string {
  const ids = formatIds(cpus.map((cpu) => cpu.id));
  if (ids.length > 14 || isCompact) return `${cpus.length} CPU${cpus.length === 1 ? '' : 's'}`;
  return `CPU${cpus.length === 1 ? '' : 's'} ${ids}`;
}

interface Segment {
  readonly key: string;
  readonly index: number;
  readonly kib: number;
  readonly isForeign: boolean;
  readonly name: string;
}

function segmentsOf(plan: Plan, node: number): readonly Segment[] {
  return plan.vms.flatMap((vm, index) => {
    const kib = vm.kibOnNode.get(node) ?? 0;
    const isForeign = !vm.nodes.includes(node);
    return kib === 0 ? [] : [{ key: vm.key, index, kib, isForeign, name: vm.name }];
  });
}

function MemoryBar(props: NodeTileProps & { readonly bar: Box }): JSX.Element {
  const { bar, node, plan } = props;
  const segments = segmentsOf(plan, node.id);
  const usedKib = segments.reduce((sum, segment) => sum + segment.kib, 0);
  const freeKib = plan.freeKib.get(node.id) ?? 0;
  const totalKib = Math.max(1, node.sizeKib ?? 0, usedKib + freeKib);
  const otherKib = Math.max(0, totalKib - usedKib - freeKib);
  let x = bar.x;
  const advance = (kib: number): { readonly x: number; readonly width: number } => {
    const width = (kib / totalKib) * bar.width;
    const at = { x, width };
    x += width;
    return at;
  };
  const other = advance(otherKib);
  return (
    <g>
      <rect class="bar-frame" {...bar} />
      {otherKib > 0 && (
        <rect class="bar-other" x={other.x} y={bar.y} width={other.width} height={bar.height}>
          <title>{`${mib(otherKib)}: holes of the address range, Xen itself, domains not listed`}</title>
        </rect>
      )}
      {segments.map((segment) => {
        const at = advance(segment.kib);
        const isSelected = segment.key === props.selectedKey;
        return (
          <g key={segment.key}>
            <title>{`${segment.name}: ${mib(segment.kib)}${segment.isForeign ? ', away from its nodes' : ''}`}</title>
            <rect
              class={`filled ${hueClass(segment.index)} ${isSelected ? 'selected' : ''}`}
              x={at.x}
              y={bar.y}
              width={Math.max(1, at.width)}
              height={bar.height}
            />
            {segment.isForeign && (
              <rect
                class="hatched"
                x={at.x}
                y={bar.y}
                width={at.width}
                height={bar.height}
                fill="url(#hatch)"
              />
            )}
            {at.width >= 14 && (
              <text class="small centred" x={at.x + at.width / 2} y={bar.y + bar.height / 2 + 4}>
                {segmentText(segment, at.width)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function segmentText(segment: Segment, width: number): string {
  return segment.name.length * 6.6 + 6 <= width ? segment.name : letterOf(segment.index);
}

function describe({ node, plan, isHome }: NodeTileProps): string {
  const cpus = formatIds(cpusOfNodes(plan.host, [node.id]));
  const domains = segmentsOf(plan, node.id)
    .map((segment) => `${segment.name} ${mib(segment.kib)}${segment.isForeign ? ' (foreign)' : ''}`)
    .join(', ');
  const home = isHome ? ', home of the selected domain' : '';
  return `Node ${node.id}${home}: CPUs ${cpus}, ${mib(plan.freeKib.get(node.id))} free of ${mib(node.sizeKib)}. ${domains}`;
}
