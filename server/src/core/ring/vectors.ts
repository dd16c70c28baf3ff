import type { Abi } from '#core/c-types';
import type { SlotLayout, SlotLayouts } from '#core/slot-layout';
import {
  DEFAULT_MAX_PERSISTENT_GRANTS,
  grantPool,
  IDLE_GRANT_SECONDS,
  inFlightLimit,
  PURGE_INTERVAL_MS,
  purgeCount,
  splitIo,
} from './costs.ts';
import { wantsNotify } from './macros.ts';
import { negotiateSegments } from './negotiation.ts';
import { NOTIFY_SCHEDULES, type NotifySchedule, runNotifySchedule } from './schedules.ts';
import {
  CACHE_LINE_BYTES,
  cacheLinesTouched,
  DIRECT_SEGMENTS,
  entryBytesFor,
  fitRing,
  indirectNeed,
  PAGE_BYTES,
  paddingOffsets,
} from './sizes.ts';

/** A case of vectors-dev.json: a configuration and the figures expected of it. */
export interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** The figures of a vector, under the vector's own names, or one sentence why there are none. */
export type VectorFigures = Readonly<Record<string, unknown>> | string;

export interface VectorResult {
  readonly id: string;
  readonly ok: boolean;
  /** Names of the figures that differ or that nobody computes. */
  readonly differs: readonly string[];
  readonly why?: string;
}

interface Settings {
  readonly number: (name: string, byDefault: number) => number;
  readonly flag: (name: string, byDefault: boolean) => boolean;
  readonly text: (name: string, byDefault: string) => string;
  readonly isAbsent: (name: string) => boolean;
  readonly layout: SlotLayout;
}

function settingsOf(
  config: Readonly<Record<string, unknown>>,
  layouts: SlotLayouts,
): Settings | string {
  const abi = config['abi'] ?? 'x86_64';
  if (typeof abi !== 'string' || !Object.hasOwn(layouts, abi)) {
    return `The ABI ${JSON.stringify(abi)} is not known; use x86_64, i386, arm64 or armv7.`;
  }
  const read = <T>(name: string, byDefault: T): T => {
    const value = config[name];
    return typeof value === typeof byDefault ? (value as T) : byDefault;
  };
  return {
    number: (name, byDefault) => read(name, byDefault),
    flag: (name, byDefault) => read(name, byDefault),
    text: (name, byDefault) => read(name, byDefault),
    isAbsent: (name) => config[name] === undefined || config[name] === null,
    layout: layouts[abi as Abi],
  };
}

type Compute = (settings: Settings) => VectorFigures;

function ringFigures(
  layout: SlotLayout,
  entryBytes: number,
  pageOrder: number,
): Record<string, unknown> {
  const fit = fitRing(entryBytes, layout.ringOffsetBytes, pageOrder);
  const lines = cacheLinesTouched(entryBytes, layout.ringOffsetBytes, {
    entryCount: fit.entryCount,
    lineBytes: CACHE_LINE_BYTES,
  });
  return {
    entry_bytes: entryBytes,
    ring_offset: layout.ringOffsetBytes,
    ring_bytes: fit.ringBytes,
    ring_pages: fit.pages,
    fit: fit.fit,
    nr_ents: fit.entryCount,
    unused_bytes: fit.unusedBytes,
    cache_lines_per_entry: lines.mostLines,
  };
}

function entryCountOf(settings: Settings): number {
  const { layout } = settings;
  return fitRing(layout.entryBytes, layout.ringOffsetBytes, settings.number('ring_order', 0))
    .entryCount;
}

function cacheLineFigures(settings: Settings): VectorFigures {
  const { layout } = settings;
  const lineBytes = settings.number('line', CACHE_LINE_BYTES);
  const touched = cacheLinesTouched(layout.entryBytes, layout.ringOffsetBytes, {
    entryCount: entryCountOf(settings),
    lineBytes,
  });
  const indices = layout.sharedRing.fields.filter((field) =>
    /^(?:req|rsp)_(?:prod|event)$/u.test(field.name),
  );
  const offsets = Object.fromEntries(indices.map((field) => [field.name, field.offsetBytes]));
  const line = (offset: number): number => Math.floor(offset / lineBytes);
  return {
    ...offsets,
    same_line: new Set(indices.map((field) => line(field.offsetBytes))).size === 1,
    entries_by_lines_touched: touched.entriesByLines,
    most_lines: touched.mostLines,
  };
}

