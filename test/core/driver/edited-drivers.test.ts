import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { rulesIn } from './c-source.ts';

/** Debian's linux-source-6.1, unpacked; the test is skipped where it is not. */
const tree = '/usr/src/linux-source-6.1/drivers';
const blkback = 'block/xen-blkback/blkback.c';
const blkfront = 'block/xen-blkfront.c';
const netfront = 'net/xen-netfront.c';
const scsiback = 'xen/xen-scsiback.c';

type Edit = readonly [pattern: RegExp, replacement: string];
const withoutIf = (condition: string): Edit => [
  new RegExp(`if \\(${condition}[^{;]*\\{[^}]*\\}`),
  ';',
];

/** Each line takes one precaution out of a driver that has it. */
const edits: readonly (readonly [rule: string, file: string, ...changes: Edit[]])[] = [
  ['XR102', blkback, [/\tbarrier\(\);/, '']],
  ['XR103', blkback, [/rmb\(\);/, '']],
  ['XR104', blkback, withoutIf('RING_REQUEST_PROD_OVERFLOW')],
  ['XR203', blkback, [/if \(\(req->u\.rw\.seg\[i\]\.last_sect >=[^;]*;/, '']],
  [
    'XR301',
    blkback,
    [/RING_PUSH_RESPONSES_AND_CHECK_NOTIFY\([^;]*;/, 'ring->sring->rsp_prod = 1 + (notify = 1);'],
  ],
  ['XR302', blkback, [/RING_FINAL_CHECK_FOR_REQUESTS\([^;]*;/, '']],
  ['XR303', blkback, [/if \(notify\)\s*notify_remote_via_irq\([^;]*;/, '']],
  ['XR503', blkback, [/map\[new_map_idx\]\.status != 0/, '0']],
  ['XR602', 'block/xen-blkback/xenbus.c', [/->xenblkd = NULL;(?=\s*wake_up)/, '']],
  ['XR104', blkfront, withoutIf('RING_RESPONSE_PROD_OVERFLOW')],
  [
    'XR302',
    blkfront,
    [/RING_FINAL_CHECK_FOR_RESPONSES\([^;]*;/, ''],
    [/->rsp_event = /, '->other = '],
  ],
  ['XR502', blkfront, [/\(GFP_NOIO \| __GFP_ZERO\)/, '(GFP_NOIO)']],
  ['XR601', blkfront, [/bind_evtchn_to_irqhandler_lateeoi/, 'bind_evtchn_to_irqhandler']],
  ['XR104', netfront, withoutIf('RING_RESPONSE_PROD_OVERFLOW')],
  [
    'XR204',
    netfront,
    withoutIf('id >= RING_SIZE'),
    withoutIf(String.raw`queue->tx_link\[id\] != `),
  ],
  ['XR206', netfront, withoutIf(String.raw`queue->tx_link\[id\] != `)],
  ['XR502', netfront, [/__GFP_NOWARN \| __GFP_ZERO/, '__GFP_NOWARN']],
  ['XR104', scsiback, withoutIf('RING_REQUEST_PROD_OVERFLOW')],
  ['XR201', scsiback, [/nr_segments > VSCSIIF_SG_TABLESIZE/, '0']],
];

const cases = edits.map(([rule, file, ...changes]) => [rule, file, changes] as const);

describe.skipIf(!existsSync(tree))('a precaution taken out of a driver of Linux 6.1', () => {
  test.each(cases)('%s in %s is found, and only then', (rule, file, changes) => {
    const before = readFileSync(path.join(tree, file), 'utf8');
    const after = changes.reduce((text, [pattern, replacement]) => {
      expect(text).toMatch(pattern);
      return text.replace(pattern, replacement);
    }, before);
    expect(rulesIn(before)).not.toContain(rule);
    expect(rulesIn(after)).toContain(rule);
  });
});
