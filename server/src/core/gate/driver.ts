import type { Candidate } from './model.ts';
import { isInterfaceHeader } from './xen-source.ts';

/**
 * Whether a file is a driver's: it includes a ring or protocol header, or uses the ring macros. The driver rules
 * look at no other file.
 */
export function usesSharedRing(text: string): boolean {
  return gate.test(text);
}

const gate =
  /\b(?:RING_(?:GET|COPY)_RE(?:QUEST|SPONSE)|(?:FRONT|BACK|SHARED)_RING_\w+|RING_(?:PUSH|HAS|FINAL)_\w+|DEFINE_(?:RING_TYPES|XEN_FLEX_RING)\w*)\b|["</](?:xen\/|io\/|interface\/|public\/)+(?:io\/)?(?:ring|blkif|netif|console|xs_wire|fbif|kbdif|displif|sndif|cameraif|pvcalls|vscsiif|usbif|9pfs|tpmif|pciif|fsif|libxenvchan)\.h[">]|["<](?:libxenvchan|blkif|netif|ring|xen_blkif)\.h[">]|\b(?:xencons_interface|xenstore_domain_interface|libxenvchan)\b|\b(?:blkif|netif_[rt]x)_re(?:quest|sponse)(?:_t\b|\s*\*)|->\s*\w*sring\s*->/;

const languages = new Set(['c', 'cpp']);
/** Words that a driver's file has even when the ring itself is behind a header of its own. */
const words = /xen|blkif|grant|gnttab|gnt_|evtchn|thread_stop|sring/i;

/** Whether the driver rules may concern a document: it uses a ring, or may do so through a header beside it. */
export function mayBeDriver(candidate: Candidate): boolean {
  if (!languages.has(candidate.languageId)) return false;
  // The rules are about function bodies; their parser would cost a header's reader 20 MB for nothing.
  if (isInterfaceHeader(candidate.path)) return false;
  const text = candidate.text();
  return usesSharedRing(text) || (/^[ \t]*#[ \t]*include[ \t]*"/m.test(text) && words.test(text));
}
