import { replayVector, type Json } from '#core/numa';
import { parseCommandLine } from './arguments.ts';
import { UsageError, type CommandIo, type ExitStatus } from './command.ts';
import { readInput } from './input.ts';
import { writeResult } from './output.ts';

/** Runs the vectors of one or more files and says of each whether every expected field came out. */
export async function replay(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine({}, args);
  if (positionals.length === 0) {
    throw new UsageError('numa replay needs a file of vectors, one JSON object a line.');
  }
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const file of positionals) {
    const text = (await readInput(io, file)).toString('utf8');
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const result = replayVector(parseLine(line, `${file}, line ${index + 1}`));
      lines.push(JSON.stringify(result));
      if (result.ok) passed++;
      else failed++;
    }
  }
  lines.push(`${passed} passed, ${failed} failed`);
  await writeResult(io, values.output, `${lines.join('\n')}\n`);
  return failed > 0 ? 1 : 0;
}

function parseLine(line: string, place: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    throw new UsageError(`${place} is not JSON: it should hold one vector per line.`);
  }
}
