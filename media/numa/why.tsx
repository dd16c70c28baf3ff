import type { JSX } from 'preact';
import { explainSearch, formatIds, whyNoSearch, type PlannedVm } from '#core/numa';
import { grouped } from '../shared/controls.tsx';
import { mib, nodesName } from './labels.ts';

const KIB_IN_MIB = 1024;

/** Why the engine takes these nodes: the need, every set looked at, what decided. */
export function Why({
  vm,
  engine,
}: {
  readonly vm: PlannedVm;
  readonly engine: string;
}): JSX.Element {
  return (
    <section class="why" aria-labelledby="why-title">
      <h2 id="why-title">{titleOf(vm, engine)}</h2>
      <div class="why-body" tabIndex={0} role="group" aria-labelledby="why-title">
        {engine === 'xapi' && vm.build !== undefined ? <XapiWhy vm={vm} /> : <LibxlWhy vm={vm} />}
      </div>
    </section>
  );
}

function titleOf(vm: PlannedVm, engine: string): string {
  if (vm.build === undefined) return 'Where it is';
  const { needKib } = vm.build.need;
  const who = engine === 'xapi' ? 'xapi' : 'xl';
  const where = vm.engineNodes === undefined ? 'nowhere' : nodesName(vm.engineNodes);
  return `Why ${who} takes ${where} · need ${mib(needKib)}, ${vm.build.search?.minCpus ?? vm.vcpus.length} CPUs`;
}

function LibxlWhy({ vm }: { readonly vm: PlannedVm }): JSX.Element {
  if (vm.build === undefined) return <RunningWhere vm={vm} />;
  const { search, need } = vm.build;
  const needWords = `Need: memory ${kib(need.targetKib)} + page tables ${kib(need.shadowKib)}${need.iommuKib > 0 ? ` + IOMMU ${kib(need.iommuKib)}` : ''} + ${kib(need.slackKib)}, rounded up to 2 MiB = ${kib(need.needKib)} KiB.`;
  if (search === undefined) {
    return (
      <>
        <p>{whyNoSearch(vm.build)}</p>
        <p class="quiet">{`Memory comes from ${nodesName(vm.build.after.nodes)}. ${needWords}`}</p>
      </>
    );
  }
  const { rows, hiddenRows, reasons } = explainSearch(search);
  return (
    <>
      {rows.length > 0 && (
        <table class="grid-table">
          <thead>
            <tr>
              <th scope="col">nodes</th>
              <th scope="col" class="number">
                free MiB
              </th>
              <th scope="col" class="number">
                vCPUs
              </th>
              <th scope="col" class="number">
                CPUs
              </th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.nodes.join()} class={row.isChosen ? 'chosen' : ''}>
                <td class="mono">{`${row.isChosen ? '◆ ' : ''}${formatIds(row.nodes)}`}</td>
                <td class="number">{grouped(Math.floor(row.freeKib / KIB_IN_MIB))}</td>
                <td class="number">{row.vcpus}</td>
                <td class="number">{row.cpus}</td>
                <td>{row.verdict}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hiddenRows > 0 && (
        <p class="quiet">{`The best are shown; ${grouped(hiddenRows)} more sets of this size are not.`}</p>
      )}
      <p class="quiet">{reasons.join(' ')}</p>
      <p class="quiet">{needWords}</p>
    </>
  );
}

function RunningWhere({ vm }: { readonly vm: PlannedVm }): JSX.Element {
  const masks = vm.vcpus[0];
  const words = (mask: 'all' | readonly number[]): string =>
    mask === 'all' ? 'all' : formatIds(mask);
  return (
    <>
      <p>{`${vm.name} runs; its memory comes from ${nodesName(vm.nodes)}.`}</p>
      {masks !== undefined && (
        <p class="quiet">{`vCPU 0: hard ${words(masks.hard)}, soft ${words(masks.soft)}.`}</p>
      )}
      <p class="quiet">
        {vm.isModel
          ? 'Pages per node are a model (even spread); import the dump of debug key u for the real ones.'
          : 'Pages per node are as Xen told (debug key u).'}
      </p>
      <p class="quiet">Drag it to a node, or change it below, to see where it would go.</p>
    </>
  );
}

function XapiWhy({ vm }: { readonly vm: PlannedVm }): JSX.Element {
  const { xapi } = vm;
  if (xapi?.enabled !== true) {
    return <p>xapi refuses this distance table, so it places nothing and all nodes are used.</p>;
  }
  if (xapi.placement === undefined) return <p>No set of nodes has the memory and the CPUs.</p>;
  const { contenders, nodes } = xapi.placement;
  return (
    <>
      <table class="grid-table">
        <thead>
          <tr>
            <th scope="col">nodes</th>
            <th scope="col" class="number">
              average
            </th>
            <th scope="col" class="number">
              farthest
            </th>
            <th scope="col" class="number">
              used
            </th>
            <th scope="col">verdict</th>
          </tr>
        </thead>
        <tbody>
          {contenders.slice(0, 24).map(({ candidate, used }) => {
            const isChosen = candidate.nodes === nodes;
            return (
              <tr key={candidate.nodes.join()} class={isChosen ? 'chosen' : ''}>
                <td class="mono">{`${isChosen ? '◆ ' : ''}${formatIds([...candidate.nodes].reverse())}`}</td>
                <td class="number">{Math.round(candidate.averageDistance * 10) / 10}</td>
                <td class="number">{candidate.largestDistance}</td>
                <td class="number">{used}</td>
                <td>{isChosen ? 'least used of the nearest' : 'as near, used as much or later'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="quiet">
        xapi takes the nearest sets that fit, then the one its VMs used least. It starts counting at
        zero here.
      </p>
    </>
  );
}

function kib(value: number): string {
  return grouped(value);
}
