import { advisoriesNotFixedIn, touchesFile, type Advisories, type Advisory } from '#core/knowledge';
import { misconfigurationOf, misconfigurationOfPanic } from './misconfigurations.ts';
import type { FactSheet, Fault, Notice } from './model.ts';

/**
 * The check before the report: is it a bug, and is it known? Says what the log shows to be a matter of set-up or of
 * hardware, and which advisories' fixes this version lacks, those that touch the crashing files first.
 */
export function noticesOf(
  fault: Fault,
  facts: FactSheet,
  advisories: Advisories,
): readonly Notice[] {
  return [...setUpNotices(fault), ...advisoryNotices(fault, facts, advisories)];
}

const usersList = 'xen-users@lists.xenproject.org answers questions of set-up and use.';

function setUpNotices(fault: Fault): readonly Notice[] {
  if (fault.kind === 'no-fault') {
    return [
      {
        kind: 'no-fault',
        title: 'No fault found',
        text: 'Nothing in these logs looks like a fault. Add the log of the moment it happened; a host crash is only on the serial console.',
        instead: usersList,
        advisories: [],
      },
    ];
  }
  if (fault.kind === 'hardware') {
    return [
      {
        kind: 'hardware',
        title: 'A hardware error',
        text: 'The machine reported an error of its own. Check memory, firmware version and the event log of the board first.',
        advisories: [],
      },
    ];
  }
  if (fault.kind !== 'configuration') return [];
  const text = `${fault.crash?.panicText.join('\n') ?? ''}\n${fault.incident?.message ?? ''}\n${fault.headline}\n${fault.why}`;
  const known = misconfigurationOfPanic(text) ?? misconfigurationOf(text);
  return [
    {
      kind: 'misconfiguration',
      title: known?.title ?? fault.why,
      text: known?.advice ?? 'Check the set-up that the message names.',
      instead: usersList,
      advisories: [],
    },
  ];
}

function advisoryNotices(
  fault: Fault,
  facts: FactSheet,
  advisories: Advisories,
): readonly Notice[] {
  const version = facts['xen.version']?.value;
  if (version === undefined) return [];
  const lacking = advisoriesNotFixedIn(version, advisories);
  if (lacking.length === 0) return [];
  const touching = lacking.filter((advisory) =>
    fault.places.some(({ file }) => file !== undefined && touchesFile(advisory, file)),
  );
  const rest = 'A distribution may have added fixes to the same version: its changelog tells.';
  const notices: Notice[] = [];
  if (touching.length > 0) {
    notices.push({
      kind: 'advisory',
      title: `${listed(touching)} ${touching.length === 1 ? 'touches' : 'touch'} the crashing code and ${touching.length === 1 ? 'is' : 'are'} not in ${version}`,
      text: `Update and try again before reporting. ${rest}`,
      advisories: touching,
    });
  }
  notices.push({
    kind: 'old-release',
    title: `Xen ${version} lacks the fixes of ${lacking.length} ${lacking.length === 1 ? 'advisory' : 'advisories'}`,
    text: `${listed(lacking)}. ${rest}`,
    advisories: lacking,
  });
  return notices;
}

function listed(advisories: readonly Advisory[]): string {
  const names = advisories.map(({ number }) => `XSA-${number}`);
  return names.length <= 8
    ? names.join(', ')
    : `${names.slice(0, 3).join(', ')} … ${names.slice(-2).join(', ')} (${names.length})`;
}
