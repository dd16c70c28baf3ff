import type { DialectRule } from './rule.ts';

const line =
  /^(?:SeaBIOS \(|iPXE |gPXE|GNU GRUB|Booting from |Booting `|Loading (?:Xen|Linux|initial|kernel|ramdisk|operating|vmlinuz)|ISOLINUX |SYSLINUX |PXELINUX|EDD: |Press (?:F12|ESC|any key|'|Ctrl|the)|Machine UUID |Welcome to GRUB|error: (?:file|no such|disk|symbol|unknown)|UEFI |BdsDxe|U-Boot |EFI |Hit any key|Starting kernel|## |NOTICE: {2}BL|INFO: {4}|TFTP |Filename '|Using \w+ device|BIOS |American Megatrends|VGA BIOS|Google, Inc|Select boot|Boot(?:ing)? (?:device|order|failed)|\*{3} (?:ERROR|Warning)|PXE|DHCP|NIC|Found \d+ (?:cpu|lpt|serial)|Xen \d+\.\d+\S{0,20} \(c\/s|\(c\) (?:Copyright|University))/;

/** Firmware and boot loaders, which speak on the same wire before Xen does. */
export const firmware: DialectRule = {
  dialect: 'firmware',
  claims: (payload) => line.test(payload),
};
