import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scanLog, type LogAnalysis } from '#core/xen-log';
import { allLogs, filesUnder, hasAllLogs, knowledge, labLog, labManifest } from './knowledge.ts';

/** How a line says by itself that something is wrong: stated here once more, apart from the scanner's own idea of it. */
const trouble =
  /\b(?:errors?|failed|failure|fails|fatal|panic|cannot|can't|could not|couldn't|unable to|denied|corrupt|timed out|stuck|crashed|unhandled|violation|segfault|BUG|WARNING|Oops|Unexpected|bogus|refus\w+)\b/;
/** Files that hold settings, listings or descriptions, not what a program reported. */
const isLog = (path: string): boolean =>
  !/\.(?:json|cfg|rc)$|xenstore-ls|hypfs|cmdline|lscpu|\.how\.txt$/.test(path);
/** Words that stand in a line's data: options, commands, sysctl names. */
const isData = (line: string): boolean =>
  /ommand line:|cmdline=|role=domu|^\s*(?:crash-debug|"|extra)|sysrq_always|DOMU-|dd: /.test(line);

interface Tally {
  lines: number;
  classified: number;
  trouble: number;
  explained: number;
  readonly missed: string[];
}

/** Lines that a known kind or a crash explains. */
function explainedLines(analysis: LogAnalysis): ReadonlySet<number> {
  const lines = new Set<number>(analysis.crashes.flatMap((crash) => crash.lines));
  for (const event of analysis.events)
    if (!event.kind.startsWith('unlisted.'))
      for (let line = event.line; line <= event.endLine; line++) lines.add(line);
  return lines;
}

function measure(tally: Tally, text: string): void {
  const analysis = scanLog(text, knowledge);
  tally.lines += analysis.lineCount;
  tally.classified += analysis.classifiedLineCount;
  const explained = explainedLines(analysis);
  text.split('\n').forEach((line, index) => {
    if (!trouble.test(line) || isData(line)) return;
    tally.trouble++;
    if (explained.has(index + 1)) tally.explained++;
    else tally.missed.push(line.slice(0, 120));
  });
}

const newTally = (): Tally => ({ lines: 0, classified: 0, trouble: 0, explained: 0, missed: [] });

function judge(tally: Tally): void {
  expect(tally.classified / tally.lines).toBeGreaterThan(0.99);
  expect(tally.trouble).toBeGreaterThan(30);
  expect(tally.explained / tally.trouble, tally.missed.slice(0, 30).join('\n')).toBeGreaterThan(
    0.9,
  );
}

test('of the lab, 99 of 100 lines have a writer and 9 of 10 that report trouble are explained', () => {
  const tally = newTally();
  for (const { file } of labManifest) measure(tally, labLog(file));
  judge(tally);
});

describe.skipIf(!hasAllLogs && process.env['CI'] !== 'true')('the large set', () => {
  test('99 of 100 lines have a writer, 9 of 10 that report trouble are explained', () => {
    const tally = newTally();
    for (const file of filesUnder(allLogs).filter(isLog))
      measure(tally, readFileSync(file, 'latin1'));
    judge(tally);
    expect(tally.trouble).toBeGreaterThan(900);
  });
});
