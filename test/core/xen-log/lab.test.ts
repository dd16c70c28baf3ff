import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scanLog, type Crash } from '#core/xen-log';
import { allLogs, filesUnder, hasAllLogs, knowledge, labLog, labManifest } from './knowledge.ts';

/** What the crash of each lab log is, from its manifest's diagnosis. */
const expected: Readonly<Record<string, { kind: Crash['kind']; symbol?: string; cause: RegExp }>> =
  {
    '201-gen-epyc.log': { kind: 'dom0-crash', cause: /Domain 0 .*#PF/ },
    '202-g1.log': { kind: 'dom0-crash', cause: /Domain 0 .*#PF/ },
    '204-gen-nodom0.log': { kind: 'panic', cause: /dom0 kernel not specified/ },
    '205-gen-dom0crash.log': {
      kind: 'linux-panic',
      symbol: 'sysrq_handle_crash',
      cause: /dom0's kernel, not in Xen/,
    },
    '301-lab-null.log': {
      kind: 'page-fault',
      symbol: 'lab_read_value',
      cause: /read of 0x10, a NULL pointer plus member offset 16/,
    },
    '302-lab-bug.log': { kind: 'bug', symbol: 'lab_check', cause: /crashlab\.c:38/ },
    '303-lab-assert.log': { kind: 'assertion', symbol: 'lab_assert', cause: /spin_is_locked/ },
    '304-lab-warn.log': { kind: 'warn', symbol: 'lab_warn', cause: /goes on/ },
    '305-lab-div.log': { kind: 'divide-error', symbol: 'lab_div', cause: /Division by zero/ },
    '309-lab-ud.log': { kind: 'invalid-opcode', symbol: 'lab_ud', cause: /ud2/ },
    '310-lab-panic.log': { kind: 'panic', cause: /asked to panic/ },
    '312-lab-deadlock.log': { kind: 'bug', symbol: 'lab_deadlock', cause: /taken recursively/ },
    '321-alab-null.log': { kind: 'data-abort', symbol: 'lab_read_value', cause: /read of 0x10/ },
    '323-alab-assert.log': { kind: 'assertion', symbol: 'lab_assert', cause: /spin_is_locked/ },
    '324-alab-warn.log': { kind: 'warn', symbol: 'lab_warn', cause: /goes on/ },
    '326-alab-callnull.log': {
      kind: 'instruction-abort',
      symbol: 'lab_call_null',
      cause: /bad function pointer to 0x0/,
    },
    '327-alab-double.log': {
      kind: 'stack-overflow',
      symbol: 'lab_recurse',
      cause: /stack ran over/,
    },
    '328-alab-panic.log': { kind: 'panic', cause: /asked to panic/ },
    '329-alab-none.log': { kind: 'panic', cause: /Missing kernel boot module/ },
  };

describe.each(labManifest.map((entry) => [entry.file, entry] as const))('%s', (file, entry) => {
  const analysis = scanLog(labLog(file), knowledge);
  const [crash] = analysis.crashes;

  test('has the crash that its manifest tells of', () => {
    const want = expected[file];
    if (want === undefined) {
      expect(entry.route).toBe('no-fault');
      expect(analysis.crashes).toEqual([]);
      return;
    }
    expect(crash?.kind).toBe(want.kind);
    expect(crash?.cause).toMatch(want.cause);
    expect(crash?.culprit?.symbol).toBe(want.symbol);
  });

  test('points at a key line', () => {
    if (crash === undefined) return;
    const lines = [crash.keyLine, ...crash.evidence.map((evidence) => evidence.line)];
    expect(entry.key_lines.some((key) => lines.some((line) => Math.abs(line - key) <= 1))).toBe(
      true,
    );
  });

  test('explains every key line', () => {
    for (const key of entry.key_lines)
      expect(
        analysis.events.some((event) => event.line <= key && key <= event.endLine) ||
          analysis.crashes.some((each) => each.lines.includes(key)),
      ).toBe(true);
  });

  test('shows no trouble where there is none', () => {
    if (entry.route !== 'no-fault') return;
    const kinds = analysis.incidents.map((incident) => incident.kind);
    expect(kinds).toEqual(file.startsWith('208') ? ['xen.con.sync'] : []);
  });

  test('names the true line of a BUG, WARN or assertion', () => {
    const line = crash?.place?.line;
    if (
      entry.truth === undefined ||
      line === undefined ||
      (crash?.kind === 'bug' && file.startsWith('312'))
    )
      return;
    expect(line).toBe(entry.truth.line);
  });
});

describe.skipIf(!hasAllLogs && process.env['CI'] !== 'true')('the large set', () => {
  let lines = 0;
  let classified = 0;
  const domainDeaths: string[] = [];

  test('99 of 100 lines have a writer', { timeout: 120_000 }, () => {
    for (const file of filesUnder(allLogs)) {
      const analysis = scanLog(readFileSync(file, 'latin1'), knowledge);
      lines += analysis.lineCount;
      classified += analysis.classifiedLineCount;
      for (const crash of analysis.crashes)
        if (crash.kind === 'domain-crash' && crash.domain !== undefined && crash.lines.length > 60)
          domainDeaths.push(`${file}:${crash.line}`);
    }
    expect(lines).toBeGreaterThan(170_000);
    expect(classified / lines).toBeGreaterThan(0.99);
  });

  test('no dump took lines of its neighbour', () => {
    expect(domainDeaths).toEqual([]);
  });

  test.each([
    ['boot-keep-gpf-panic-epyc/serial.log', [2, 5, 3, 1, 4], 'general-protection'],
    ['boot-bootD/serial.log', [0, 0, 0, 0, 0, 0, 0, 0], undefined],
  ] as const)('%s: dumps and panics of the CPUs belong together', (file, cpus, kind) => {
    const { crashes } = scanLog(readFileSync(`${allLogs}/${file}`, 'latin1'), knowledge);
    expect(crashes.map((crash) => crash.cpu)).toEqual(cpus);
    for (const crash of crashes) {
      expect(crash.panicText.length).toBeGreaterThan(0);
      if (kind !== undefined) expect(crash.kind).toBe(kind);
    }
  });
});
