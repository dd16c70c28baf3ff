import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  advance,
  blockGeometry,
  createSimulation,
  emptyRecord,
  formatRingDocument,
  HAZARD_IDS,
  bitingSchedule,
  importText,
  NEW_DOCUMENT,
  parseVectors,
  runVector,
  TraceComparison,
  TraceReplayer,
  type Imported,
} from '#core/ring';
import { decodeFromPanel, decodeToPanel } from '#core/protocol';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { decodeSaved, encodeSaved } from '../../media/ring/saved.ts';
import { asText, once, seedFiles } from './seed-files.ts';
import type { FuzzTarget } from './target.ts';

const oracle = path.resolve('test/oracle/ring');
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const documents = [
  formatRingDocument(NEW_DOCUMENT),
  ...HAZARD_IDS.map((id) => formatRingDocument(bitingSchedule(id, 32))),
];
/** Enough to pass the handshake, a burst and its answers. */
const MOST_STEPS = 3000;

export const ringTraces: FuzzTarget = {
  name: 'ring-traces',
  seeds: once(() =>
    seedFiles(oracle, /\.jsonl\.gz$/).map((zipped) => gunzipSync(zipped).subarray(0, 60_000)),
  ),
  dictionary: ['"op":"init",', '"order":10,', '"entry":1,', '"arg":', '"ids":[', 'b_respond'],
  run(input) {
    const comparison = new TraceComparison(blockGeometry(SLOT_LAYOUTS.x86_64));
    for (const line of asText(input).split('\n')) comparison.feed(line);
    comparison.report();
  },
};

/** What the panel does with an import, without its pictures. */
function use(imported: Imported): void {
  if (imported.kind === 'trace') {
    const replayer = new TraceReplayer(blockGeometry(SLOT_LAYOUTS.i386));
    for (const line of imported.lines) if (line.trim() !== '') replayer.step(JSON.parse(line));
  }
  if (imported.kind !== 'document') return;
  const { scenario } = imported.document;
  const geometry = blockGeometry(SLOT_LAYOUTS[scenario.config.abi]);
  const simulation = createSimulation(
    scenario,
    geometry.entriesForOrder(scenario.config.pageOrder),
  );
  const record = emptyRecord();
  for (let i = 0; i < MOST_STEPS && advance(simulation, record); i++);
}

export const ringImports: FuzzTarget = {
  name: 'ring-imports',
  seeds: once(() => [
    ...seedFiles(path.resolve('test/fixtures/ring'), /xenstore/),
    ...documents.map(encode),
    encode(
      'Queue 0\nTX: nr_ents 256\nreq prod 8 (3) cons 5 (0) event 6 (1)\nrsp prod 5 (base) pvt 5 (0) event 6 (1)\n',
    ),
    encode(
      '$1 = {req_prod_pvt = 7, rsp_cons = 3, nr_ents = 32, sring = 0xffff}\n{req_prod = 7, req_event = 8, rsp_prod = 4, rsp_event = 5}\n',
    ),
    encode('rd_req: 4\nwr_req: 0\nf_req: 1\noo_req: 0\nds_req: 0\nrd_sect: 8\nwr_sect: 0\n'),
  ]),
  dictionary: ['"config":', '"workload":', '"hazard":', 'vbd/7/51712/', 'req_prod = ', 'nr_ents'],
  run: (input) => use(importText('fuzz.xenring.json', asText(input))),
};

export const ringVectors: FuzzTarget = {
  name: 'ring-vectors',
  seeds: once(() => seedFiles(oracle, /vectors.*\.json$/)),
  dictionary: [
    '"kind":',
    '"config":{',
    '"expect":{',
    '"ring_order":',
    'io-split',
    'notify-schedule',
  ],
  run(input) {
    const vectors = parseVectors(asText(input));
    if (typeof vectors !== 'string') for (const each of vectors) runVector(each, SLOT_LAYOUTS);
  },
};

const messages = [
  { type: 'open', files: [{ name: 'a', text: documents[0] }], parameters: { schedule: 'XR302' } },
  { type: 'answer', id: 1, outcome: 'failed', message: 'No.', files: [] },
  { type: 'export', id: 2, name: 'ring.svg', encoding: 'utf8', data: '<svg/>' },
  { type: 'edit', text: documents[0] },
  {
    document: documents[0],
    view: 'bytes',
    tab: 'grants',
    slot: 3,
    imported: { name: 'a', text: '' },
  },
];

export const panelMessages: FuzzTarget = {
  name: 'panel-messages',
  seeds: once(() => messages.map((each) => encode(JSON.stringify(each)))),
  dictionary: ['"type":', '"files":[', '"id":', '"__proto__":', '"view":', '"position":', 'null'],
  run(input) {
    let value: unknown;
    try {
      value = JSON.parse(asText(input));
    } catch {
      return;
    }
    decodeToPanel(value);
    decodeFromPanel(value);
    const saved = decodeSaved(value);
    if (saved !== undefined) encodeSaved(saved);
  },
};
