import type { Destination, FactSheet } from './model.ts';

/** A project that builds Xen of its own, and where it takes reports. */
export interface Downstream {
  readonly id: string;
  readonly name: string;
  /** Tried on the banner's origin, version, changeset and the dom0 kernel. */
  readonly pattern: RegExp;
  readonly destination: Destination;
}

const tracker = (id: string, name: string, url: string, how: string): Destination => ({
  id,
  name,
  url,
  how,
  isPublic: true,
});

/** First hit wins: derived systems stand before the ones they are made from. */
export const downstreams: readonly Downstream[] = [
  {
    id: 'qubes',
    name: 'Qubes OS',
    pattern: /qubes/i,
    destination: tracker(
      'qubes',
      'QubesOS/qubes-issues',
      'https://github.com/QubesOS/qubes-issues/issues',
      'One issue there; they pass on what is upstream’s.',
    ),
  },
  {
    id: 'xcp-ng',
    name: 'XCP-ng',
    pattern: /xcp-?ng/i,
    destination: tracker(
      'xcp-ng',
      'xcp-ng/xcp',
      'https://github.com/xcp-ng/xcp/issues',
      'An issue there, or the XCP-ng forum.',
    ),
  },
  {
    id: 'xenserver',
    name: 'XenServer',
    pattern: /xenserver|citrix|\bxs\d+\b/i,
    destination: tracker(
      'xenserver',
      'XenServer support',
      'https://support.citrix.com/',
      'Customers: the support; others: the XenServer projects on GitHub.',
    ),
  },
  {
    // Their patch queue and their dom0 kernel: the two projects share both.
    id: 'xenserver-family',
    name: 'XenServer or XCP-ng',
    pattern: /\bpq [0-9a-f]{6,}|^4\.19\.0\+1$/i,
    destination: tracker(
      'xenserver-family',
      'xcp-ng/xcp or XenServer support',
      'https://github.com/xcp-ng/xcp/issues',
      'XCP-ng: an issue there; XenServer: the support (https://support.citrix.com/).',
    ),
  },
  {
    id: 'ubuntu',
    name: 'Ubuntu',
    pattern: /ubuntu/i,
    destination: tracker(
      'ubuntu',
      'Launchpad',
      'https://bugs.launchpad.net/ubuntu/+source/xen',
      'ubuntu-bug xen; say whether upstream stable has the same problem.',
    ),
  },
  {
    id: 'debian',
    name: 'Debian',
    pattern: /debian|lists\.alioth/i,
    destination: tracker(
      'debian',
      'Debian bug tracking',
      'https://bugs.debian.org/src:xen',
      'reportbug src:xen; say whether upstream stable has the same problem.',
    ),
  },
  {
    id: 'suse',
    name: 'SUSE',
    pattern: /suse|abuild@/i,
    destination: tracker(
      'suse',
      'SUSE Bugzilla',
      'https://bugzilla.suse.com/',
      'Product openSUSE or SLE, component Xen.',
    ),
  },
  {
    id: 'fedora',
    name: 'Fedora',
    pattern: /\.fc\d+\b|fedora/i,
    destination: tracker(
      'fedora',
      'Red Hat Bugzilla',
      'https://bugzilla.redhat.com/',
      'Product Fedora, component xen.',
    ),
  },
  {
    id: 'alpine',
    name: 'Alpine Linux',
    pattern: /alpine|@build-\d+-\d+/i,
    destination: tracker(
      'alpine',
      'alpine/aports',
      'https://gitlab.alpinelinux.org/alpine/aports/-/issues',
      'An issue for the package xen.',
    ),
  },
  {
    id: 'arch',
    name: 'Arch Linux',
    pattern: /arch ?linux/i,
    destination: tracker(
      'arch',
      'AUR package xen',
      'https://aur.archlinux.org/packages/xen',
      'A comment at the package.',
    ),
  },
  {
    id: 'nixos',
    name: 'NixOS',
    pattern: /nixbld|nixos/i,
    destination: tracker(
      'nixos',
      'NixOS/nixpkgs',
      'https://github.com/NixOS/nixpkgs/issues',
      'An issue for the package xen.',
    ),
  },
  {
    id: 'freebsd',
    name: 'FreeBSD',
    pattern: /freebsd/i,
    destination: tracker(
      'freebsd',
      'FreeBSD Bugzilla',
      'https://bugs.freebsd.org/',
      'Port emulators/xen-kernel.',
    ),
  },
  {
    id: 'netbsd',
    name: 'NetBSD',
    pattern: /netbsd|pkgsrc/i,
    destination: tracker(
      'netbsd',
      'NetBSD problem reports',
      'https://www.netbsd.org/support/send-pr.html',
      'Category port-xen or pkg.',
    ),
  },
];

/** The project whose build the facts name; undefined for a build of one's own, which is upstream's. */
export function downstreamOf(facts: FactSheet): Downstream | undefined {
  const build = ['xen.origin', 'xen.version', 'xen.changeset'] as const;
  const texts = build.map((key) => facts[key]?.value ?? '');
  const byBuild = downstreams.find(({ pattern }) => texts.some((text) => pattern.test(text)));
  if (byBuild && byBuild.id !== 'xenserver-family') return byBuild;
  // Qubes and XCP-ng build with the tools of others: their dom0 kernel tells them apart.
  const distro = facts.distro?.value ?? '';
  const isOurWord = downstreams.some(({ name }) => name === distro);
  const dom0 = [facts['dom0.kernel']?.value ?? '', isOurWord ? '' : distro];
  const byDom0 = downstreams.find(
    ({ id, pattern }) =>
      ['qubes', 'xcp-ng', 'xenserver', 'xenserver-family'].includes(id) &&
      dom0.some((text) => pattern.test(text)),
  );
  return byDom0 ?? byBuild;
}
