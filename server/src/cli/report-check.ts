import { resolve } from 'node:path';
import { reportFindings } from '#core/report';
import { knowledgeFolder } from '../knowledge-folder.ts';
import { nodePorts } from '../node-ports.ts';
import { checkFolder } from '../report-folder/check-folder.ts';
import { readReportFolder } from '../report-folder/read-folder.ts';
import { reportTools } from '../report-folder/report-knowledge.ts';
import { oneOf, parseCommandLine } from './arguments.ts';
import { UsageError, type CommandIo, type ExitStatus } from './command.ts';
import { failOnLevels, statusOf, writeResult } from './output.ts';
import { lookUpIn } from './report-new.ts';
import { resultOf, resultText } from './report-result.ts';

/** `report check`: judges a report by what lies in its folder. */
export async function check(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine({ 'xen-tree': { type: 'string' } }, args);
  const format = oneOf('format', values.format, ['text', 'json']);
  const failOn = oneOf('fail-on', values['fail-on'], failOnLevels);
  const [target, ...others] = positionals;
  if (target === undefined || others.length > 0) {
    throw new UsageError('report check needs one report: its folder or its report.md.');
  }
  const ports = nodePorts(knowledgeFolder());
  const path = resolve(io.workingDirectory, target);
  const folder = readReportFolder(ports, path);
  if (!folder) throw new UsageError(`Cannot read ${target}: there is no report.md.`);
  const status = checkFolder(folder, reportTools(ports), lookUpIn(io, values['xen-tree']));
  const result = resultOf(path, { ...status, title: status.document.title }, status.leftovers);
  const text =
    format === 'json'
      ? `${JSON.stringify(result, null, 2)}\n`
      : resultText(result, 'Still private');
  await writeResult(io, values.output, text);
  return statusOf(
    reportFindings(folder.reportText, status).map(({ severity }) => severity),
    failOn,
  );
}
