import type { JSX } from 'preact';
import type { Plan, PlannedVm } from '#core/numa';
import { hueClass, mib } from './labels.ts';

interface PagesChartProps {
  readonly plan: Plan;
  readonly vm: PlannedVm;
  readonly index: number;
  readonly width: number;
}

const HEIGHT = 60;
const LABEL = 16;

/** The pages of one domain as a bar per node; away from its nodes they are hatched. */
export function PagesChart({ plan, vm, index, width }: PagesChartProps): JSX.Element {
  const nodes = plan.host.nodes;
  const most = Math.max(1, ...vm.kibOnNode.values());
  const step = Math.max(6, Math.min(34, (width - 2) / Math.max(1, nodes.length)));
  const words = nodes
    .map((node) => `node ${node.id}: ${mib(vm.kibOnNode.get(node.id) ?? 0)}`)
    .join(', ');
  return (
    <svg
      viewBox={`0 0 ${width} ${HEIGHT + LABEL}`}
      width={width}
      height={HEIGHT + LABEL}
      role="img"
      aria-label={`Pages of ${vm.name}: ${words}`}
    >
      {nodes.map((node, i) => {
        const kib = vm.kibOnNode.get(node.id) ?? 0;
        const height = Math.max(kib > 0 ? 2 : 0, (kib / most) * (HEIGHT - 2));
        const x = i * step + 1;
        const isForeign = kib > 0 && !vm.nodes.includes(node.id);
        const at = { x: x + 1, y: HEIGHT - height, width: step - 4, height };
        return (
          <g key={node.id}>
            <title>{`Node ${node.id}: ${mib(kib)}`}</title>
            <rect class="bar-frame" x={x} y={0} width={step - 2} height={HEIGHT} />
            <rect class={`filled ${hueClass(index)}`} {...at} />
            {isForeign && <rect class="hatched" {...at} fill="url(#hatch)" />}
            {(step >= 12 || i % 2 === 0) && (
              <text class="tiny quiet-text centred" x={x + step / 2 - 1} y={HEIGHT + 12}>
                {node.id}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
