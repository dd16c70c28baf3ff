import type { JSX } from 'preact';
import { formatIds, type Plan } from '#core/numa';
import { mib, nodesName, share } from './labels.ts';
import type { Run } from './use-simulation.ts';

/** The pictures as tables: nodes, distances, domains, the simulation. */
export function Tables({
  plan,
  run,
}: {
  readonly plan: Plan;
  readonly run: Run | undefined;
}): JSX.Element {
  const { nodes } = plan.host;
  return (
    <div class="tables" tabIndex={0} role="group" aria-label="The pictures as tables">
      <table class="grid-table">
        <caption>Nodes</caption>
        <thead>
          <Heads names={['node', 'CPUs', 'memory', 'free', 'domains']} />
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.id}>
              <th scope="row">{node.id}</th>
              <td class="mono">
                {formatIds(
                  plan.host.cpus.filter((cpu) => cpu.node === node.id).map((cpu) => cpu.id),
                )}
              </td>
              <td class="number">{mib(node.sizeKib)}</td>
              <td class="number">{mib(plan.freeKib.get(node.id))}</td>
              <td>
                {plan.vms
                  .filter((vm) => (vm.kibOnNode.get(node.id) ?? 0) > 0)
                  .map((vm) => `${vm.name} ${mib(vm.kibOnNode.get(node.id))}`)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table class="grid-table">
        <caption>Distances (SLIT)</caption>
        <thead>
          <Heads names={['from', ...nodes.map((node) => String(node.id))]} />
        </thead>
        <tbody>
          {nodes.map((from) => (
            <tr key={from.id}>
              <th scope="row">{from.id}</th>
              {nodes.map((to) => (
                <td key={to.id} class="number">
                  {plan.host.distances[from.id]?.[to.id] ?? '?'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <DomainsTable plan={plan} run={run} />
    </div>
  );
}

function DomainsTable({
  plan,
  run,
}: {
  readonly plan: Plan;
  readonly run: Run | undefined;
}): JSX.Element {
  return (
    <table class="grid-table">
      <caption>Domains; shares and work are a model</caption>
      <thead>
        <Heads names={['domain', 'vCPUs', 'memory', 'nodes', 'pages', 'local share', 'work/s']} />
      </thead>
      <tbody>
        {plan.vms.map((vm) => {
          const report = run?.perDomain[run.input.keys.indexOf(vm.key)];
          const pages = [...vm.kibOnNode].map(([node, kib]) => `node ${node}: ${mib(kib)}`);
          return (
            <tr key={vm.key}>
              <th scope="row">{vm.name}</th>
              <td class="number">{vm.vcpus.length}</td>
              <td class="number">{mib(vm.guest.memoryKib)}</td>
              <td>{vm.state === 'removed' ? 'removed' : nodesName(vm.nodes)}</td>
              <td>{pages.join(', ')}</td>
              <td class="number">{report === undefined ? '' : share(report.localShare)}</td>
              <td class="number">{report === undefined ? '' : share(report.workPerCpuSecond)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Heads({ names }: { readonly names: readonly string[] }): JSX.Element {
  return (
    <tr>
      {names.map((name) => (
        <th key={name} scope="col">
          {name}
        </th>
      ))}
    </tr>
  );
}
