import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assembleHost, decodePlacementVector, nodeAffinityOf, readHostInput } from '#core/numa';
import { expandAffinity } from '#core/numa';
import { parseXml } from '../../../server/src/parse-xml.ts';

const FOLDER = new URL('../../fixtures/numa/xl-on-mock-host/', import.meta.url);
const MIB_IN_KIB = 1024;

function read(host: string, file: string): string {
  return readFileSync(new URL(`${host}/${file}`, FOLDER), 'utf8');
}

function truthOf(host: string): ReturnType<typeof decodePlacementVector> {
  return decodePlacementVector(JSON.parse(read(host, 'truth.json')) as never);
}

function viewOf(host: string, ...files: readonly string[]): ReturnType<typeof assembleHost> {
  return assembleHost(files.map((file) => readHostInput(file, read(host, file), parseXml)));
}

/** The recording program cut names to 63 characters before xl printed them. */
const printedName = (domain: { readonly name: string }): string => domain.name.slice(0, 63);

const inMib = (kib: number | undefined): number => Math.floor((kib ?? -1) / MIB_IN_KIB);

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const truth = truthOf(name);

  it('gives the host from xl info -n', () => {
    const { host, problems } = viewOf(name, 'xl-info-n.txt');
    expect(problems).toEqual([]);
    expect(host.cpuIdCount).toBe(truth.host.cpuIdCount);
    expect(host.cpus).toEqual(truth.host.cpus);
    const mib = truth.host.nodes.map((node) => [node.id, inMib(node.sizeKib), inMib(node.freeKib)]);
    expect(host.nodes.map((node) => [node.id, inMib(node.sizeKib), inMib(node.freeKib)])).toEqual(
      mib,
    );
    for (const { id } of truth.host.nodes) {
      expect(host.distances[id]).toEqual(truth.host.distances[id]);
    }
  });

  it('gives the node affinities from xl list -n', () => {
    const input = readHostInput('xl-list-n.txt', read(name, 'xl-list-n.txt'), parseXml);
    const printed = input.facts.flatMap(({ fact }) => (fact.kind === 'domain' ? [fact] : []));
    expect(printed.map((domain) => domain.name)).toEqual(truth.domains.map(printedName));
    const online = truth.host.nodes.length;
    for (const [i, domain] of truth.domains.entries()) {
      const nodes = nodeAffinityOf(truth.host, domain).filter((node) => node < online);
      const all = truth.host.nodes.map((node) => node.id);
      const shown = printed[i]!.nodes;
      expect(shown === 'all' ? all.filter((n) => n < online) : shown).toEqual(nodes);
      expect(inMib(printed[i]!.memoryKib)).toBe(inMib(domain.memoryKib));
    }
  });

  it('gives every vCPU from xl vcpu-list', () => {
    const { domains, problems } = viewOf(name, 'xl-vcpu-list.txt');
    expect(problems).toEqual([]);
    const wanted = truth.domains.filter((domain) => domain.vcpus.length > 0);
    expect(domains.map((domain) => domain.name)).toEqual(wanted.map(printedName));
    const expand = (domain: (typeof domains)[number]): unknown =>
      domain.vcpus.map((vcpu) => [
        expandAffinity(vcpu.hard, truth.host),
        expandAffinity(vcpu.soft, truth.host),
      ]);
    expect(domains.map(expand)).toEqual(wanted.map(expand));
  });

  it('gives the pools from xl cpupool-list', () => {
    const { host, domains } = viewOf(
      name,
      'xl-info-n.txt',
      'xl-cpupool-list.txt',
      'xl-cpupool-list-c.txt',
      'xl-list-cpupool.txt',
    );
    expect(host.pools).toEqual(truth.host.pools.map((pool, id) => ({ ...pool, id })));
    const names = truth.domains.map(
      (domain) => truth.host.pools.find((pool) => pool.id === domain.pool)?.name,
    );
    expect(domains.map((domain) => host.pools[domain.pool]?.name)).toEqual(names);
  });

  it('gives the same node affinities in force when all outputs are read together', () => {
    const view = viewOf(
      name,
      'xl-info-n.txt',
      'xl-list-n.txt',
      'xl-list-cpupool.txt',
      'xl-vcpu-list.txt',
      'xl-cpupool-list.txt',
      'xl-cpupool-list-c.txt',
    );
    const online = view.host.nodes.length;
    const hasHoles = view.host.nodes.some((node) => node.id >= online);
    expect(view.missing).toEqual([]);
    for (const [i, domain] of truth.domains.entries()) {
      const got = nodeAffinityOf(view.host, view.domains[i]!);
      const want = nodeAffinityOf(truth.host, domain);
      const visible = (ids: readonly number[]): readonly number[] =>
        hasHoles ? ids.filter((id) => id < online) : ids;
      expect(visible(got)).toEqual(visible(want));
      const first = view.domains[i]!.vcpus[0];
      if (first !== undefined) {
        expect(expandAffinity(first.hard, view.host)).toEqual(
          expandAffinity(domain.vcpus[0]!.hard, truth.host),
        );
      }
    }
  });
});
