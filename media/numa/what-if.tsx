import type { JSX } from 'preact';
import { averageDistance, formatIds, type Plan, type PlannedVm, type VmChange } from '#core/numa';
import { announce } from '../shared/announce.ts';
import { Button, NumberField } from '../shared/controls.tsx';
import { mib, nodesName } from './labels.ts';
import { loadTools } from './tools-loader.ts';

const KIB_IN_MIB = 1024;
const MOST_MIB = 64 * 1024 * 1024;

interface WhatIfProps {
  readonly plan: Plan;
  readonly vm: PlannedVm;
  readonly isChanged: boolean;
  readonly onChange: (change: VmChange) => void;
  readonly onReset: () => void;
  readonly onMove: () => void;
  readonly onCopy: () => void;
}

/** What can be changed about the selected domain, and how the result differs from the engine's. */
export function WhatIf(props: WhatIfProps): JSX.Element {
  const { vm, onChange } = props;
  const vcpus = vm.vcpus.length || (vm.guest.maxVcpus ?? 1);
  const isGone = vm.state === 'removed';
  return (
    <section class="what-if" aria-labelledby="what-if-title">
      <h2 id="what-if-title">What if</h2>
      <div class="what-if-fields">
        <NumberField
          label="vCPUs"
          value={vcpus}
          min={1}
          max={4096}
          onChange={(value) => onChange({ vcpus: value })}
        />
        <NumberField
          label="MiB"
          value={Math.floor((vm.guest.memoryKib ?? 0) / KIB_IN_MIB)}
          min={1}
          max={MOST_MIB}
          onChange={(value) => onChange({ memoryKib: value * KIB_IN_MIB })}
        />
        <MaskField {...props} label="hard" name="hard" />
        <MaskField {...props} label="soft" name="soft" />
      </div>
      <div class="what-if-actions">
        <Button
          label="Move…"
          title="Choose nodes by keyboard (M)"
          disabled={isGone}
          onPress={props.onMove}
        />
        <Button
          label={isGone ? 'Bring back' : 'Remove'}
          onPress={() => onChange({ isRemoved: !isGone })}
        />
        <Button label="Reset" disabled={!props.isChanged} onPress={props.onReset} />
        <Button label="Copy xl.cfg" disabled={isGone} onPress={props.onCopy} />
      </div>
      <Difference {...props} />
    </section>
  );
}

/** A mask in xl's own words; empty takes it away. */
function MaskField(
  props: WhatIfProps & { readonly label: string; readonly name: 'hard' | 'soft' },
): JSX.Element {
  const { vm, plan, name } = props;
  const masks = name === 'hard' ? vm.guest.hard : vm.guest.soft;
  const mask = masks[0];
  const shown = mask === undefined || mask === 'all' ? '' : formatIds(mask);
  const commit = async (input: HTMLInputElement): Promise<void> => {
    const text = input.value.trim();
    if (text === shown) return;
    const { cpusOfMask } = await loadTools();
    const cpus = text === '' ? 'all' : cpusOfMask(text, plan.host);
    if (cpus === undefined) {
      announce(`"${text}" names no CPU of this host; the mask stays.`);
      input.value = shown;
      return;
    }
    props.onChange({ [name]: cpus });
  };
  return (
    <label class="field mask">
      <span>{props.label}</span>
      <input
        type="text"
        value={shown}
        placeholder="all"
        title={`${props.label} mask of all vCPUs, e.g. 0-3 or node:1`}
        onChange={(event) => void commit(event.currentTarget)}
      />
    </label>
  );
}

function Difference({ vm, plan }: WhatIfProps): JSX.Element | null {
  if (vm.problem !== undefined) return <p class="notice error">{vm.problem}</p>;
  if (!vm.isMovedByHand || vm.engineNodes === undefined) {
    return vm.foreignKib > 0 ? (
      <p class="notice">{`${mib(vm.foreignKib)} of its pages do not fit its nodes and come from others (hatched, model).`}</p>
    ) : null;
  }
  const isSame = formatIds(vm.nodes) === formatIds(vm.engineNodes);
  if (isSame)
    return (
      <p class="quiet">{`By hand on ${nodesName(vm.nodes)}, where ${who(vm)} puts it too.`}</p>
    );
  const facts = [
    `By hand on ${nodesName(vm.nodes)}; ${who(vm)} would take ${nodesName(vm.engineNodes)}.`,
    loadWords(vm),
    distanceWords(vm, plan),
    vm.foreignKib > 0 ? `${mib(vm.foreignKib)} would not fit there and go elsewhere.` : '',
  ];
  return <p class="notice">{facts.filter((fact) => fact !== '').join(' ')}</p>;
}

function who(vm: PlannedVm): string {
  return vm.xapi === undefined ? 'xl' : 'xapi';
}

function loadWords(vm: PlannedVm): string {
  const vcpus = vm.build?.search?.vcpusOnNode;
  if (vcpus === undefined) return '';
  const sum = (nodes: readonly number[]): number =>
    nodes.reduce((total, node) => total + (vcpus[node] ?? 0), 0);
  const here = sum(vm.nodes);
  const there = sum(vm.engineNodes ?? []);
  return here === there
    ? `vCPUs there: ${here}, as many.`
    : `vCPUs there: ${here} instead of ${there}.`;
}

function distanceWords(vm: PlannedVm, plan: Plan): string {
  const here = averageDistance(plan.host, vm.nodes);
  const there = averageDistance(plan.host, vm.engineNodes ?? []);
  if (here === undefined || there === undefined || here === there) return '';
  return `Average distance ${Math.round(here * 10) / 10} instead of ${Math.round(there * 10) / 10}.`;
}
