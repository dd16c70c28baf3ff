import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  bitingSchedule,
  bitingStep,
  brokenOrder,
  formatRingDocument,
  HAZARD_IDS,
  HAZARDS,
  importText,
  NEW_DOCUMENT,
  parseRingDocument,
  PRESETS,
  scheduleForRule,
  WORKLOADS,
} from '#core/ring';
import { describe, expect, it } from 'vitest';

describe('a .xenring.json file', () => {
  it('comes back as it was written', () => {
    for (const preset of PRESETS) {
      for (const workload of WORKLOADS) {
        const document = {
          scenario: { config: preset.value, workload: workload.value, seed: 11 },
          compareWith: NEW_DOCUMENT.scenario.config,
          position: 42,
        };
        expect(parseRingDocument(formatRingDocument(document))).toEqual(document);
      }
    }
  });

  it('takes presets by name and defaults for what is left out', () => {
    expect(parseRingDocument('{}')).toEqual(NEW_DOCUMENT);
    expect(parseRingDocument('{"config":"segments-256","workload":"one-mib"}')).toMatchObject({
      scenario: { config: { maxSegments: 256 }, workload: { count: 1 } },
    });
  });

  it.each([
    ['', 'is empty'],
    ['{', 'not JSON'],
    ['{"format":"xennuma"}', '"format" must be "xenring"'],
    ['{"version":2}', 'Version 2'],
    ['{"colour":1}', '"colour" is not known'],
    ['{"config":"fast"}', '"config" names no preset'],
    ['{"workload":"fast"}', '"workload" names no workload'],
    ['{"config":{"queues":0}}', '"config.queues" must be a whole number from 1 to 16, not 0'],
    ['{"config":{"toString":0}}', '"config.toString" is not known'],
    ['{"config":[]}', '"config" must be an object'],
    ['{"workload":{"bufferOffsetBytes":100}}', 'multiple of 512'],
    ['{"costs":{"diskBytesPerUs":0}}', 'must be more than 0'],
    ['{"hazard":{}}', '"hazard.id" is missing'],
    ['{"hazard":{"id":"gremlin"}}', '"hazard.id" must be one of'],
    ['{"seed":-1}', '"seed" must be'],
  ])('%s is answered with one sentence', (text, sentence) => {
    const imported = importText('my.xenring.json', text);
    expect(imported.kind).toBe('unreadable');
    expect(imported).toMatchObject({ why: expect.stringContaining(sentence) as string });
    expect(JSON.stringify(imported)).toContain('my.xenring.json');
  });
});

/** What `print` shows of the two halves of a stopped ring, in gdb's manner and in crash's. */
const GDB_FRONT =
  '$3 = {req_prod_pvt = 118, rsp_cons = 97, nr_ents = 32, sring = 0xffff888004a21000}\n';
const GDB_SHARED =
  "$4 = {req_prod = 112, req_event = 113, rsp_prod = 102, rsp_event = 0x62, pvt = {tapif_user = {msg = 0 '\\000'}}}\n";
const CRASH_BACK =
  'struct blkif_back_ring {\n  rsp_prod_pvt = 0x66,\n  req_cons = 0x70,\n  nr_ents = 0x20,\n  sring = 0xffffc900\n}\n';

describe('a debugger print', () => {
  it('shows the ring that was printed', () => {
    const imported = importText('print.txt', GDB_FRONT + GDB_SHARED + CRASH_BACK);
    if (imported.kind !== 'rings') throw new Error(JSON.stringify(imported));
    expect(imported.rings).toHaveLength(1);
    expect(imported.rings[0]).toMatchObject({
      assumed: [],
      ring: {
        entryCount: 32,
        reqProdPvt: 118,
        rspCons: 97,
        reqProd: 112,
        reqEvent: 113,
        rspProd: 102,
        rspEvent: 98,
        rspProdPvt: 102,
        reqCons: 112,
      },
      sentence:
        'The backend took everything and works on 10 requests; req_event = req_cons + 1: the next push will notify; 6 requests filled but not pushed; 5 responses not taken by the frontend.',
    });
  });

  it('says what it had to assume', () => {
    const imported = importText('print.txt', GDB_FRONT + GDB_SHARED);
    if (imported.kind !== 'rings') throw new Error(JSON.stringify(imported));
    expect(imported.rings[0]?.assumed).toEqual([
      'rsp_prod_pvt is not shown; taken as rsp_prod (102).',
      'req_cons is not shown; taken as the backend leaves it when it sleeps (112).',
    ]);
  });

  it('calls impossible indices impossible', () => {
    const imported = importText('print.txt', GDB_FRONT.replace('97', '120') + GDB_SHARED);
    expect(JSON.stringify(imported)).toContain('cannot belong to two honest ends');
  });

  it.each([
    ['req_prod = 5000000000', 'is not a 32-bit number'],
    ['nr_ents = 33, req_prod = 1, rsp_prod = 1', 'not a power of two'],
    [GDB_SHARED, 'nr_ents is missing'],
    [GDB_FRONT, 'req_prod and rsp_prod of the shared ring are missing'],
  ])('%s: one sentence', (text, sentence) => {
    expect(importText('print.txt', text)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining(sentence) as string,
    });
  });
});