function inFlightFigures(settings: Settings): VectorFigures {
  const entryCount = entryCountOf(settings);
  const limit = inFlightLimit(
    entryCount,
    settings.number('queues', 1),
    settings.number('max_segments', DIRECT_SEGMENTS),
  );
  return {
    nr_ents: entryCount,
    request_kib: limit.requestBytes / 1024,
    in_flight_kib: limit.inFlightBytes / 1024,
    outstanding_requests: limit.outstandingRequests,
  };
}

function negotiationFigures(settings: Settings): VectorFigures {
  const node = 'feature-max-indirect-segments';
  const result = negotiateSegments(
    settings.number('frontend_max_indirect_segments', 32),
    settings.isAbsent(node) ? undefined : settings.number(node, 0),
  );
  return {
    max_indirect_segments: result.maxIndirectSegments,
    segments_per_request: result.segmentsPerRequest,
    max_hw_sectors: result.maxHardwareSectors,
  };
}

function splitFigures(settings: Settings): VectorFigures {
  const indirect = settings.flag('indirect', true);
  const guestPageBytes = settings.number('linux_page_kib', 4) * 1024;
  const asked = settings.number('max_segments', DIRECT_SEGMENTS);
  const split = splitIo({
    ioBytes: settings.number('io_kib', 4) * 1024,
    maxSegments: indirect ? asked : Math.min(asked, DIRECT_SEGMENTS),
    bufferOffsetBytes: settings.number('buffer_page_offset', 0),
    persistent: settings.flag('persistent', false),
    warm: settings.flag('grants_already_mapped', false),
    guestPageBytes,
  });
  return {
    segments: split.segments,
    ring_requests: split.segmentsPerRequest.length,
    direct: split.direct,
    indirect: split.indirect,
    segments_per_request: split.segmentsPerRequest,
    data_grants: split.dataGrants,
    indirect_grants: split.indirectGrants,
    grants_total: split.dataGrants + split.indirectGrants,
    bytes_memcpy_frontend: split.copiedBytes,
    map_ops: split.mapOperations,
    unmap_ops: split.unmapOperations,
    map_hypercalls: split.mapHypercalls,
    unmap_hypercalls: split.unmapHypercalls,
    second_sector_offset: split.secondSectorOffset,
  };
}

function grantFigures(settings: Settings): VectorFigures {
  const maxPersistentGrants = settings.number(
    'max_persistent_grants',
    DEFAULT_MAX_PERSISTENT_GRANTS,
  );
  const pool = grantPool(entryCountOf(settings), {
    pageOrder: settings.number('ring_order', 0),
    queues: settings.number('queues', 1),
    maxSegments: settings.number('max_segments', DIRECT_SEGMENTS),
    maxPersistentGrants,
  });
  return {
    pool_per_ring: pool.perRing,
    pool_total: pool.total,
    ring_page_grants: pool.ringPageGrants,
    event_channels: pool.eventChannels,
    indirect_pages_preallocated: pool.indirectPages,
    fits_backend_default_1056_per_ring: pool.perRing <= DEFAULT_MAX_PERSISTENT_GRANTS,
    num_clean: purgeCount(
      maxPersistentGrants,
      settings.number('persistent_gnt_c', 0),
      settings.flag('overflow_max_grants', false),
    ),
    interval_ms: PURGE_INTERVAL_MS,
    idle_timeout_s: IDLE_GRANT_SECONDS,
  };
}

function scheduleFigures(settings: Settings): VectorFigures {
  const schedule = settings.text('schedule', '');
  if (!(NOTIFY_SCHEDULES as readonly string[]).includes(schedule)) {
    return `The schedule "${schedule}" is not known; known are ${NOTIFY_SCHEDULES.join(', ')}.`;
  }
  const counts = runNotifySchedule(schedule as NotifySchedule, {
    rounds: settings.number('rounds', 100),
    depth: settings.number('depth', 1),
    entryCount: entryCountOf(settings),
  });
  return {
    nr_ents: entryCountOf(settings),
    requests: counts.requests,
    req_pushes: counts.requestPushes,
    req_notifies: counts.requestNotifies,
    req_saved: counts.requestPushes - counts.requestNotifies,
    rsp_pushes: counts.responsePushes,
    rsp_notifies: counts.responseNotifies,
    rsp_saved: counts.responsePushes - counts.responseNotifies,
  };
}

