import { maskOf, type CpuMask } from './cpu-mask.ts';
import type { SimHost } from './model.ts';

/** Per CPU, the CPUs of its core, itself included. */
export function coreSiblings(host: SimHost): readonly CpuMask[] {
  return groups(host, (cpu) => `${host.socketOf[cpu]}/${host.coreOf[cpu]}`);
}

/** Per CPU, the CPUs of its socket. */
export function socketSiblings(host: SimHost): readonly CpuMask[] {
  return groups(host, (cpu) => `${host.socketOf[cpu]}`);
}

function groups(host: SimHost, keyOf: (cpu: number) => string): readonly CpuMask[] {
  const cpus = [...host.nodeOf.keys()];
  const byKey = new Map<string, number[]>();
  for (const cpu of cpus) byKey.set(keyOf(cpu), [...(byKey.get(keyOf(cpu)) ?? []), cpu]);
  const masks = new Map([...byKey].map(([key, members]) => [key, maskOf(members, cpus.length)]));
  return cpus.map((cpu) => masks.get(keyOf(cpu))!);
}
