import type { GuestConfig, InputFacts, VmChange } from '#core/numa';

/** Something that was imported: facts about a host, or a configuration kept as text. */
export type SavedInput =
  | { readonly kind: 'facts'; readonly facts: InputFacts }
  | { readonly kind: 'cfg'; readonly name: string; readonly text: string };

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const MOST_IDS = 65_536;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isAmount: Check = (value) =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value);
const isId: Check = (value) =>
  Number.isInteger(value) && isAmount(value) && Number(value) < MOST_IDS;
const isIds: Check = (value) => Array.isArray(value) && value.every(isId);
const isMask: Check = (value) => value === 'all' || isIds(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const shaped =
  (shape: Shape): Check =>
  (value) =>
    isRecord(value) && Object.entries(shape).every(([key, check]) => check(value[key]));

const isType: Check = (value) => value === 'pv' || value === 'hvm' || value === 'pvh';
const isSource = shaped({ input: isText, line: maybe(isAmount) });
const isGuest = shaped({
  name: maybe(isText),
  type: maybe(isType),
  memoryKib: maybe(isAmount),
  maxMemoryKib: maybe(isAmount),
  vcpus: maybe(isId),
  maxVcpus: maybe(isId),
  poolName: maybe(isText),
  hard: listOf(isMask),
  soft: listOf(isMask),
  placement: isFlag,
  nodeMap: maybe(isIds),
  virtualNodes: listOf(
    shaped({ pnode: maybe(isId), memoryKib: isAmount, vcpus: isIds, distances: listOf(isAmount) }),
  ),
  shadowKib: maybe(isAmount),
  videoKib: maybe(isAmount),
  stubdomain: isFlag,
  syncPassthrough: isFlag,
} satisfies Record<keyof GuestConfig, Check>);

/** What each kind of fact must hold; JSON writes an unknown distance as null. */
const FACTS: Readonly<Record<InputFacts['facts'][number]['fact']['kind'], Shape>> = {
  cpu: { id: isId, core: maybe(isAmount), socket: maybe(isAmount), node: maybe(orNull(isId)) },
  'cpu-id-count': { count: isAmount },
  node: { id: isId, sizeKib: maybe(isAmount), freeKib: maybe(isAmount) },
  distances: { from: isId, to: listOf(orNull(maybe(isAmount))) },
  pool: { name: isText, cpus: maybe(isIds), scheduler: maybe(isText) },
  scheduler: { name: isText },
  hap: { available: isFlag },
  domain: {
    id: isId,
    name: maybe(isText),
    memoryKib: maybe(isAmount),
    vcpuCount: maybe(isId),
    pool: maybe(isText),
    type: maybe(isType),
    nodes: maybe(isMask),
  },
  vcpu: { domain: isId, id: isId, cpu: maybe(isId), hard: maybe(isMask), soft: maybe(isMask) },
  'domain-pages': { domain: isId, node: isId, pages: isAmount },
  pxm: { node: isId, pxm: isAmount },
  guest: { config: isGuest },
  'slit-rejected': {},
  'no-numa': { why: isText },
};

/** Whether a value that was saved can be read as an input again. */
export function isSavedInput(value: unknown): value is SavedInput {
  if (!isRecord(value)) return false;
  if (value['kind'] === 'cfg') return isText(value['name']) && isText(value['text']);
  return (
    value['kind'] === 'facts' &&
    shaped({
      name: isText,
      formats: listOf(isText),
      facts: listOf(isSourcedFact),
      problems: listOf(shaped({ source: isSource, sentence: isText })),
    })(value['facts'])
  );
}

function isSourcedFact(value: unknown): boolean {
  if (!isRecord(value) || !isSource(value['source']) || !isText(value['format'])) return false;
  const { fact } = value;
  if (!isRecord(fact) || typeof fact['kind'] !== 'string') return false;
  const shape = Object.hasOwn(FACTS, fact['kind'])
    ? FACTS[fact['kind'] as keyof typeof FACTS]
    : undefined;
  return shape !== undefined && shaped(shape)(fact);
}

const CHANGES: Readonly<Record<keyof VmChange, Check>> = {
  isRemoved: isFlag,
  nodes: isIds,
  vcpus: (value) => isId(value) && value !== 0,
  memoryKib: isAmount,
  hard: isMask,
  soft: isMask,
};

/** The what-if changes of a saved state; what is no change of ours is left out. */
export function decodeChanges(value: unknown): Readonly<Record<string, VmChange>> {
  if (!isRecord(value)) return {};
  const changes = Object.entries(value).map(([key, change]) => {
    const fields = Object.entries(isRecord(change) ? change : {}).filter(
      ([field, each]) => Object.hasOwn(CHANGES, field) && CHANGES[field as keyof VmChange](each),
    );
    return [key, Object.fromEntries(fields)] as const;
  });
  return Object.fromEntries(changes);
}

/** Any object but an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
