/** Public lists and package builders: their addresses are printed by everybody's logs. */
const publicMail =
  /@(?:lists?\.|[\w.-]*\.lists?\.|vger\.kernel\.org$|[\w.-]*debian\.org$|[\w.-]*xenproject\.org$|redhat\.com$)|^pkg-xen-devel$|^(?:mockbuild|abuild|buildd)(?:@|$)|^(?:lists\.|[\w.-]*\.fedoraproject\.org$|[\w.-]*debian\.org$)/i;

/** Lines in which a driver names its author. */
const authorLine = /Copyright|\(c\)|Software ver\.|initialised: dm-devel/i;

/** A list, a distribution's builder, or the author a driver names. */
export function isPublicMail(text: string, line: string): boolean {
  return publicMail.test(text) || authorLine.test(line) || /@(?:plt|got)\b/.test(text);
}

/** Words in front of a dotted number that make it a version. */
const versionContext =
  /(?:version|\b(?:ver|vers|fw|firmware|bios|rev|revision|release|pkg|microcode|nvm|uefi|v)\.?)[\s:=("/]*v?$/i;

/** A dotted number that names a machine; loopback, unset and netmask values say nothing and stay. */
export function isRealIpv4(text: string, line: string, column: number): boolean {
  if (/^(?:127\.|0\.|255\.255\.)/.test(text)) return false;
  const before = line.slice(Math.max(0, column - 28), column);
  return !versionContext.test(before);
}

/** An address with at least one digit that is neither loopback nor unset: `a::b` alone can be a program's name. */
export function isRealIpv6(text: string): boolean {
  return (
    /\d/.test(text) &&
    !/^[0:]*:[01]?$/.test(text) &&
    !/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)
  );
}

/** Accounts that every system has. */
const systemAccounts =
  /^(?:root|nobody|daemon|bin|sys|xen|libvirt|qemu|user|users?name|admin|guest|none|null|lost\+found|linuxbrew|invalid|unknown|pam_unix|sshd|systemd.*|messagebus|_.*|<.*|\$.*|%.*|\*.*|\..*)$/i;

export function isOrdinaryUser(text: string): boolean {
  return systemAccounts.test(text);
}

/** Names that are not a machine's own: loopback, defaults, words of the log itself. */
const ordinaryHosts =
  /^(?:localhost(?:\..*)?|\(none\)|none|host|kernel|xen|dom0|Domain-0|unknown|version|systemd.*|<.*|\$.*|null|nil|off|on|yes|no|dhcp|any|both|to|is|not)$/i;

export function isOrdinaryHost(text: string): boolean {
  return ordinaryHosts.test(text) || /^\d+$/.test(text);
}

/** What firmware writes when nobody set a serial number, and the numbers that USB and serial drivers print. */
const unsetSerials =
  /^(?:not[ _-]?|none|n\/a|to[ _]be|default|system|chassis|base|unknown|unspecified|empty|0+$|x+$|0?1234567(?:89?0?)?$|oem|null|invalid|<|driver|console|port|8250|ttyS|input|usb-)/i;

export function isFirmwareSerial(text: string): boolean {
  return unsetSerials.test(text) || !/\d/.test(text);
}

/** Watch tokens of xenstore and libxl, pointers, and words that say that there is no value. */
export function isNotAToken(text: string, line: string, column: number): boolean {
  const isWatch =
    /\btoken\s*=\s*["']?$/i.test(line.slice(0, column)) &&
    /^(?:\d+\/[0-9a-f]+|0x[0-9a-f]+|\w{1,3}):?$/i.test(text);
  return (
    isWatch ||
    text === '' ||
    /^(?:none|null|nil|\(null\)|true|false|yes|no|<.*|\*+|not|is|for|was|required|prompt|ok)$/i.test(
      text,
    )
  );
}

/** Names of disks and images that say nothing about their owner. */
const stockDisks =
  /^(?:disk|root|swap|boot|home|var|tmp|data|image|images|initrd|initramfs|vmlinuz|kernel|rootfs|system|rootimg|cdrom|xen|linux|core|bzImage|efi|hda|sd[a-z]\d*|xvd[a-z]\d*|nvme\w*|(?:initrd|vmlinuz|initramfs|System\.map|config)[-.].*|<.*)$/i;

/** `/dev/` names without an owner's word in them. `x/y` counts as stock when both halves do. */
export function isStockDiskName(text: string): boolean {
  return text.split('/').every((part) => stockDisks.test(part) || part.startsWith('<'));
}

/** Names that documentation and defaults use for guests and their files. */
export function isStockGuestName(text: string): boolean {
  return (
    text === 'Domain-0' ||
    text.startsWith('<') ||
    /^(?:config|default|example|sample|xl|README|Pool-(?:node)?\d+)$/i.test(text)
  );
}

/** Machines that everybody's logs name: those of projects, trackers and distributions. */
const publicHosts =
  /(?:^|\.)(?:(?:kernel|debian|xenproject|xen|fedoraproject|gnu|qemu|libvirt|freedesktop|gentoo|archlinux|alpinelinux|opensuse|netbsd|freebsd|openbsd|qubes-os|xcp-ng|wikipedia|openssl|pengutronix|linux-foundation|linuxfoundation|lwn|ietf|uefi|acpica|sourceware|nongnu)\.org|(?:github|gitlab|redhat|ubuntu|canonical|suse|citrix|xenserver|launchpad|intel|amd|arm|microsoft|google|googlegroups|oracle|marc)\.(?:com|net|info|io)|mitre\.org|nist\.gov|infradead\.org|vger\.kernel\.org|alioth\.debian\.net|localhost\.localdomain)$/i;

/** A name of D-Bus, of Java or of a systemd unit is read from its other end. */
const reversedName = /^(?:org|com|net|io|dev|de|uk)\./i;

export function isPublicHost(text: string): boolean {
  return publicHosts.test(text) || reversedName.test(text);
}

/** File names of configurations that documentation and boot loaders use, or that only say what a guest is for. */
const stockConfigs =
  /^(?:grub|xen|xl|isolinux|syslinux|pxelinux|extlinux|config|default|example|sample|guest\d*|domu|vm|test|pv|pvh|hvm|xlexample.*|file|your|my|the|name|dhcpd|setup|tox|bootflash|autoexec|ovmf|web|db|mail|dns|nfs|win\w*|windows|linux|debian|ubuntu|fedora|centos|alpine|freebsd|netbsd|mini-?os|stubdom|driver-?domain|storage|net\w*|crash\d*|demo|vm\d+|domu\d+)$/i;

export function isStockConfigName(text: string): boolean {
  return stockConfigs.test(text) || text.startsWith('<');
}

/** Interfaces as the tools call them themselves. */
export function isStockInterface(text: string): boolean {
  return /^(?:vif|tap|eth|xenbr|xapi|br|en)[\d.]*(?:-emu)?$/i.test(text) || text.startsWith('<');
}
