import type { Candidate } from './model.ts';

const sourceLanguages = new Set(['c', 'cpp', 'objective-c', 'objective-cpp']);

/** Where Xen's public headers live in Xen, Linux, the BSDs, QEMU and installed packages. */
const headerPath =
  /\/(?:xen\/include\/(?:public|xen)|include\/(?:public|xen)|xen\/interface|xen\/io|contrib\/xen|hw\/xen\/interface)\/[^?#]*\.h$/;

/** Includes or names that only code about Xen's shared rings and interfaces carries. */
const words =
  /[<"/](?:xen\/|public\/|interface\/)(?:[\w-]+\/)*(?:io\/)?[\w-]+\.h[>"]|\b(?:DEFINE_RING_TYPES|DEFINE_XEN_FLEX_RING\w*|SHARED_RING_INIT|RING_(?:GET|COPY)_(?:REQUEST|RESPONSE)|RING_PUSH_(?:REQUESTS|RESPONSES)\w*|RING_FINAL_CHECK_FOR_\w+|XEN_GUEST_HANDLE\w*|blkif_\w+|netif_[tr]x_\w+|grant_ref_t|xenbus_\w+|XenBus\w*|HYPERVISOR_\w+|__XEN_\w+)\b/;

/** Only so much of a text is looked at: includes and type names come early, and a gate must stay cheap. */
const LOOK_CHARACTERS = 200_000;

/** A header that declares an interface and holds no code to judge. */
export function isInterfaceHeader(path: string): boolean {
  return headerPath.test(path);
}

/** C or C++ that concerns Xen: by path, include or name. */
export function isXenSource(candidate: Candidate): boolean {
  if (!sourceLanguages.has(candidate.languageId)) return false;
  if (headerPath.test(candidate.path)) return true;
  return words.test(candidate.text().slice(0, LOOK_CHARACTERS));
}
