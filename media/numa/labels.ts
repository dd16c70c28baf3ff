import { formatIds, type IdSet, type PlannedVm } from '#core/numa';
import { grouped } from '../shared/controls.tsx';

const KIB_IN_MIB = 1024;

/** KiB as whole MiB with unit. */
export function mib(kib: number | undefined): string {
  return kib === undefined ? 'unknown' : `${grouped(Math.round(kib / KIB_IN_MIB))}\u202fMiB`;
}

/** `node 1`, `nodes 0-2`. */
export function nodesName(nodes: IdSet): string {
  if (nodes.length === 0) return 'no node';
  return `${nodes.length === 1 ? 'node' : 'nodes'} ${formatIds(nodes)}`;
}

/** A, B, … Z, AA, AB: each domain has a letter beside its colour. */
export function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}

/** One of the six colours of the theme's charts. */
export function hueClass(index: number): string {
  return `hue${index % 6}`;
}

export function vcpuCount(count: number): string {
  return `${count} vCPU${count === 1 ? '' : 's'}`;
}

/** Where a domain is or goes, in a few words. */
export function placeName(vm: PlannedVm): string {
  if (vm.state === 'removed') return 'removed';
  if (vm.state === 'refused') return 'refused';
  return nodesName(vm.nodes);
}

export function share(value: number): string {
  return value.toFixed(2);
}
