import { basename, resolve } from 'node:path';
import { buildReport, type MaintainersLookup } from '#core/report';
import type { NamedText } from '#core/redaction';
import { knowledgeFolder } from '../knowledge-folder.ts';
import { nodePorts } from '../node-ports.ts';
import { reportTools } from '../report-folder/report-knowledge.ts';
import { FolderProblem, writeFolder } from '../report-folder/write-folder.ts';
import { maintainersOfTree } from '../report-folder/xen-tree.ts';
import { oneOf, parseCommandLine } from './arguments.ts';
import { UsageError, type CommandIo, type ExitStatus } from './command.ts';
import { readInput } from './input.ts';
import { writeResult } from './output.ts';
import { resultOf, resultText } from './report-result.ts';

/** `report new`: reads the inputs, writes the folder whole or not at all, says what is missing. */
export async function newReport(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine(
    {
      log: { type: 'string', multiple: true, default: [] },
      cfg: { type: 'string', multiple: true, default: [] },
      host: { type: 'string', multiple: true, default: [] },
      keep: { type: 'string', multiple: true, default: [] },
      'xen-tree': { type: 'string' },
      out: { type: 'string' },
    },
    args,
  );
  const format = oneOf('format', values.format, ['text', 'json']);
  const files = [...values.log, ...positionals];
  if (files.length === 0) throw new UsageError('report new needs a log: --log FILE.');
  if (values.out === undefined)
    throw new UsageError('report new needs a folder to make: --out DIR.');
  const ports = nodePorts(knowledgeFolder());
  const tools = reportTools(ports);
  const maintainersOf = lookUpIn(io, values['xen-tree']);
  const draft = buildReport({
    logs: (await readAll(io, files)).map(tools.scan),
    configs: await readAll(io, values.cfg),
    hostInfo: await readAll(io, values.host),
    knowledge: tools.knowledge,
    keep: new Set(values.keep),
    ...(maintainersOf ? { maintainersOf } : {}),
  });
  const folder = resolve(io.workingDirectory, values.out);
  write(folder, draft.files);
  const result = resultOf(folder, draft, draft.redactions);
  const text =
    format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : resultText(result, 'Replaced');
  await writeResult(io, values.output, text);
  return 0;
}

function write(folder: string, files: Parameters<typeof writeFolder>[1]): void {
  try {
    writeFolder(folder, files);
  } catch (error) {
    if (error instanceof FolderProblem) throw new UsageError(error.message);
    throw error;
  }
}

/**
 * The look-up of maintainers in a tree, or nothing when no tree was given.
 * @throws UsageError when the tree has no MAINTAINERS file
 */
export function lookUpIn(io: CommandIo, tree: string | undefined): MaintainersLookup | undefined {
  if (tree === undefined) return undefined;
  const found = maintainersOfTree(nodePorts(knowledgeFolder()), resolve(io.workingDirectory, tree));
  if (!found)
    throw new UsageError(`${tree} holds no MAINTAINERS file: give the top of a Xen tree.`);
  return found;
}

async function readAll(io: CommandIo, files: readonly string[]): Promise<readonly NamedText[]> {
  const texts: NamedText[] = [];
  for (const file of files) {
    const bytes = await readInput(io, file);
    texts.push({
      name: file === '-' ? 'standard-input.log' : basename(file),
      text: bytes.toString('utf8'),
    });
  }
  return texts;
}
