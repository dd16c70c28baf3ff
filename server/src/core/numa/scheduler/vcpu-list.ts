import type { SimVcpu } from './sim-vcpu.ts';

/*
 * The queues are short and change thousands of times a simulated second. Array.splice makes a new array each time,
 * these do not.
 */

/** Inserts at a place. */
export function insertAt(list: SimVcpu[], at: number, vcpu: SimVcpu): void {
  list.push(vcpu);
  for (let i = list.length - 1; i > at; i--) list[i] = list[i - 1]!;
  list[at] = vcpu;
}

/** Takes out what stands at a place. */
export function removeAt(list: SimVcpu[], at: number): void {
  for (let i = at; i < list.length - 1; i++) list[i] = list[i + 1]!;
  list.pop();
}

/** Takes a vCPU out. */
export function removeVcpu(list: SimVcpu[], vcpu: SimVcpu): void {
  let at = 0;
  while (at < list.length && list[at] !== vcpu) at++;
  if (at < list.length) removeAt(list, at);
}
