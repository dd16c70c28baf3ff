import type { Abi } from '#core/c-types';
import { DEFAULT_CONFIG, type RingConfig } from './config.ts';
import { LINUX_FRONTEND, negotiateSegments } from './negotiation.ts';

/** A virtual disk as xenstore describes it. */
export interface DeviceImport {
  readonly title: string;
  readonly config: RingConfig;
  /** One sentence per fact, with the node it comes from, and what had to be assumed. */
  readonly notes: readonly string[];
  /** Both ends say Connected. */
  readonly connected: boolean;
}

/** Largest ring order and queue count that a xenstore text is believed. */
const LARGEST_ORDER = 4;
const MOST_QUEUES = 16;
/** The protocol's most segments: 8 descriptor pages of 512. */
const MOST_SEGMENTS = 4096;

/** Reads `xenstore-ls`, with full paths (-f) or as an indented tree, into path → value. */
export function parseXenstore(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const stack: { readonly indent: number; readonly path: string }[] = [];
  for (const line of text.split('\n')) {
    const match = /^(\s*)(\S+) = "(.*?)"(?:\s+\(.*\))?\s*$/u.exec(line);
    if (match === null) continue;
    const [, indent = '', name = '', value = ''] = match;
    if (name.startsWith('/')) {
      values.set(name, value);
      continue;
    }
    while ((stack.at(-1)?.indent ?? -1) >= indent.length) stack.pop();
    const path = `${stack.at(-1)?.path ?? ''}/${name}`;
    stack.push({ indent: indent.length, path });
    values.set(path, value);
  }
  return values;
}

interface Pair {
  readonly frontend: ReadonlyMap<string, string>;
  readonly backend: ReadonlyMap<string, string>;
}

function pairsOf(values: ReadonlyMap<string, string>): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, { frontend: Map<string, string>; backend: Map<string, string> }>();
  for (const [path, value] of values) {
    const front = /^\/local\/domain\/(\d+)\/device\/vbd\/(\d+)\/(.+)$/u.exec(path);
    const back = /^\/local\/domain\/\d+\/backend\/vbd\/(\d+)\/(\d+)\/(.+)$/u.exec(path);
    const match = front ?? back;
    if (match === null) continue;
    const [, domain = '', device = '', key = ''] = match;
    const id = `${domain}/${device}`;
    const pair = pairs.get(id) ?? { frontend: new Map(), backend: new Map() };
    (front === null ? pair.backend : pair.frontend).set(key, value);
    pairs.set(id, pair);
  }
  return pairs;
}

const ABI_OF_PROTOCOL: Readonly<Record<string, Abi>> = {
  'x86_64-abi': 'x86_64',
  'x86_32-abi': 'i386',
  'arm-abi': 'arm64',
};

/** A whole number written in a node; undefined when the node is missing or no number. */
function numberIn(keys: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = keys.get(name);
  return text !== undefined && /^\d{1,10}$/u.test(text) ? Number(text) : undefined;
}

function queuesOf({ frontend }: Pair, notes: string[]): number {
  const said = numberIn(frontend, 'multi-queue-num-queues');
  if (said === undefined) {
    notes.push('One queue: the frontend wrote no multi-queue-num-queues.');
    return 1;
  }
  const queues = Math.min(MOST_QUEUES, Math.max(1, said));
  notes.push(
    queues === said
      ? `${said} ${said === 1 ? 'queue' : 'queues'}: multi-queue-num-queues of the frontend.`
      : `multi-queue-num-queues says ${said}; shown are ${queues}.`,
  );
  return queues;
}

function orderOf({ frontend }: Pair, notes: string[]): number {
  const order = numberIn(frontend, 'ring-page-order');
  const pages = numberIn(frontend, 'num-ring-pages');
  const said = order ?? (pages === undefined ? undefined : Math.log2(pages));
  if (said === undefined) {
    notes.push('One page per ring: the frontend wrote no ring-page-order.');
    return 0;
  }
  if (!Number.isInteger(said) || said < 0 || said > LARGEST_ORDER) {
    notes.push(`The ring size (order ${said}) is not one that is drawn; shown is one page.`);
    return 0;
  }
  notes.push(
    `${2 ** said} ${said === 0 ? 'page' : 'pages'} per ring: ${order === undefined ? 'num-ring-pages' : 'ring-page-order'} of the frontend.`,
  );
  return said;
}

function abiOf({ frontend }: Pair, notes: string[]): Abi {
  const protocol = frontend.get('protocol');
  if (protocol === undefined) {
    notes.push(
      'The frontend wrote no protocol; a Linux backend on x86 then assumes x86_32-abi, so the slots are 108 bytes.',
    );
    return 'i386';
  }
  const abi = ABI_OF_PROTOCOL[protocol];
  if (abi === undefined) {
    notes.push(`The protocol ${protocol} is not known; shown is x86_64-abi.`);
    return 'x86_64';
  }
  notes.push(`Slots as on ${abi}: protocol ${protocol} of the frontend.`);
  return abi;
}

function segmentsOf({ backend }: Pair, notes: string[]): number {
  const node = 'feature-max-indirect-segments';
  const offer = numberIn(backend, node);
  const agreed = negotiateSegments(LINUX_FRONTEND.maxIndirectSegments, offer).segmentsPerRequest;
  notes.push(
    offer === undefined
      ? `11 segments per request: the backend wrote no ${node}.`
      : `The backend takes ${Math.min(offer, MOST_SEGMENTS)} indirect segments; the frontend's own limit is not in xenstore, assumed is Linux's default of 32, so ${agreed}.`,
  );
  return agreed;
}

function persistentOf({ frontend, backend }: Pair, notes: string[]): boolean {
  const [front, back] = [frontend, backend].map(
    (keys) => numberIn(keys, 'feature-persistent') === 1,
  );
  const both = front === true && back === true;
  notes.push(
    both
      ? 'Persistent grants: both ends wrote feature-persistent = 1.'
      : `No persistent grants: feature-persistent is not 1 at ${front === true ? 'the backend' : back === true ? 'the frontend' : 'either end'}.`,
  );
  return both;
}

/** Every virtual disk of a dump, connected ones first. */
export function importXenstore(text: string): readonly DeviceImport[] {
  const devices: DeviceImport[] = [];
  for (const [id, pair] of pairsOf(parseXenstore(text))) {
    const [domain, device] = id.split('/');
    const notes: string[] = [];
    const states = [pair.frontend.get('state'), pair.backend.get('state')];
    const config: RingConfig = {
      ...DEFAULT_CONFIG,
      abi: abiOf(pair, notes),
      pageOrder: orderOf(pair, notes),
      queues: queuesOf(pair, notes),
      maxSegments: segmentsOf(pair, notes),
      persistent: persistentOf(pair, notes),
    };
    const connected = states.every((state) => state === '4');
    notes.push(
      connected
        ? 'Both ends are Connected.'
        : `Not connected: state ${states[0] ?? 'missing'} at the frontend, ${states[1] ?? 'missing'} at the backend (4 is Connected).`,
    );
    const name = pair.backend.get('dev');
    devices.push({
      title: `domain ${domain ?? '?'}, ${name === undefined ? `vbd ${device ?? '?'}` : `${name} (${device ?? '?'})`}`,
      config,
      notes,
      connected,
    });
  }
  return devices.sort((a, b) => Number(b.connected) - Number(a.connected));
}
