import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanBytes, scanLog, type Crash, type LogAnalysis } from '#core/xen-log';
import { cases } from '../../effort.ts';
import { knowledge, labLog, labManifest } from './knowledge.ts';
import { manglings } from './manglings.ts';

const essenceOf = (crash: Crash): string =>
  `${crash.kind} | ${crash.culprit?.symbol ?? '-'} | ${crash.outcome} | ${crash.cause}`;
const crashesOf = (analysis: LogAnalysis): readonly string[] => analysis.crashes.map(essenceOf);
const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const decode = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');

const logs = labManifest
  .map(({ file }) => ({ file, text: labLog(file) }))
  .map((log) => ({ ...log, plain: scanLog(log.text, knowledge) }))
  .filter(({ plain }) => plain.crashes.length > 0);
const whole = logs.filter(({ plain }) => plain.crashes.length === 1);
/** One of each kind of writer, for what need not be shown of all. */
const few = logs.filter(({ file }) => /^(?:202|205|301|327)/.test(file));

describe.each(Object.entries(manglings))('%s', (_name, mangle) => {
  test('no crash is lost or changed', () => {
    let lines = 0;
    let classified = 0;
    for (const { file, text, plain } of logs) {
      const analysis = scanLog(mangle(text), knowledge);
      expect([file, ...crashesOf(analysis)]).toEqual([file, ...crashesOf(plain)]);
      lines += analysis.lineCount;
      classified += analysis.classifiedLineCount;
    }
    expect(classified / lines).toBeGreaterThan(0.95);
  });

  test('nor in large logs', () => {
    for (const { file, text, plain } of few)
      expect([file, ...crashesOf(scanBytes(bytesOf(mangle(text)), knowledge, { decode }))]).toEqual(
        [file, ...crashesOf(plain)],
      );
  });
});

/** The parts of a dump, each printed in one go. */
function partsOf(file: string, cpu: number): { dump: readonly string[]; box: string } {
  const { text, plain } = whole.find((log) => log.file === file) ?? { text: '', plain: undefined };
  const crash = plain?.crashes[0];
  const own = text
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''))
    .slice((crash?.line ?? 1) - 1, crash?.endLine)
    .join('\n')
    .replace(/CPU: {4}\d+/, `CPU:    ${cpu}`)
    .replace(/Panic on CPU \d+/, `Panic on CPU ${cpu}`);
  const boxAt = own.indexOf('*'.repeat(40));
  const at = own.lastIndexOf('\n', boxAt) + 1;
  return {
    dump: own
      .slice(0, at)
      .split(/(?=^.*(?:Xen code around|Xen stack trace|Xen call trace|Pagetable walk))/m),
    box: own.slice(at),
  };
}

test('dumps of two CPUs whose parts interleave in any way are told apart', () => {
  const a = partsOf('301-lab-null.log', 3);
  const b = partsOf('305-lab-div.log', 5);
  fc.assert(
    fc.property(fc.infiniteStream(fc.boolean()), (order) => {
      const mixed: string[] = [];
      for (let i = 0, j = 0; i < a.dump.length || j < b.dump.length;) {
        const takesFirst = j >= b.dump.length || (i < a.dump.length && order.next().value === true);
        mixed.push((takesFirst ? a.dump[i++] : b.dump[j++]) ?? '');
      }
      const { crashes } = scanLog([...mixed, `${a.box}\n`, b.box].join(''), knowledge);
      expect(
        crashes.map(({ cpu, kind, culprit }) => [cpu, kind, culprit?.symbol]).toSorted(),
      ).toEqual([
        [3, 'page-fault', 'lab_read_value'],
        [5, 'divide-error', 'lab_div'],
      ]);
    }),
    { numRuns: cases(400) },
  );
});

test('a log cut off anywhere shows no other crash than the whole one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (log, share) => {
        const { crashes } = scanLog(
          log.text.slice(0, Math.floor(log.text.length * share)),
          knowledge,
        );
        expect(crashes.length).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: cases(600) },
  );
});

test('a line lost from a dump loses details, not the crash', () => {
  const dumps = whole.filter(({ plain }) => (plain.crashes[0]?.callTrace.length ?? 0) > 0);
  fc.assert(
    fc.property(fc.constantFrom(...dumps), fc.integer({ min: 0, max: 200 }), (log, which) => {
      const lines = log.text.split('\n');
      const crash = log.plain.crashes[0];
      const own = crash?.lines ?? [];
      const lost = own[which % Math.max(1, own.length)] ?? 0;
      const { crashes } = scanLog(
        lines.filter((_, index) => index !== lost - 1).join('\n'),
        knowledge,
      );
      expect(crashes.length).toBeGreaterThan(0);
    }),
    { numRuns: cases(600) },
  );
});
