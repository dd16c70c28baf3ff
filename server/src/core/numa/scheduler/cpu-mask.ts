/** CPUs as bits, 32 to a word: the simulation spends its time in these few functions. */
export type CpuMask = Int32Array;

const WORD_BITS = 32;

export function emptyMask(cpuCount: number): CpuMask {
  return new Int32Array(Math.ceil(cpuCount / WORD_BITS));
}

export function maskOf(cpus: Iterable<number>, cpuCount: number): CpuMask {
  const mask = emptyMask(cpuCount);
  for (const cpu of cpus) if (cpu < cpuCount) setBit(mask, cpu);
  return mask;
}

export function setBit(mask: CpuMask, cpu: number): void {
  mask[cpu >>> 5]! |= 1 << (cpu & 31);
}

export function clearBit(mask: CpuMask, cpu: number): void {
  mask[cpu >>> 5]! &= ~(1 << (cpu & 31));
}

export function hasBit(mask: CpuMask, cpu: number): boolean {
  return ((mask[cpu >>> 5]! >>> (cpu & 31)) & 1) === 1;
}

export function isEmpty(mask: CpuMask): boolean {
  for (let w = 0; w < mask.length; w++) if (mask[w] !== 0) return false;
  return true;
}

/** Whether the two share a CPU. */
export function meets(a: CpuMask, b: CpuMask): boolean {
  for (let w = 0; w < a.length; w++) if ((a[w]! & b[w]!) !== 0) return true;
  return false;
}

export function isInside(part: CpuMask, whole: CpuMask): boolean {
  for (let w = 0; w < part.length; w++) if ((part[w]! & ~whole[w]!) !== 0) return false;
  return true;
}

/** Number of CPUs in both. */
export function countCommon(a: CpuMask, b: CpuMask): number {
  let count = 0;
  for (let w = 0; w < a.length; w++) {
    for (let bits = a[w]! & b[w]!; bits !== 0; bits &= bits - 1) count++;
  }
  return count;
}

/** First CPU at or after `from`; -1 when there is none. */
export function nextBit(mask: CpuMask, from: number): number {
  let w = from >>> 5;
  if (w >= mask.length) return -1;
  let bits = mask[w]! & (-1 << (from & 31));
  while (bits === 0) {
    if (++w >= mask.length) return -1;
    bits = mask[w]!;
  }
  return (w << 5) + 31 - Math.clz32(bits & -bits);
}

/** Xen's cpumask_cycle: the next CPU strictly after `from`, going round; -1 for an empty mask. */
export function cycle(mask: CpuMask, from: number): number {
  const after = nextBit(mask, from + 1);
  return after >= 0 ? after : nextBit(mask, 0);
}
