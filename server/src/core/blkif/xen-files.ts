import type { Unit } from '#core/c-types';

const XEN_PATH = /(^|[\\/])(xen|xen-[\w-]+|public|interface)([\\/]|$)/i;
const XEN_HEADER =
  /(^|[\\/])(xen_)?(blkif|netif|ring|displif|sndif|cameraif|kbdif|fbif|usbif|vscsiif|pvcalls|9pfs|pciif|tpmif|fsif|xenbus|xs_wire|protocols|console|libxenvchan|grant_table|event_channel|xen|xen-compat)\.h$/i;
/**
 * Whether declarations of a file that was read along the way are ours to speak of: the open file itself (its gate has
 * let it in) and Xen's headers, not the system's or the kernel's own.
 */
export function concernsXenFile(unit: Unit, file: string): boolean {
  return file === unit.path || XEN_PATH.test(file) || XEN_HEADER.test(file);
}

/** Whether a path is a header of Xen's public interface, whose structures two programs share. */
export function isPublicHeader(path: string): boolean {
  return (XEN_PATH.test(path) || XEN_HEADER.test(path)) && path.endsWith('.h');
}
