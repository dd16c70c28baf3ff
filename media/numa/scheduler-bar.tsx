import type { JSX } from 'preact';
import type { PlannedVm } from '#core/numa';
import { NumberField, Select } from '../shared/controls.tsx';
import { nodesName, share } from './labels.ts';
import type { PanelState } from './panel-state.ts';
import type { Run } from './use-simulation.ts';

interface SchedulerHeadProps {
  readonly state: PanelState;
  readonly update: (change: Partial<PanelState>) => void;
  readonly run: Run | undefined;
  readonly selected: string | undefined;
}

const LOADS = ['25', '50', '75', '100'] as const;

/** Title of the timeline with the workload's few numbers. */
export function SchedulerHead({ state, update, run, selected }: SchedulerHeadProps): JSX.Element {
  const mine = run?.perDomain[run.input.keys.indexOf(selected ?? '')];
  const name = run?.input.domains[run.input.keys.indexOf(selected ?? '')]?.name;
  return (
    <div class="section-head">
      <h2 id="scheduler-title">{`Scheduler · model, ${state.scheduler}`}</h2>
      {mine !== undefined && (
        <span class="quiet">{`${name}: local share ${share(mine.localShare)}, waited ${mine.waitingSeconds.toFixed(2)} s`}</span>
      )}
      <span class="toolbar-space" />
      <Select
        label="Load of the vCPUs"
        value={String(state.loadPercent) as (typeof LOADS)[number]}
        choices={LOADS.map((load) => ({ value: load, label: `load ${load} %` }))}
        onChange={(load) => update({ loadPercent: Number(load) })}
      />
      <NumberField
        label="memory-bound %"
        value={state.boundPercent}
        min={0}
        max={100}
        onChange={(boundPercent) => update({ boundPercent })}
      />
      <NumberField
        label="seed"
        value={state.seed}
        min={0}
        max={999_999}
        onChange={(seed) => update({ seed })}
      />
    </div>
  );
}

/** The figures of the whole machine and one true sentence about the selected domain. */
export function Footer(props: {
  readonly run: Run | undefined;
  readonly selected: PlannedVm | undefined;
}): JSX.Element {
  const { run, selected } = props;
  return (
    <footer class="footer">
      {run === undefined ? (
        <span class="quiet">No simulation: there is no host or no domain yet.</span>
      ) : (
        <span class="figures">
          <Figure value={share(run.total.localShare)} name="local access share" />
          <Figure
            value={String(Math.round(run.total.crossNodeMigrationsPerSecond))}
            name="cross-node migrations/s"
          />
          <Figure value={share(run.total.workPerCpuSecond)} name="work per CPU second" />
          <span class="quiet">model</span>
        </span>
      )}
      <span class="sentence quiet">{outcome(run, selected)}</span>
    </footer>
  );
}

function Figure({ value, name }: { readonly value: string; readonly name: string }): JSX.Element {
  return (
    <span class="figure">
      <strong>{value}</strong> <span class="quiet">{name}</span>
    </span>
  );
}

/** Where the selected domain stands and how near its memory it runs, in one sentence. */
function outcome(run: Run | undefined, vm: PlannedVm | undefined): string {
  if (vm === undefined) return '';
  if (vm.problem !== undefined) return vm.problem;
  if (vm.state === 'removed') return `${vm.name} is taken out.`;
  const where = `${vm.name} ${vm.state === 'placed' ? 'goes to' : 'is on'} ${nodesName(vm.nodes)}`;
  const mine = run?.perDomain[run.input.keys.indexOf(vm.key)];
  if (mine === undefined) return `${where}.`;
  const percent = Math.round(mine.localShare * 100);
  return `${where}; in this model ${percent} % of its memory accesses are local.`;
}