/** io_ring_q0 in the format of Linux 6.1's xenvif_read_io_ring. */
const NETBACK = `Queue 0
TX: nr_ents 256
req prod 8210 (18) cons 8203 (11) event 8204 (12)
rsp prod 8192 (base) pvt 8192 (0) event 8193 (1)
pending prod 8448 pending cons 8203 nr_pending_reqs 11
dealloc prod 8192 dealloc cons 8192 dealloc_queue 0

RX: nr_ents 256
req prod 4351 (255) cons 4096 (0) event 1 (-4095)
rsp prod 4096 (base) pvt 4096 (0) event 4097 (1)

NAPI state: 1 NAPI weight: 64 TX queue len 0
`;

describe('netback io_ring_qN', () => {
  it('gives the two rings of each queue', () => {
    const imported = importText('io_ring_q0', NETBACK + NETBACK.replace('Queue 0', 'Queue 1'));
    if (imported.kind !== 'rings') throw new Error(JSON.stringify(imported));
    expect(imported.rings.map((ring) => ring.title)).toEqual([
      'Netback queue 0, TX',
      'Netback queue 0, RX',
      'Netback queue 1, TX',
      'Netback queue 1, RX',
    ]);
    const [tx] = imported.rings;
    expect(tx?.ring).toMatchObject({
      entryCount: 256,
      reqProd: 8210,
      reqCons: 8203,
      reqEvent: 8204,
    });
    expect(tx?.sentence).toContain('7 requests pushed and not taken, req_event = req_cons + 1');
    for (const { ring } of imported.rings) expect(brokenOrder(ring)).toBeUndefined();
  });
});

describe('blkback statistics', () => {
  it.each([
    'rd_req: 1668\nrd_sect: 179480\nwr_req: 512\nwr_sect: 59392\nf_req: 1\nds_req: 0\noo_req: 3\n',
    '/sys/bus/xen-backend/devices/vbd-2-51712/statistics/rd_req:1668\n/sys/bus/xen-backend/devices/vbd-2-51712/statistics/rd_sect:179480\n/sys/bus/xen-backend/devices/vbd-2-51712/statistics/oo_req:3\n',
    'rd_req 1668\nrd_sect 179480\noo_req 3',
  ])('are read in each way they are printed', (text) => {
    const imported = importText('statistics', text);
    if (imported.kind !== 'statistics') throw new Error(JSON.stringify(imported));
    expect(imported.statistics[0]).toMatchObject({
      readRequests: 1668,
      sectorsRead: 179_480,
      outOfRequests: 3,
    });
    expect(imported.statistics[0]?.sentences[0]).toBe(
      '1668 read requests of 53.8 KiB on average: more than 44 KiB, so indirect descriptors are in use.',
    );
  });

  it('are read from the log', () => {
    const line =
      '[ 12.1] xen-blkback: (1.xvda-0): oo   0  |  rd   12  |  wr    3  |  f    1  |  ds    0 | pg: 1056/1056\n';
    const imported = importText('dmesg', line);
    expect(imported).toMatchObject({
      kind: 'statistics',
      statistics: [
        { title: '1.xvda-0', readRequests: 12, persistentGrants: 1056, maxPersistentGrants: 1056 },
      ],
    });
    expect(JSON.stringify(imported)).toContain('All 1056 persistent grants are in use');
  });
});

describe('other texts', () => {
  it('a trace is a trace', () => {
    const oracle = path.join(import.meta.dirname, '../../oracle/ring/trace-dev.jsonl.gz');
    const text = gunzipSync(readFileSync(oracle)).toString();
    expect(importText('trace.jsonl', text)).toMatchObject({ kind: 'trace' });
    expect(importText('trace.jsonl', text.split('\n').slice(1).join('\n'))).toMatchObject({
      kind: 'unreadable',
      why: 'trace.jsonl, line 1: a trace begins with "init", not with "b_push".',
    });
  });

  it('a whole xenstore, flat or indented, gives its disks', () => {
    const logs = path.join(import.meta.dirname, '../../fixtures/ring');
    for (const name of ['xenstore-ls-fp.txt', 'xenstore-ls.txt']) {
      const imported = importText(name, readFileSync(path.join(logs, name), 'utf8'));
      if (imported.kind !== 'devices') throw new Error(JSON.stringify(imported));
      expect(imported.devices).toHaveLength(1);
      expect(imported.devices[0]).toMatchObject({
        title: 'domain 4, xvda (51712)',
        connected: true,
        config: { queues: 2, pageOrder: 0, maxSegments: 32, persistent: true, abi: 'x86_64' },
      });
    }
  });

  it.each(['', 'hello', '/local/domain/0/name = "Domain-0"', '<svg/>', '[]'])(
    '%j is nothing we know',
    (text) => {
      const imported = importText('note.txt', text);
      expect(imported).toMatchObject({
        kind: 'unreadable',
        why: expect.stringContaining('note.txt') as string,
      });
    },
  );
});

describe('the schedule that breaks it', () => {
  it.each(HAZARD_IDS)('%s bites where the document points', (id) => {
    const document = bitingSchedule(id, 32);
    const step = bitingStep(document.scenario, 32);
    expect(step).toBeDefined();
    expect(document.position).toBe(Math.max(0, (step ?? 0) - 8));
  });

  it('is found for every rule that has one, and for no other', () => {
    const rules = new Set(HAZARDS.flatMap((hazard) => hazard.rules));
    for (const rule of rules)
      expect(scheduleForRule(rule, 32)?.scenario.hazard?.checked).toBe(false);
    expect(scheduleForRule('XR999', 32)).toBeUndefined();
  });
});
