import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogScanner, scanLog, type LogAnalysis } from '#core/xen-log';
import { cases } from '../../effort.ts';
import { knowledge, labLog } from './knowledge.ts';

const crashLog = labLog('301-lab-null.log').split('\n').slice(540).join('\n');
const armLog = labLog('329-alab-none.log');

const shown = (analysis: LogAnalysis): string =>
  JSON.stringify(analysis, (_key, value: unknown) =>
    typeof value === 'bigint' ? `0x${value.toString(16)}` : value,
  );

test.each(['line-feed', 'editor'] as const)(
  'borders of chunks do not matter (%s)',
  (lineBreaks) => {
    const whole = shown(scanLog(crashLog, knowledge, { lineBreaks }));
    fc.assert(
      fc.property(fc.array(fc.nat(crashLog.length), { maxLength: 60 }), (cuts) => {
        const scanner = createLogScanner(knowledge, { lineBreaks });
        let at = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), crashLog.length]) {
          scanner.feed(crashLog.slice(at, cut));
          at = cut;
        }
        return shown(scanner.finish()) === whole;
      }),
      { numRuns: cases(300) },
    );
  },
);

test('any text is read without an exception, and every line is counted', () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '(XEN) ',
      '(XEN) [    1.234567] ',
      '\n',
      '\r\n',
      '\r\r\n',
      '\u001b[1;31m',
      '\u0000',
      '(d1) ',
      '[    0.000000] ',
      '> > ',
      '----[ Xen-4.20.4  x86_64  debug=y  Not tainted ]----',
      'Panic on CPU 0:',
      '****************************************',
      'Xen call trace:',
      '   [<ffff82d04025eebd>] R f+0x3/0xc',
      'CPU:    0',
      'Kernel panic - not syncing: x',
      'libxl: error: ',
      '\b\b',
    ),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 80 }), (parts) => {
      const text = parts.join('');
      const analysis = scanLog(text, knowledge);
      const feeds = text.split('\n');
      expect(analysis.lineCount).toBe(feeds.length - (feeds.at(-1) === '' ? 1 : 0));
    }),
    { numRuns: cases(3000) },
  );
});

test.each([
  ['a crash', crashLog],
  ['three boots', armLog],
])('%s fed twice gives twice the events', (_name, log) => {
  const text = log.endsWith('\n') ? log : `${log}\n`;
  const once = scanLog(text, knowledge);
  const twice = scanLog(text + text, knowledge);
  expect(twice.events).toHaveLength(2 * once.events.length);
  expect(twice.crashes).toHaveLength(2 * once.crashes.length);
  expect(twice.lineCount).toBe(2 * once.lineCount);
});

test('a line of a million characters is passed over in its rest', () => {
  const line = `(XEN) ${'d0v0 '.repeat(200_000)}`;
  const analysis = scanLog(`${line}\n(XEN) Xen call trace:\n`, knowledge);
  expect(analysis.lineCount).toBe(2);
  expect(analysis.events).toHaveLength(1);
});
