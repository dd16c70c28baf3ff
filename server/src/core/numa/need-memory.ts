import type { DomainRequest, Host } from './model.ts';

const MIB_IN_KIB = 1024;
/** Linux stubdomain with qemu-xen; libxl adds the emulated video memory to it. */
const STUBDOMAIN_KIB = 128 * MIB_IN_KIB;
/** Video memory of the default adapter (cirrus). */
const DEFAULT_VIDEO_KIB = 8 * MIB_IN_KIB;
/** Slack for Xen's own structures: libxl_domain_need_memory in libxl_mem.c. */
const PV_SLACK_KIB = 1 * MIB_IN_KIB;
const HVM_SLACK_KIB = 2 * MIB_IN_KIB;
const ROUNDING_KIB = 2 * MIB_IN_KIB;
const ENTRIES_PER_TABLE = 512;

/** What the placement looks for on the candidate nodes, and how it is made up; all KiB. */
export interface MemoryNeed {
  readonly targetKib: number;
  readonly shadowKib: number;
  readonly iommuKib: number;
  /** Constant part by domain type, stubdomain included. */
  readonly slackKib: number;
  /** Sum rounded up to 2 MiB. */
  readonly needKib: number;
}

/** Shadow pool of libxl__get_required_paging_memory (libxl_create.c): pages per vCPU and per MiB, x86. */
export function shadowKibFor(request: DomainRequest, host: Host): number {
  const usesHap = request.type !== 'pv' && host.hap;
  const perMib = (request.type === 'pv' ? 0 : 1) + (usesHap ? 0 : 1);
  return 4 * (256 * request.maxVcpus + perMib * Math.floor(request.maxKib / MIB_IN_KIB));
}

/** Page tables of an IOMMU that does not share the CPU's: four levels of 512 entries. */
export function iommuKibFor(maxKib: number): number {
  let pages = Math.floor(maxKib / 4);
  let tables = 0;
  for (let level = 0; level < 4; level++) {
    pages = Math.ceil(pages / ENTRIES_PER_TABLE);
    tables += pages;
  }
  return 4 * tables;
}

/** The need as libxl computes it before it searches (libxl_mem.c, x86; Xen 4.12 to 4.23). */
export function memoryNeed(request: DomainRequest, host: Host): MemoryNeed {
  const shadowKib = request.shadowKib ?? shadowKibFor(request, host);
  const iommuKib = request.syncPassthrough ? iommuKibFor(request.maxKib) : 0;
  let slackKib = request.type === 'pv' ? PV_SLACK_KIB : HVM_SLACK_KIB;
  if (request.type !== 'pv' && request.stubdomain) {
    slackKib += STUBDOMAIN_KIB + (request.videoKib ?? DEFAULT_VIDEO_KIB);
  }
  const sumKib = request.targetKib + shadowKib + iommuKib + slackKib;
  return {
    targetKib: request.targetKib,
    shadowKib,
    iommuKib,
    slackKib,
    needKib: Math.ceil(sumKib / ROUNDING_KIB) * ROUNDING_KIB,
  };
}
