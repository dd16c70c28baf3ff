import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, fixed, root, rulesIn } from './c-source.ts';

const sample = (name: string) =>
  readFileSync(path.join(root, 'test/fixtures/driver/bad', name), 'utf8');

describe('a fix', () => {
  test.each([
    ['XR101', 'XR101_double-fetch.c', 'RING_COPY_REQUEST(&be->ring, be->ring.req_cons, &req);'],
    [
      'XR201',
      'XR201_nr-segments-unbounded.c',
      'if (req.nr_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)',
    ],
    ['XR204', 'XR204_rsp-id-index.c', 'if (rsp.id >= RING_SIZE(&fe->ring))'],
    [
      'XR302',
      'XR302_sleep-without-final-check.c',
      'RING_FINAL_CHECK_FOR_REQUESTS(&be->ring, more);',
    ],
    ['XR501', 'XR501_response-padding-leak.c', 'blkif_response_t rsp = {0};'],
    ['XR502', 'XR502_shared-page-not-zeroed.c', 'GFP_NOIO | __GFP_ZERO'],
  ])('of %s ends the finding and brings no other', (rule, name, code) => {
    const text = sample(name);
    const finding = check(text).find((each) => each.rule === rule);
    if (!finding) throw new Error(`${rule} is not found in ${name}`);
    const after = fixed(text, finding);
    expect(after).toContain(code);
    expect(rulesIn(after)).toEqual([]);
  });

  test('is not offered where the slot is used in other ways than by its fields', () => {
    const text = sample('XR101_double-fetch.c').replace('be->ring.req_cons++', 'keep(req)');
    expect(check(text).find((each) => each.rule === 'XR101')?.fixes).toBeUndefined();
  });
});

describe('trust and silence', () => {
  const text = sample('XR104_prod-overflow-unchecked.c');
  const severities = (source: string, trustedPeer = false) =>
    check(source, { trustedPeer }).map((each) => `${each.rule} ${each.severity}`);

  test('an untrusted peer: an error', () => expect(severities(text)).toEqual(['XR104 error']));
  test('a trusted peer by option: a hint', () =>
    expect(severities(text, true)).toEqual(['XR104 hint']));
  test('a trusted peer by comment: a hint', () =>
    expect(severities(`/* xen-ring: peer=trusted */\n${text}`)).toEqual(['XR104 hint']));
  test('trust changes nothing about barriers', () =>
    expect(severities(sample('XR103_no-rmb-after-prod.c'), true)).toEqual(['XR103 error']));

  const above = (comment: string) =>
    text.replace('    RING_IDX i, rp', `    ${comment}\n    RING_IDX i, rp`);
  test.each([
    ['/* xen-ring: ok XR104: the loop is watched elsewhere */', []],
    ['// xen-ring: ok XR101, XR104: both are tested by the caller', []],
    ['/* xen-ring: ok XR104: */', ['XR104 error']],
    ['/* xen-ring: ok XR101: another rule */', ['XR104 error']],
  ])('%s', (comment, expected) => expect(severities(above(comment))).toEqual(expected));

  test('silence for a whole file', () =>
    expect(severities(`/* xen-ring: ok-in-file XR104: a test tool */\n${text}`)).toEqual([]));
});
