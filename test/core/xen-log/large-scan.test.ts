import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanBytes, scanLog, type LogAnalysis } from '#core/xen-log';
import {
  END,
  FIRST,
  measureLine,
  SECOND,
  shapeOf,
  shapeOfMeasured,
} from '../../../server/src/core/xen-log/shape.ts';
import { cases } from '../../effort.ts';
import { knowledge, labLog, labManifest } from './knowledge.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** What both ways of reading must agree on. */
const essence = (analysis: LogAnalysis): unknown => ({
  lines: analysis.lineCount,
  classified: analysis.classifiedLineCount,
  dialects: analysis.linesByDialect,
  crashes: analysis.crashes.map(({ kind, lines, cause, culprit }) => [
    kind,
    lines,
    cause,
    culprit?.symbol,
  ]),
  incidents: analysis.incidents.map(({ kind, line, severity }) => [kind, line, severity]),
  trouble: analysis.events
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ kind, line }) => [kind, line]),
  version: analysis.boots.map((boot) => [boot.xenVersion, boot.numa, boot.memoryMap]),
});

test.each(labManifest.map((entry) => entry.file))(
  '%s reads the same by bytes and by text',
  (file) => {
    const text = labLog(file);
    expect(essence(scanBytes(bytesOf(text), knowledge))).toEqual(essence(scanLog(text, knowledge)));
  },
);

test('a crash is found between a million lines of routine', () => {
  const routine = Array.from(
    { length: 20_000 },
    (_, i) => `(XEN) [${String(i).padStart(5)}.000001] d${i % 9}v0 timer set for ${i * 7} ns\n`,
  ).join('');
  const crash = labLog('301-lab-null.log').split('\n').slice(560).join('\n');
  const analysis = scanBytes(bytesOf(`${routine}${crash}\n${routine}`), knowledge);
  expect(analysis.crashes.map((each) => each.cause)).toEqual([
    expect.stringMatching(/read of 0x10, a NULL pointer plus member offset 16 in lab_read_value/),
  ]);
  expect(analysis.crashes[0]?.line).toBe(20_002);
  expect(analysis.unknown[0]?.count).toBeGreaterThan(39_000);
});

test('a repeated warning is listed up to a sample and counted whole', () => {
  const line =
    '(XEN) [    1.000001] AMD-Vi: IO_PAGE_FAULT: 0000:00:14.1 d1 addr 0000000100000000 flags 0x30 RW PR\n';
  const analysis = scanBytes(bytesOf(line.repeat(2000)), knowledge);
  expect(analysis.countByKind['xen.amdvi.fault']).toBe(2000);
});

test('a text and its bytes have the same shape', () => {
  const measured = new Int32Array(4);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (raw) => {
      const text = raw.replaceAll(/\(XE/g, 'x');
      const bytes = bytesOf(`${text}\nnext`);
      measureLine(bytes, 0, bytes.length, measured);
      return measured[END] === text.length && shapeOfMeasured(measured) === shapeOf(text);
    }),
    { numRuns: cases(4000) },
  );
  expect([FIRST, SECOND]).toEqual([0, 1]);
});

test('any bytes are read, and every line is counted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const feeds = bytes.filter((byte) => byte === 10).length;
      const open = bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0;
      return scanBytes(bytes, knowledge).lineCount === feeds + open;
    }),
    { numRuns: cases(2000) },
  );
});
