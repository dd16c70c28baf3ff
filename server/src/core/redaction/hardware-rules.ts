import { isFirmwareSerial, isStockDiskName } from './exceptions.ts';
import type { RedactionRule } from './model.ts';

/** Folders of `/dev` below which no name is the owner's, or which have rules of their own. */
const plainDeviceFolders =
  'disk|mapper|xen|xenbus|block|char|bus|shm|pts|input|dri|net|snd|cpu|fd|vfio|hugepages|mqueue|md|cciss|infiniband|zvol|drbd|nbd|loop|rbd|serial|hwrng|usb|misc|vc|virtio-ports|watchdog';

/** Serial numbers, disks, volumes and images. */
export const hardwareRules: readonly RedactionRule[] = [
  {
    id: 'serialno',
    kind: 'serial',
    spreads: true,
    gate: ['erial', 'SN', 'ServiceTag', 'Asset Tag'],
    pattern:
      /\b(?:[Ss]erial(?: ?[Nn]umber)?|SN|ServiceTag|Asset Tag)\s?[:=]\s?(?<x>(?=[A-Z0-9-]{0,40}[A-Z])(?=[A-Z0-9-]{0,40}[0-9])[A-Z0-9-]{5,40})/dg,
    stays: isFirmwareSerial,
  },
  {
    id: 'serial-field',
    kind: 'serial',
    spreads: true,
    gate: ['erial', 'ERIAL', 'ervice', 'S/N', 'sset', 'SSET'],
    pattern:
      /(?:\b|_)(?:serial[ _]?-?_?(?:number|no)|(?:product|chassis|board|baseboard|system|disk|drive)[ _]serial|s\/n|(?:service|asset)[ _]?tag)\.?["']?\s{0,4}[:=]\s{0,4}["']?(?<x>[A-Za-z0-9][A-Za-z0-9_.-]{4,40})/dgi,
    stays: isFirmwareSerial,
  },
  {
    id: 'serial-text',
    kind: 'serial',
    spreads: true,
    gate: ['erial'],
    pattern:
      /(?:\b[Ss]erial [Nn]umber |<serial>|<entry name=["'](?:serial|asset)["']>|\bserial_no=|\bID_SERIAL(?:_SHORT)?=)(?<x>(?=[A-Za-z_.-]{0,40}\d)[A-Za-z0-9][A-Za-z0-9_.-]{3,60})/dg,
    stays: isFirmwareSerial,
  },
  {
    id: 'diskid',
    kind: 'disk',
    gate: ['by-id/', 'by-label/', 'by-partlabel/', 'LABEL=', 'device label '],
    pattern:
      /(?:\/dev\/(?:disk|serial|input)\/by-(?:id|label|partlabel)\/|\b(?:PART)?LABEL=["']?|\bBTRFS:? .{0,40}?device label )(?<x>[^\s,:'"]+)/dg,
  },
  {
    id: 'volume',
    kind: 'disk',
    gate: ['/dev/', 'rd.lvm.lv=', 'rbd:'],
    pattern: new RegExp(
      String.raw`(?:/dev/mapper/(?!control\b)|/dev/zvol/|/dev/rbd/|/dev/drbd/by-res/|\brbd:|\brd\.lvm\.lv=|/dev/(?!(?:${plainDeviceFolders})/)(?=[A-Za-z0-9._+-]+/[A-Za-z]))(?<x>[^\s,:'")\]]+)`,
      'dg',
    ),
    stays: isStockDiskName,
    spreads: true,
  },
  {
    id: 'image',
    kind: 'disk',
    gate: ['.img', '.qcow', '.vhd', '.vmdk', '.raw', '.iso', '.save'],
    pattern:
      /(?:\/|\bSaving to )(?<x>[A-Za-z0-9_.+-]+?)\.(?:img|qcow2?|vhdx?|vmdk|raw|iso|save)\b/dg,
    stays: isStockDiskName,
    spreads: true,
  },
  {
    id: 'image-folder',
    kind: 'disk',
    gate: ['/images/', '/vm', '/xen/', '/guests/', '/domains/'],
    pattern:
      /\/(?:var\/lib\/(?:xen|libvirt)\/images|srv\/(?:xen|images)|(?:srv\/)?vms?|guests|domains)\/(?<x>[A-Za-z0-9_.+-]+)(?=\/)/dg,
    stays: isStockDiskName,
    spreads: true,
  },
  {
    id: 'iqn',
    kind: 'iqn',
    gate: ['iqn.'],
    pattern: /\biqn\.\d{4}-\d{2}\.[A-Za-z0-9.:_-]*[A-Za-z0-9]/dg,
  },
];
