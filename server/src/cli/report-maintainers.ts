import { join, relative, resolve } from 'node:path';
import { indexMaintainers, parseMaintainers } from '#core/maintainers';
import { knowledgeFolder } from '../knowledge-folder.ts';
import { nodePorts } from '../node-ports.ts';
import { oneOf, parseCommandLine } from './arguments.ts';
import { UsageError, type CommandIo, type ExitStatus } from './command.ts';
import { writeResult } from './output.ts';

/** `report maintainers`: one answer per file of a tree. */
export async function maintainers(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine(
    { 'xen-tree': { type: 'string', default: '.' } },
    args,
  );
  const format = oneOf('format', values.format, ['text', 'json']);
  if (positionals.length === 0) throw new UsageError('report maintainers needs files of the tree.');
  const root = resolve(io.workingDirectory, values['xen-tree']);
  const ports = nodePorts(knowledgeFolder());
  const bytes = ports.readFile(join(root, 'MAINTAINERS'));
  if (!bytes)
    throw new UsageError(
      `${values['xen-tree']} holds no MAINTAINERS file: give the top of a Xen tree.`,
    );
  const index = indexMaintainers(
    parseMaintainers(Buffer.from(bytes).toString('utf8')),
    (path) => ports.stat(join(root, path))?.isDirectory === true,
  );
  const files = positionals.map((file) => {
    const path = relative(root, resolve(root, file));
    const text = ports.readFile(join(root, path));
    return {
      file,
      ...index.of([text ? { path, text: Buffer.from(text).toString('utf8') } : { path }]),
    };
  });
  const answer =
    format === 'json'
      ? JSON.stringify({ version: 1, files }, null, 2)
      : files.map(asText).join('\n\n');
  await writeResult(io, values.output, `${answer}\n`);
  return 0;
}

function asText({
  file,
  people,
  lists,
}: { readonly file: string } & ReturnType<ReturnType<typeof indexMaintainers>['of']>): string {
  const mailbox = (name: string, address: string): string =>
    name === '' ? address : `${name} <${address}>`;
  return [
    file,
    ...people.map(
      ({ name, address, role, section }) => `  ${mailbox(name, address)} (${role}: ${section})`,
    ),
    ...lists.map(({ address, access }) => `  ${address} (${access} list)`),
  ].join('\n');
}
