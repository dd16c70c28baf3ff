import type { HostView } from './assemble.ts';

/** The view of no input at all: what `assembleHost([])` answers, without its readers. */
export const EMPTY_VIEW: HostView = {
  host: {
    cpuIdCount: 0,
    nodeIdLimit: 64,
    hap: true,
    nodes: [],
    cpus: [],
    distances: [],
    pools: [{ id: 0, name: 'Pool-0', scheduler: '', cpus: [] }],
  },
  domains: [],
  guests: [],
  pagesOf: new Map(),
  isSlitRejected: false,
  missing: [],
  problems: [],
  sourceOf: () => undefined,
};
