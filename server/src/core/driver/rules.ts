import type { Rule, Severity } from '#core/findings';
import type { Role } from './model.ts';
import { findWeakCopies } from './rules/copies.ts';
import { findDoubleFetches } from './rules/fetches.ts';
import { findReadBacks } from './rules/read-backs.ts';
import {
  findEagerBinds,
  findGrantRaces,
  findIgnoredGrantStatus,
  findStaleThreads,
} from './rules/grants.ts';
import { findMissingReadBarriers, findUncheckedProducers } from './rules/indices.ts';
import { findUnorderedPublishes } from './rules/publishing.ts';
import {
  findAbiCasts,
  findDifferentLayouts,
  findSectorUnits,
  findTruncatedIds,
} from './rules/layouts.ts';
import { findDirtyPages, findLeakedPadding } from './rules/leaks.ts';
import { findUnboundedNodes } from './rules/limits.ts';
import {
  findUnboundedCounts,
  findUnboundedIndirect,
  findUncheckedDiscards,
  findUncheckedSectorRanges,
} from './rules/requests.ts';
import {
  findIdPointers,
  findOrderAssumed,
  findTruncatedStatus,
  findUnaskedCompletions,
  findUncheckedIds,
} from './rules/responses.ts';
import { findPeerStops } from './rules/stops.ts';
import { findEarlyResponses, findUncheckedRoom } from './rules/slots.ts';
import { findIgnoredNotifies, findLostWakeups } from './rules/wakeups.ts';
import type { Draft, DriverView, FunctionView } from './view.ts';

/** One line of the table: what the rule is called, whom it concerns, where it was learnt, and the function that finds it. */
export interface DriverRule extends Rule {
  readonly roles: Role;
  /** Only a peer that is not trusted makes it a fault; a trusted one lowers it to a hint. */
  readonly aboutTrust: boolean;
  readonly find: (file: DriverView) => Draft[];
}

type Find = DriverRule['find'];
type Row = readonly [
  id: string,
  name: string,
  severity: Severity,
  roles: Role,
  aboutTrust: boolean,
  summary: string,
  sources: readonly string[],
  find: Find,
];

/** For rules that ask one function after the other. */
const eachFunction =
  (find: (view: FunctionView, file: DriverView) => Draft[]): Find =>
  (file) =>
    file.functions.flatMap((view) => find(view, file));

