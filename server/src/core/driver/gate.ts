/**
 * Whether a file is a driver's: it includes a ring or protocol header, or uses the ring macros. The rules look at
 * no other file.
 */
export function usesSharedRing(text: string): boolean {
  return gate.test(text);
}

const gate =
  /\b(?:RING_(?:GET|COPY)_RE(?:QUEST|SPONSE)|(?:FRONT|BACK|SHARED)_RING_\w+|RING_(?:PUSH|HAS|FINAL)_\w+|DEFINE_(?:RING_TYPES|XEN_FLEX_RING)\w*)\b|["</](?:xen\/|io\/|interface\/|public\/)+(?:io\/)?(?:ring|blkif|netif|console|xs_wire|fbif|kbdif|displif|sndif|cameraif|pvcalls|vscsiif|usbif|9pfs|tpmif|pciif|fsif|libxenvchan)\.h[">]|["<](?:libxenvchan|blkif|netif|ring|xen_blkif)\.h[">]|\b(?:xencons_interface|xenstore_domain_interface|libxenvchan)\b|->\s*\w*sring\s*->/;
