import type { Candidate } from './model.ts';

const XEN_FOLDER = /(?:^|\/)etc\/xen\/(?:auto\/)?[^/]+$/;
const CFG_NAME = /\.(?:cfg|xl|conf)$/i;
/** Only so much of a text is looked at. */
const LOOK_CHARACTERS = 20_000;
const MEMORY = /^[ \t]*(?:memory|maxmem)[ \t]*=/m;
/** Keys that files of other programs hardly have beside memory. */
const COMPANY =
  /^[ \t]*(?:name|vcpus|maxvcpus|kernel|bootloader|builder|type|disk|vif|vnuma|cpus|cpus_soft|on_crash|pool)[ \t]*=/m;

/** A domain configuration of xl: by language, by its place, or by its name and keys. */
export function isXlCfg(candidate: Candidate): boolean {
  if (candidate.languageId === 'xl-cfg') return true;
  const isInXenFolder = XEN_FOLDER.test(candidate.path);
  if (!isInXenFolder && !CFG_NAME.test(candidate.path)) return false;
  const start = candidate.text().slice(0, LOOK_CHARACTERS);
  return isInXenFolder
    ? MEMORY.test(start) || COMPANY.test(start)
    : MEMORY.test(start) && COMPANY.test(start);
}