const COMPUTE: Readonly<Record<string, Compute>> = {
  ring: ({ layout, number }) => ringFigures(layout, layout.entryBytes, number('ring_order', 0)),
  'ring-whatif': ({ layout, number }) =>
    ringFigures(
      layout,
      entryBytesFor(layout, number('segments_in_request', DIRECT_SEGMENTS)),
      number('ring_order', 0),
    ),
  'cache-lines': cacheLineFigures,
  'in-flight': inFlightFigures,
  negotiation: negotiationFigures,
  'io-split': splitFigures,
  'indirect-pages': ({ number }) => {
    const need = indirectNeed(number('segments', 1));
    return {
      operation: need.operation,
      indirect_pages: need.indirectPages,
      descriptor_bytes: need.descriptorBytes,
      unused_bytes: need.indirectPages * PAGE_BYTES - need.descriptorBytes,
    };
  },
  grants: grantFigures,
  padding: ({ layout }) => {
    const offsets = paddingOffsets(layout.response);
    return {
      size: layout.response.sizeBytes,
      named_bytes: layout.response.sizeBytes - offsets.length,
      padding_offsets: offsets,
      padding_bytes: offsets.length,
    };
  },
  notify: ({ number }) => ({
    notify: wantsNotify(number('old_prod', 0), number('new_prod', 0), number('event', 0)) ? 1 : 0,
  }),
  'notify-schedule': scheduleFigures,
};

/** Kinds of vectors that can be computed. */
export function vectorKinds(): readonly string[] {
  return Object.keys(COMPUTE);
}

/** Computes every figure that a vector of this kind may expect. */
export function vectorFigures(vector: Vector, layouts: SlotLayouts): VectorFigures {
  const compute = Object.hasOwn(COMPUTE, vector.kind) ? COMPUTE[vector.kind] : undefined;
  if (compute === undefined) {
    return `Vectors of kind "${vector.kind}" are not known; known are ${vectorKinds().join(', ')}.`;
  }
  const settings = settingsOf(vector.config, layouts);
  return typeof settings === 'string' ? settings : compute(settings);
}

/** Runs one vector and compares what it expects. */
export function runVector(vector: Vector, layouts: SlotLayouts): VectorResult {
  const figures = vectorFigures(vector, layouts);
  if (typeof figures === 'string') return { id: vector.id, ok: false, differs: [], why: figures };
  const differs = Object.entries(vector.expect)
    .filter(([name, expected]) => canonical(expected) !== canonical(figures[name]))
    .map(([name]) => name);
  return { id: vector.id, ok: differs.length === 0, differs };
}

/** JSON with sorted keys: two values are equal when their texts are. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? 'undefined'
  );
}

/** Reads the text of a vectors file; a sentence when it is not one. */
export function parseVectors(text: string): readonly Vector[] | string {
  const value = parseJsonOrLines(text);
  if (value === undefined) return 'The file is neither JSON nor one JSON object a line.';
  const list = Array.isArray(value) ? value : (value as { vectors?: unknown } | null)?.vectors;
  if (!Array.isArray(list)) return 'The file has no list "vectors".';
  const bad = list.findIndex((entry: unknown) => !isVector(entry));
  if (bad >= 0) return `Vector ${bad + 1} lacks an id, a kind, a config or an expect.`;
  return list as readonly Vector[];
}

function parseJsonOrLines(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line): unknown => JSON.parse(line));
    } catch {
      return undefined;
    }
  }
}

function isVector(value: unknown): value is Vector {
  if (typeof value !== 'object' || value === null) return false;
  const vector = value as Record<string, unknown>;
  const isObject = (part: unknown): boolean => typeof part === 'object' && part !== null;
  return (
    typeof vector['id'] === 'string' &&
    typeof vector['kind'] === 'string' &&
    isObject(vector['config']) &&
    isObject(vector['expect'])
  );
}
