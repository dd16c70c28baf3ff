import { spread } from './read-linux.ts';
import { cpusOfMap } from './read-sysfs.ts';
import { descendants, type XmlElement } from './xml.ts';
import type { FactCollector } from './facts.ts';

const FORMAT = 'hwloc XML';
const BYTES_PER_KIB = 1024;

/** lstopo's XML of hwloc 1, 2 and 3: nodes, their total memory and CPUs, the OS distances. It has no free memory. */
export function readHwloc(topology: XmlElement, to: FactCollector): void {
  to.sawFormat(FORMAT);
  const nodes: number[] = [];
  for (const element of descendants(topology)) {
    if (element.name === 'object') addObject(element, nodes, to);
  }
  addPackages(topology, undefined, to);
  for (const element of descendants(topology)) {
    if (element.name === 'distances2' && element.attributes['type'] === 'NUMANode') {
      addMatrix2(element, nodes, to);
    } else if (element.name === 'distances') addMatrix1(element, nodes, to);
  }
  if (nodes.length === 0) {
    to.problem(
      'This hwloc file lists no NUMA node; the machine has one node only or it was cut off.',
    );
  }
}

function addObject(element: XmlElement, nodes: number[], to: FactCollector): void {
  const id = whole(element.attributes['os_index']);
  if (element.attributes['type'] !== 'NUMANode' || id === undefined) return;
  nodes.push(id);
  const bytes = whole(element.attributes['local_memory']);
  to.add(
    FORMAT,
    {
      kind: 'node',
      id,
      ...(bytes === undefined ? {} : { sizeKib: Math.floor(bytes / BYTES_PER_KIB) }),
    },
    element.line,
  );
  for (const cpu of cpusOfMap(element.attributes['cpuset'] ?? '')) {
    to.add(FORMAT, { kind: 'cpu', id: cpu, node: id }, element.line);
  }
}

/** Socket and core of each processing unit, from the objects around it. */
function addPackages(
  element: XmlElement,
  around: { socket?: number; core?: number } | undefined,
  to: FactCollector,
): void {
  let inside = around ?? {};
  const type = element.attributes['type'];
  const id = whole(element.attributes['os_index']);
  if (element.name === 'object' && id !== undefined) {
    if (type === 'Package' || type === 'Socket') inside = { ...inside, socket: id };
    else if (type === 'Core') inside = { ...inside, core: id };
    else if (type === 'PU') to.add(FORMAT, { kind: 'cpu', id, ...inside }, element.line);
  }
  for (const child of element.children) addPackages(child, inside, to);
}

function addMatrix2(element: XmlElement, nodes: readonly number[], to: FactCollector): void {
  const numbers = (name: string): number[] =>
    element.children
      .filter((child) => child.name === name)
      .flatMap((child) => child.text.trim().split(/\s+/))
      .filter((text) => /^\d+$/.test(text))
      .map(Number);
  const indexes = numbers('indexes');
  // NUMA nodes are indexed by their own id; "gp" would count objects, which no hwloc writes for them.
  const ids = element.attributes['indexing'] === 'os' ? indexes : nodes;
  addMatrix(numbers('u64values'), ids, { to, line: element.line });
}

/** hwloc 1: one value per pair, relative to the base latency; rows are nodes in logical order. */
function addMatrix1(element: XmlElement, nodes: readonly number[], to: FactCollector): void {
  const count = whole(element.attributes['nbobjs']);
  if (count !== nodes.length) return;
  const base = Number(element.attributes['latency_base'] ?? '1');
  const values = element.children
    .filter((child) => child.name === 'latency')
    .map((child) => Math.round(Number(child.attributes['value']) * base));
  addMatrix(values, nodes, { to, line: element.line });
}

function addMatrix(
  values: readonly number[],
  ids: readonly number[],
  at: { readonly to: FactCollector; readonly line: number | undefined },
): void {
  if (values.length !== ids.length * ids.length) {
    at.to.problem(
      `The distance matrix has ${values.length} values for ${ids.length} nodes; it was cut off and left out.`,
      at.line,
    );
    return;
  }
  ids.forEach((from, row) => {
    const to = spread(values.slice(row * ids.length, (row + 1) * ids.length), ids);
    at.to.add(FORMAT, { kind: 'distances', from, to }, at.line);
  });
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
