import {
  candidateAt,
  compareLoads,
  type Candidate,
  type CandidateTable,
} from './candidate-sets.ts';

const HALF_UINT32 = 0x8000_0000;
const UINT32 = 0x1_0000_0000;

/** Candidates from best to worst, ties in search order; undefined when the comparison is no order. */
export function rankCandidates(table: CandidateTable): readonly number[] | undefined {
  if (!isComparisonConsistent(table)) return undefined;
  const indexes = Array.from({ length: table.count }, (_, i) => i);
  const rows = indexes.map((i) => ({ vcpus: table.vcpus[i]!, freeKib: table.freeKib[i]! }));
  return indexes.sort((a, b) => compareLoads(rows[a]!, rows[b]!) || a - b);
}

/**
 * Whether libxl's comparison orders the candidates at all. Free memory is compared on a circle of 2^32 KiB:
 * candidates with as many vCPUs must lie within half of it, else "better" runs in a ring.
 */
export function isComparisonConsistent(table: CandidateTable): boolean {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < table.count; i++) {
    const group = groups.get(table.vcpus[i]!);
    if (group === undefined) groups.set(table.vcpus[i]!, [table.freeKib[i]!]);
    else group.push(table.freeKib[i]!);
  }
  return [...groups.values()].every(liesInHalfCircle);
}

function liesInHalfCircle(values: readonly number[]): boolean {
  const sorted = [...values].sort((a, b) => a - b);
  const spread = sorted.at(-1)! - sorted[0]!;
  if (spread < HALF_UINT32) return true;
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i]! - sorted[i - 1]! > HALF_UINT32) return true;
  }
  return UINT32 - spread > HALF_UINT32;
}

/** FNV-1a, 64 bits, over one line `nodes|cpus|vcpus|free` per candidate: a fingerprint to compare runs by. */
export function candidatesFingerprint(table: CandidateTable): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < table.count; i++) {
    const line = fingerprintLine(candidateAt(table, i));
    for (let c = 0; c < line.length; c++) {
      low = (low ^ line.charCodeAt(c)) >>> 0;
      const product = low * 0x1b3;
      high = (Math.imul(high, 0x1b3) + Math.floor(product / UINT32) + (low << 8)) >>> 0;
      low = product >>> 0;
    }
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

function fingerprintLine(candidate: Candidate): string {
  return `${candidate.nodes.join(',')}|${candidate.cpus}|${candidate.vcpus}|${candidate.freeKib}\n`;
}