// prettier-ignore
const rows: readonly Row[] = [
  ['XR101', 'double-fetch', 'error', 'either', true, 'A field of shared memory is checked or used, then fetched again: the peer can change it in between.', ['XSA-155', 'Linux 18779149101c', 'Linux 454d5d882c7e', 'Xen 76da00df1a', 'XSA-38'], eachFunction(findDoubleFetches)],
  ['XR102', 'weak-copy', 'hint', 'either', true, 'A slot is copied in a way that lets the compiler read the shared slot again.', ['Linux 454d5d882c7e', 'Xen 331a3b6ff0'], eachFunction(findWeakCopies)],
  ['XR103', 'no-rmb-after-prod', 'error', 'either', false, 'Slots are read after the producer index with no read barrier between.', ['Xen dfc0b259c1', 'Xen acbae3dcf6'], eachFunction(findMissingReadBarriers)],
  ['XR104', 'prod-overflow-unchecked', 'error', 'either', true, "A loop runs up to the peer's producer index, which is never compared with the ring size.", ['Linux b94e4b147fd1', 'Xen a63c57093b', 'XSA-86', 'XSA-38'], eachFunction(findUncheckedProducers)],
  ['XR105', 'shared-readback', 'error', 'frontend', false, 'A request is read back from the ring after it was filled.', ['Linux 8f5a695d9900'], eachFunction(findReadBacks)],
  ['XR201', 'nr-segments-unbounded', 'error', 'backend', false, "The request's segment count walks an array without a check.", ['Linux xen-blkback, dispatch_rw_block_io'], eachFunction(findUnboundedCounts)],
  ['XR202', 'indirect-unbounded', 'error', 'backend', false, "An indirect request's segment count or operation is used unchecked.", ['Linux 402b27f9f2c2'], eachFunction(findUnboundedIndirect)],
  ['XR203', 'sector-range', 'error', 'backend', false, 'first_sect and last_sect are used without being compared with each other and with the page.', ['Xen 7a57f20be7'], eachFunction(findUncheckedSectorRanges)],
  ['XR204', 'rsp-id-index', 'error', 'frontend', true, "A response's id indexes an array unchecked.", ['Linux b94e4b147fd1'], eachFunction(findUncheckedIds)],
  ['XR205', 'rsp-id-pointer', 'error', 'frontend', true, "A response's id is cast back to a pointer.", ['Xen public/io/blkif.h'], eachFunction(findIdPointers)],
  ['XR206', 'rsp-not-outstanding', 'warning', 'frontend', true, 'A request is completed by id without asking whether it is outstanding.', ['Linux b94e4b147fd1'], eachFunction(findUnaskedCompletions)],
  ['XR207', 'completion-order', 'error', 'frontend', false, 'The table of requests is indexed by the place of the response.', ['Xen public/io/blkif.h'], eachFunction(findOrderAssumed)],
  ['XR208', 'xenstore-unbounded', 'warning', 'either', false, "A number from the other end's xenstore nodes is used as a size with no limit.", ['Linux 4a8c31a1c6f5', 'Linux d75e7f63b7c9'], eachFunction(findUnboundedNodes)],
  ['XR209', 'bug-on-peer-input', 'warning', 'either', true, 'A value the peer writes decides whether this system stops.', ['XSA-362', 'CVE-2021-26931', 'Linux 66e3531b33ee'], eachFunction(findPeerStops)],
  ['XR210', 'discard-unchecked', 'error', 'backend', false, "A discard's range is passed on unchecked.", ['Linux 604c499cbbcc'], eachFunction(findUncheckedDiscards)],
  ['XR301', 'publish-without-wmb', 'error', 'either', false, 'An index is published with no write barrier before it.', ['Xen dfc0b259c1', 'Xen 08f2d66ff6', 'Xen acbae3dcf6'], eachFunction(findUnorderedPublishes)],
  ['XR302', 'sleep-without-final-check', 'error', 'either', false, 'The ring is found empty, then the driver sleeps without re-arming the event.', ['Xen 1e56ea4a43', 'Xen da533ceb07'], eachFunction(findLostWakeups)],
  ['XR303', 'notify-ignored', 'error', 'either', false, 'The macro says that the peer must be notified, and nobody looks.', ['Xen public/io/ring.h'], eachFunction(findIgnoredNotifies)],
  ['XR304', 'respond-before-consume', 'error', 'backend', false, 'A response is pushed before the consumer index passes its request.', ['Xen ad7f8262e3'], eachFunction(findEarlyResponses)],
  ['XR305', 'ring-full-unchecked', 'warning', 'frontend', false, 'A request slot is taken with no test for room.', ['mini-os 7826291'], eachFunction(findUncheckedRoom)],
  ['XR401', 'abi-cast', 'error', 'backend', false, "A slot in one ABI's layout is read through another's.", ['QEMU 0d8e5894', 'Xen d32128e96e'], eachFunction(findAbiCasts)],
  ['XR402', 'layout-differs', 'warning', 'either', false, 'A struct has the fields of a wire structure at other offsets.', ['Xen public/io/blkif.h'], findDifferentLayouts],
  ['XR403', 'id-truncated', 'warning', 'backend', false, "A request's 64-bit id is kept in fewer bits.", ['Xen e1064ed499'], eachFunction(findTruncatedIds)],
  ['XR404', 'sector-unit', 'warning', 'either', false, "Wire sectors are computed with the device's sector size instead of 512.", ['Xen 221f2748e8'], eachFunction(findSectorUnits)],
  ['XR405', 'status-truncated', 'warning', 'frontend', false, "A response's negative status is kept in an unsigned or 8-bit type.", ['Xen public/io/blkif.h'], eachFunction(findTruncatedStatus)],
  ['XR501', 'response-padding-leak', 'error', 'backend', false, 'A response on the stack is copied to the ring with its padding uncleared.', ['XSA-216', 'Linux 089bc0143f48', 'QEMU b0ac694fdb91'], eachFunction(findLeakedPadding)],
  ['XR502', 'shared-page-not-zeroed', 'warning', 'frontend', false, 'A page is granted with its old contents.', ['XSA-403', 'Linux 2f446ffe9d73', 'Linux 307c8de2b023'], eachFunction(findDirtyPages)],
  ['XR503', 'grant-status-ignored', 'error', 'backend', false, 'Results of a grant batch are used, or the loop left, without looking at each status.', ['XSA-365', 'XSA-371', 'CVE-2021-26930', 'Xen 94e4fb8a1d'], eachFunction(findIgnoredGrantStatus)],
  ['XR504', 'grant-query-race', 'error', 'frontend', false, 'A grant is asked about, then ended: the peer can map it in between.', ['XSA-396', 'Linux abf1fd5919d6', 'Linux 31185df7e2b1', 'Linux 33172ab50a53'], eachFunction(findGrantRaces)],
  ['XR601', 'no-late-eoi', 'hint', 'either', false, 'A Linux event channel is acknowledged at once, so the peer can raise a storm.', ['XSA-391', 'CVE-2021-28711'], eachFunction(findEagerBinds)],
  ['XR602', 'stale-thread-pointer', 'warning', 'backend', false, "A stopped thread's pointer is left behind while others test it.", ['XSA-350', 'CVE-2020-29569'], eachFunction(findStaleThreads)],
];

/** The table of driver rules, in order of id. */
export const driverRules: readonly DriverRule[] = rows.map(
  ([id, name, severity, roles, aboutTrust, summary, sources, find]) => ({
    id,
    name,
    severity,
    roles,
    aboutTrust,
    summary,
    sources,
    find,
    enabledByDefault: true,
  }),
);
