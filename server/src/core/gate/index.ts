import { mayBeDriver } from './driver.ts';
import type { Candidate } from './model.ts';
import { isBugReport, mentionsAdvisory } from './report.ts';
import { mayReturnBySysret } from './sysret.ts';
import { isXenSource } from './xen-source.ts';
import { isXenLog } from './xen-log.ts';
import { isXlCfg } from './xl-cfg.ts';

export { mayBeDriver, usesSharedRing } from './driver.ts';
export type { Candidate } from './model.ts';
export { isBugReport, mentionsAdvisory } from './report.ts';
export { mayReturnBySysret } from './sysret.ts';
export { isXenSource } from './xen-source.ts';
export { isXenLog } from './xen-log.ts';
export { isXlCfg } from './xl-cfg.ts';

/** Every gate of the product. */
const gates: readonly ((candidate: Candidate) => boolean)[] = [
  isXenSource,
  mayBeDriver,
  isXlCfg,
  mayReturnBySysret,
  isXenLog,
  isBugReport,
  mentionsAdvisory,
];

/** Whether any capability of the product concerns this document. Cheap: asked for each opened document. */
export function concernsXen(candidate: Candidate): boolean {
  return gates.some((gate) => gate(candidate));
}
