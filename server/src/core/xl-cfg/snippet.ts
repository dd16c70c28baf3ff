import type { GuestConfig, Host, IdSet } from '#core/numa';

const MIB_KIB = 1024;
const UNKNOWN_DISTANCE = 20;
const LOCAL_DISTANCE = 10;

/** How a snippet holds a domain on nodes. */
export type SnippetForm = 'cpus_soft' | 'cpus' | 'vnuma';

/** What the snippet is for. */
export interface SnippetRequest {
  readonly guest: GuestConfig;
  readonly nodes: IdSet;
  readonly host: Host;
  readonly form: SnippetForm;
}

/** Lines for an xl.cfg that put the memory and the vCPUs on exactly these nodes. */
export function writeSnippet({ guest, nodes, host, form }: SnippetRequest): string {
  const maxVcpus = guest.maxVcpus ?? guest.vcpus ?? 1;
  const mask = nodes.map((node) => `node:${node}`).join(',');
  const head = [
    ...(guest.name === undefined ? [] : [`name = ${quoted(guest.name)}`]),
    ...(guest.type === undefined ? [] : [`type = "${guest.type}"`]),
    ...(guest.poolName === undefined ? [] : [`pool = ${quoted(guest.poolName)}`]),
    `vcpus = ${guest.vcpus ?? maxVcpus}`,
    `maxvcpus = ${maxVcpus}`,
    ...memoryLines(guest),
  ];
  if (form === 'cpus_soft') {
    return lines(head, [
      '# preferred CPUs; memory comes from their nodes',
      `cpus_soft = "${mask}"`,
    ]);
  }
  if (form === 'cpus') {
    const list = Array.from({ length: maxVcpus }, () => `"${mask}"`).join(', ');
    return lines(head, ['# one mask per vCPU, so that the memory follows', `cpus = [${list}]`]);
  }
  return lines(head, virtualNodeLines({ guest, nodes, host, form }, maxVcpus));
}

function memoryLines(guest: GuestConfig): readonly string[] {
  const memoryKib = guest.memoryKib ?? guest.maxMemoryKib;
  if (memoryKib === undefined) return [];
  const maxKib = guest.maxMemoryKib ?? memoryKib;
  const memory = `memory = ${Math.floor(memoryKib / MIB_KIB)}`;
  return maxKib === memoryKib ? [memory] : [memory, `maxmem = ${Math.floor(maxKib / MIB_KIB)}`];
}

/** One virtual node per physical node, sizes and vCPUs spread evenly, distances as on the host. */
function virtualNodeLines(request: SnippetRequest, maxVcpus: number): readonly string[] {
  const { guest, nodes, host } = request;
  const totalMib = Math.floor((guest.maxMemoryKib ?? guest.memoryKib ?? 0) / MIB_KIB);
  const share = (total: number, at: number): number =>
    Math.floor((total * (at + 1)) / nodes.length) - Math.floor((total * at) / nodes.length);
  let nextVcpu = 0;
  const written = nodes.map((pnode, at) => {
    const count = share(maxVcpus, at);
    const vcpus = count === 1 ? `${nextVcpu}` : `${nextVcpu}-${nextVcpu + count - 1}`;
    nextVcpu += count;
    const distances = nodes.map(
      (to) => host.distances[pnode]?.[to] ?? (to === pnode ? LOCAL_DISTANCE : UNKNOWN_DISTANCE),
    );
    const options = [
      `pnode=${pnode}`,
      `size=${share(totalMib, at)}`,
      ...(count === 0 ? [] : [`vcpus=${vcpus}`]),
      `vdistances=${distances.join(',')}`,
    ];
    return `  [ ${options.map(quoted).join(', ')} ],`;
  });
  return [
    '# the guest sees these nodes and each is bound to its own',
    'vnuma = [',
    ...written,
    ']',
  ];
}

function lines(head: readonly string[], tail: readonly string[]): string {
  return `${[...head, ...tail].join('\n')}\n`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
