import {
  blockGeometry,
  parseVectors,
  runVector,
  TraceComparison,
  type TraceDifference,
} from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { parseCommandLine } from './arguments.ts';
import { UsageError, type CommandIo, type ExitStatus } from './command.ts';
import { readInput } from './input.ts';
import { writeResult } from './output.ts';

/** Replays ring traces and says where the first differences are. */
export async function replayTraces(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine({}, args);
  if (positionals.length === 0)
    throw new UsageError('ring replay needs a trace, one JSON object a line.');
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const file of positionals) {
    const report = replayText((await readInput(io, file)).toString('utf8'));
    if (report.passed + report.failed === 0)
      throw new UsageError(`${file} holds no steps: it is empty.`);
    passed += report.passed;
    failed += report.failed;
    lines.push(...report.differences.map((difference) => differenceLine(file, difference)));
  }
  lines.push(`${passed} passed, ${failed} failed`);
  await writeResult(io, values.output, `${lines.join('\n')}\n`);
  return failed > 0 ? 1 : 0;
}

function replayText(text: string): ReturnType<TraceComparison['report']> {
  const comparison = new TraceComparison(blockGeometry(SLOT_LAYOUTS.x86_64));
  for (const line of text.split('\n')) comparison.feed(line);
  return comparison.report();
}

function differenceLine(file: string, difference: TraceDifference): string {
  const { line, op, field, expected, actual } = difference;
  if (field === 'op') return `${file}:${line}: ${actual}`;
  return `${file}:${line}: ${op}: ${field} is ${expected} in the trace, the model says ${actual}`;
}

/** Runs the vectors of one or more files and says of each whether every expected figure came out. */
export async function checkVectors(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine({}, args);
  if (positionals.length === 0) throw new UsageError('ring vectors needs a file of vectors.');
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const file of positionals) {
    const vectors = parseVectors((await readInput(io, file)).toString('utf8'));
    if (typeof vectors === 'string') throw new UsageError(`${file}: ${vectors}`);
    for (const vector of vectors) {
      const result = runVector(vector, SLOT_LAYOUTS);
      lines.push(JSON.stringify(result));
      if (result.ok) passed += 1;
      else failed += 1;
    }
  }
  lines.push(`${passed} passed, ${failed} failed`);
  await writeResult(io, values.output, `${lines.join('\n')}\n`);
  return failed > 0 ? 1 : 0;
}
