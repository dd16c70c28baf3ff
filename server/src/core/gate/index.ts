import { mayBeDriver } from './driver.ts';
import type { Candidate } from './model.ts';
import { isXenSource } from './xen-source.ts';
import { isXlCfg } from './xl-cfg.ts';

export { mayBeDriver, usesSharedRing } from './driver.ts';
export type { Candidate } from './model.ts';
export { isXenSource } from './xen-source.ts';
export { isXlCfg } from './xl-cfg.ts';

/** Whether any capability of the product concerns this document. Cheap: asked for each opened document. */
export function concernsXen(candidate: Candidate): boolean {
  return isXenSource(candidate) || mayBeDriver(candidate) || isXlCfg(candidate);
}
