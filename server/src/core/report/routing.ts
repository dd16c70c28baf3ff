import type { MaintainersAnswer } from '#core/maintainers';
import { downstreamOf } from './downstream.ts';
import type { Destination, FactSheet, Fault, Routing, SecurityAssessment } from './model.ts';

/** The Xen Project's security team: https://xenproject.org/developers/security-policy/ */
export const securityTeam: Destination = {
  id: 'security',
  name: 'Xen Project security team',
  mail: 'security@xenproject.org',
  url: 'https://xenproject.org/developers/security-policy/',
  how: 'By mail, encrypted if you like (the key is on the policy page); no list, no issue, no public CI.',
  isPublic: false,
};

export const xenDevel: Destination = {
  id: 'xen-devel',
  name: 'xen-devel',
  mail: 'xen-devel@lists.xenproject.org',
  url: 'https://wiki.xenproject.org/wiki/Reporting_Bugs_against_Xen_Project',
  how: 'Plain text, [BUG] in the subject, the key lines in the mail, the full logs attached, the maintainers in Cc.',
  isPublic: true,
};

const xenUsers: Destination = {
  id: 'xen-users',
  name: 'xen-users',
  mail: 'xen-users@lists.xenproject.org',
  how: 'For questions of set-up and use.',
  isPublic: true,
};

const gitlab: Destination = {
  id: 'gitlab',
  name: 'GitLab xen-project/xen',
  url: 'https://gitlab.com/xen-project/xen/-/issues/new',
  how: 'When a maintainer asks for it, or to keep track of an agreed bug: link the thread of the list.',
  isPublic: true,
};

const linux: Destination = {
  id: 'linux',
  name: 'Linux, Xen part',
  mail: 'xen-devel@lists.xenproject.org',
  how: 'xen-devel with linux-kernel@vger.kernel.org in Cc, people from the MAINTAINERS of Linux.',
  isPublic: true,
};

const qemu: Destination = {
  id: 'qemu',
  name: 'QEMU',
  mail: 'qemu-devel@nongnu.org',
  how: 'qemu-devel with xen-devel in Cc, when its log shows the failing assertion or the crash.',
  isPublic: true,
};

const vendor: Destination = {
  id: 'hardware-vendor',
  name: 'Vendor of the machine',
  how: 'Firmware or hardware: check the event log of the board, memory and firmware version.',
  isPublic: false,
};

export interface RoutingInput {
  readonly fault: Fault;
  readonly facts: FactSheet;
  readonly security: SecurityAssessment;
  readonly statement: string | undefined;
  readonly maintainers: MaintainersAnswer | undefined;
  /** Whether a device model's crash is the matter. */
  readonly isDeviceModel: boolean;
}

/**
 * Says where a report may go. Nothing is ever sent. While a trigger stands and the user has not said in words that
 * it is no security matter, the only way offered is the security team, and every public one is withheld.
 */
export function routeReport(input: RoutingInput): Routing {
  const { fault, security, statement } = input;
  const downstream = downstreamOf(input.facts);
  const ordinary = ordinaryDestinations(input, downstream?.destination);
  const publicRoutesOpen = !security.askFirst || statement !== undefined;
  const isOpen = (destination: Destination): boolean => publicRoutesOpen || !destination.isPublic;
  const first = security.reasons.length > 0 ? [securityTeam] : [];
  return {
    kind: fault.kind,
    security,
    statement,
    publicRoutesOpen,
    destinations: publicRoutesOpen
      ? [...ordinary, ...first]
      : [...first, ...ordinary.filter(isOpen)],
    withheld: ordinary.filter((destination) => !isOpen(destination)),
    downstream: downstream?.name,
    maintainers: input.maintainers,
  };
}

function ordinaryDestinations(
  { fault, isDeviceModel }: RoutingInput,
  downstream: Destination | undefined,
): readonly Destination[] {
  const packager = downstream ? [downstream] : [];
  switch (fault.kind) {
    case 'xen-bug':
      return [...packager, xenDevel, gitlab];
    case 'linux-or-qemu':
      return [...(isDeviceModel ? [qemu] : [linux]), ...packager];
    case 'configuration':
    case 'no-fault':
      return [xenUsers];
    case 'hardware':
      return [vendor];
  }
}

/** The words that open the public routes, at the start of a line of the security note. */
export const statementPrefix = 'Not a security matter:';

/**
 * Reads the user's statement out of the security note. It must give a reason in words of its own: four words or
 * more after the prefix. Ticking a box is not a judgement.
 */
export function readStatement(securityNote: string): string | undefined {
  const match = /^\W{0,4}not a security matter\W{0,3}[:,.-]\W{0,3}(\S.*)$/im.exec(securityNote);
  const reason = match?.[1]?.trim() ?? '';
  return reason.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length >= 4 ? reason : undefined;
}

/** What to do and what not to do with a possible vulnerability, for the report and the editor's message. */
export const securityProcess: readonly string[] = [
  'Write to security@xenproject.org. Nothing is sent for you.',
  'Do not post it to a list, a chat or an issue tracker, and run no public CI on it, before the team answers.',
  'Include what this report holds: version, what a guest must be able to do, how to reproduce it, the logs, a patch if you have one, and whom to credit.',
  'Encryption is possible: the key is on https://xenproject.org/developers/security-policy/',
  'The team proposes an embargo: one working week until the predisclosure list is told, two more until it is public; at once when it is exploited already. Your own wish counts.',
  'During an embargo nothing but its existence, its number and its date may be told.',
];
