import type { HazardId } from './hazard-model.ts';

/** A way to break a ring on purpose: a hostile peer, a driver's mistake, or a processor that reorders. */
export interface Hazard {
  readonly id: HazardId;
  readonly kind: 'adversary' | 'mistake' | 'memory-order';
  /** Whose fault it is. */
  readonly end: 'frontend' | 'backend';
  /** The driver rules that look for the missing check. */
  readonly rules: readonly string[];
  readonly title: string;
  /** What prevents it, in code. */
  readonly check: string;
  /** Advisories and commits that taught the check. */
  readonly sources: readonly string[];
  /** What happens without the check. */
  readonly consequence: string;
}

export const HAZARDS: readonly Hazard[] = [
  {
    id: 'forged-request-index',
    kind: 'adversary',
    end: 'frontend',
    rules: ['XR104'],
    title: 'Forge req_prod',
    check: 'RING_REQUEST_PROD_OVERFLOW',
    sources: ['Xen a63c57093b', 'Xen d1f6296053'],
    consequence:
      'The backend takes slots that hold no new request, old grants and sectors included.',
  },
  {
    id: 'forged-response-index',
    kind: 'adversary',
    end: 'backend',
    rules: ['XR104'],
    title: 'Forge rsp_prod',
    check: 'RING_RESPONSE_PROD_OVERFLOW',
    sources: ['Linux b94e4b147fd1'],
    consequence: 'The frontend completes requests that nobody answered.',
  },
  {
    id: 'double-fetch',
    kind: 'adversary',
    end: 'frontend',
    rules: ['XR101', 'XR102'],
    title: 'Change a slot between two reads',
    check: 'RING_COPY_REQUEST, then only the copy',
    sources: ['XSA-155', 'Linux 18779149101c'],
    consequence:
      'The value that was checked is not the value that is used: 255 segments run past an array of 11.',
  },
  {
    id: 'shared-readback',
    kind: 'adversary',
    end: 'backend',
    rules: ['XR105'],
    title: 'Change a request the frontend reads back',
    check: 'a shadow copy of each request',
    sources: ['Linux 8f5a695d9900'],
    consequence: 'The frontend ends grants that it never gave.',
  },
  {
    id: 'too-many-segments',
    kind: 'adversary',
    end: 'frontend',
    rules: ['XR201'],
    title: 'Claim 200 direct segments',
    check: 'nr_segments <= BLKIF_MAX_SEGMENTS_PER_REQUEST',
    sources: ['blkif.h'],
    consequence: 'The backend reads descriptors past the end of the slot.',
  },
  {
    id: 'too-many-indirect',
    kind: 'adversary',
    end: 'frontend',
    rules: ['XR202'],
    title: 'Claim 5 000 indirect segments',
    check: 'nr_segments <= the negotiated maximum',
    sources: ['Linux 402b27f9f2c2'],
    consequence: 'Ten descriptor pages are taken from an array of eight grants.',
  },
  {
    id: 'sectors-backwards',
    kind: 'adversary',
    end: 'frontend',
    rules: ['XR203'],
    title: 'Let a segment end before it starts',
    check: 'last_sect >= first_sect, last_sect < 8',
    sources: ['Xen 7a57f20be7'],
    consequence: 'The length of the segment becomes negative and wraps to a huge one.',
  },
  {
    id: 'foreign-id',
    kind: 'adversary',
    end: 'backend',
    rules: ['XR204', 'XR205'],
    title: 'Answer with a foreign id',
    check: 'id < RING_SIZE',
    sources: ['Linux b94e4b147fd1'],
    consequence: 'The frontend completes whatever lies past its request table.',
  },
  {
    id: 'answered-twice',
    kind: 'adversary',
    end: 'backend',
    rules: ['XR206'],
    title: 'Answer the same request twice',
    check: 'the shadow entry is waiting',
    sources: ['Linux b94e4b147fd1'],
    consequence: 'A request that is free is completed again; its id enters the free list twice.',
  },
  {
    id: 'completion-order',
    kind: 'mistake',
    end: 'frontend',
    rules: ['XR207'],
    title: 'Complete by slot instead of by id',
    check: 'the request is looked up by the id of the response',
    sources: ['OpenBSD xbf.c'],
    consequence: 'The disk answered out of order: the wrong request is completed.',
  },
  {
    id: 'respond-before-consume',
    kind: 'mistake',
    end: 'backend',
    rules: ['XR304'],
    title: 'Answer before req_cons moves',
    check: 'req_cons is advanced before the response',
    sources: ['Xen ad7f8262e3'],
    consequence:
      'rsp_prod_pvt overtakes req_cons: the frontend refills a slot that the backend still counts as unread.',
  },
  {
    id: 'ring-full-unchecked',
    kind: 'mistake',
    end: 'frontend',
    rules: ['XR305'],
    title: 'Fill slots without asking RING_FULL',
    check: 'RING_FULL',
    sources: ['mini-os 7826291'],
    consequence: 'A request overwrites one that is not answered yet.',
  },
  {
    id: 'notify-ignored',
    kind: 'mistake',
    end: 'frontend',
    rules: ['XR303'],
    title: 'Ignore the result of the notify check',
    check: 'the event is sent when the macro says so',
    sources: ['blkif.h'],
    consequence: 'The backend sleeps on pushed requests for ever.',
  },
  {
    id: 'padding-leak',
    kind: 'mistake',
    end: 'backend',
    rules: ['XR501'],
    title: 'Leave the padding of a response unset',
    check: 'the response is zeroed before its members are set',
    sources: ['XSA-216', 'Linux 089bc0143f48'],
    consequence: 'Bytes of the backend\u2019s stack become readable in the shared page.',
  },
  {
    id: 'no-final-check',
    kind: 'mistake',
    end: 'backend',
    rules: ['XR302'],
    title: 'Sleep without the final check',
    check: 'RING_FINAL_CHECK_FOR_REQUESTS',
    sources: ['Xen 1e56ea4a43', 'Xen da533ceb07'],
    consequence:
      'A request pushed just before the event was re-armed is seen by nobody: both ends sleep for ever.',
  },
  {
    id: 'no-wmb',
    kind: 'memory-order',
    end: 'frontend',
    rules: ['XR301'],
    title: 'Drop the wmb before req_prod',
    check: 'xen_wmb() between the slot and the index',
    sources: ['Xen dfc0b259c1', 'Xen 08f2d66ff6'],
    consequence: 'The backend sees the index before the slot and takes what the slot held before.',
  },
  {
    id: 'no-rmb',
    kind: 'memory-order',
    end: 'backend',
    rules: ['XR103'],
    title: 'Drop the rmb after req_prod',
    check: 'xen_rmb() between the index and the slots',
    sources: ['Xen dfc0b259c1', 'Xen acbae3dcf6'],
    consequence: 'The backend uses a slot that it read before it read the index.',
  },
  {
    id: 'no-push-mb',
    kind: 'memory-order',
    end: 'frontend',
    rules: ['XR303'],
    title: 'Drop the mb between req_prod and req_event',
    check: 'xen_mb() in RING_PUSH_REQUESTS_AND_CHECK_NOTIFY',
    sources: ['ring.h'],
    consequence:
      'The frontend reads a stale req_event while its req_prod is not visible yet: nobody wakes the backend.',
  },
  {
    id: 'no-check-mb',
    kind: 'memory-order',
    end: 'backend',
    rules: ['XR302'],
    title: 'Drop the mb in the final check',
    check: 'xen_mb() in RING_FINAL_CHECK_FOR_REQUESTS',
    sources: ['ring.h'],
    consequence:
      'The re-read of req_prod overtakes the store of req_event: a push in between notifies nobody.',
  },
];

export function hazardOf(id: HazardId): Hazard {
  const found = HAZARDS.find((hazard) => hazard.id === id);
  if (found === undefined) throw new Error(`No hazard is called ${id}.`);
  return found;
}

/** The hazard that shows what a driver rule is about. */
export function hazardForRule(rule: string): HazardId | undefined {
  return HAZARDS.find((hazard) => hazard.rules.includes(rule))?.id;
}
