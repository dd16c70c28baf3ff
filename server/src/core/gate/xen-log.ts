import type { Candidate } from './model.ts';

/** Only so much of a text is looked at. */
const LOOK_CHARACTERS = 60_000;
const logName =
  /\.(?:log|txt|dmesg|console|out)(?:\.\d{1,3})?$|\/(?:dmesg|messages|syslog|kern\.log|console)[^/]*$/i;
const logLanguages: ReadonlySet<string> = new Set(['log', 'plaintext', 'txt']);
const marks =
  /^(?:>? ?)*(?:\S{0,60}\s)?\(XEN\) |^libxl: \w+: libxl|^\[\d{8}T\d\d:\d\d:\d\d\.\d{3}Z\]|^\[ {0,4}\d+\.\d{6}\] (?:Xen version|xen:|Hypervisor detected: Xen)/m;

/** A Xen log: by its language, or a log file or plain text in which the hypervisor or its toolstack speaks. */
export function isXenLog(candidate: Candidate): boolean {
  if (candidate.languageId === 'xen-log') return true;
  if (!logLanguages.has(candidate.languageId) || !logName.test(candidate.path)) return false;
  return marks.test(candidate.text().slice(0, LOOK_CHARACTERS));
}
