/** One key of xl.cfg as the knowledge file describes it. */
export interface CfgKey {
  readonly key: string;
  /** `string`, `number`, `boolean`, `list`, or a choice of them in words. */
  readonly type: string;
  readonly text: string;
  readonly section: string;
  /** The document the fact is from. */
  readonly source: string;
  /** Values xl knows; empty when free. */
  readonly values: readonly string[];
}

/** Options of one virtual node of `vnuma=`. */
export const VNUMA_OPTIONS: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'pnode',
    text: 'Physical node the memory is bound to, with no way out. Left out it is node 0.',
  },
  { name: 'size', text: 'MiB of the virtual node; all of them add up to maxmem.' },
  {
    name: 'vcpus',
    text: 'vCPUs of the virtual node, e.g. "0-1". Every vCPU belongs to exactly one.',
  },
  {
    name: 'vdistances',
    text: 'Distance to every virtual node in turn, 10 for itself by convention.',
  },
];

/** Decodes `xl-cfg-keys.json`; entries of another shape are left out. */
export function readCfgKeys(data: unknown): ReadonlyMap<string, CfgKey> {
  const list = (data as { readonly keys?: unknown } | null)?.keys;
  const keys = new Map<string, CfgKey>();
  for (const entry of Array.isArray(list) ? (list as readonly Record<string, unknown>[]) : []) {
    const { key, type, text, section, source, values } = entry;
    if (typeof key !== 'string' || typeof text !== 'string') continue;
    keys.set(key, {
      key,
      text,
      type: typeof type === 'string' ? type : 'string',
      section: typeof section === 'string' ? section : '',
      source: typeof source === 'string' ? source : '',
      values: Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [],
    });
  }
  return keys;
}
