import { statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Abi } from '#core/c-types';
import { ABIS, describeLayouts, HeaderCache, parseUnit } from '#core/c-types';
import { decodeText } from '../headers/decode-text.ts';
import { HeaderFinder } from '../headers/header-finder.ts';
import { nodePorts } from '../node-ports.ts';
import { oneOf, parseCommandLine } from './arguments.ts';
import type { Command, CommandIo, ExitStatus } from './command.ts';
import { UsageError } from './command.ts';
import { readInput } from './input.ts';
import type { FoundType, LayoutReport } from './layout-report.ts';
import { collectReport } from './layout-report.ts';
import { failOnLevels, statusOf, writeResult } from './output.ts';

const options = {
  abi: { type: 'string', multiple: true },
  include: { type: 'string', short: 'I', multiple: true },
  define: { type: 'string', short: 'D', multiple: true },
  type: { type: 'string', multiple: true },
  'include-system': { type: 'boolean', default: false },
} as const;

type LayoutValues = ReturnType<typeof parseCommandLine<typeof options>>['values'];

const usage = `Usage: xen-devtools layout FILE... [OPTION...]

Lays out every struct and union of C headers on each ABI: size, alignment, offsets, padding.

  --abi LIST         ABIs to show, comma-separated: ${ABIS.join(', ')} (default: all)
  -I, --include DIR  also search headers here; may be repeated
  -D, --define N[=V] define a macro first; may be repeated
  --type NAME        show only this type ("struct a", "a" or a typedef's name); may be repeated
  --include-system   also read the system's own headers instead of assuming the types that they declare
  --format FORMAT    text or json (default: text)
  --output FILE      write the result here
  --fail-on LEVEL    exit with 1 from this level on: error, warning, hint, never (default: warning)

Headers are searched in the including file's folder, -I, the folders above the file, and /usr/include/xen.
In JSON a bit-field's "offset" is the byte of its first bit and "bitOffset" counts bits from the structure's start.
`;

/** `xen-devtools layout`. */
export const layout: Command = {
  name: 'layout',
  summary: 'lay out the structures of C headers on x86_64, i386, arm64 and armv7',
  usage,
  run,
};

async function run(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine(options, args);
  const format = oneOf('format', values.format, ['text', 'json']);
  const failOn = oneOf('fail-on', values['fail-on'], failOnLevels);
  if (positionals.length === 0)
    throw new UsageError('Name at least one header, or - for standard input.');
  const abis = chosenAbis(values.abi);
  const report = collectReport(await readUnits(positionals, abis, values, io), abis);
  const types = chosenTypes(report, values.type ?? []);
  const shown = values.type === undefined ? ownTypes(report, types) : types;
  const text =
    format === 'json'
      ? `${JSON.stringify(jsonOf(report, types), undefined, 2)}\n`
      : textOf(report, shown);
  await writeResult(io, values.output, text);
  return statusOf(
    report.findings.map(({ severity }) => severity),
    failOn,
  );
}

function chosenAbis(lists: readonly string[] | undefined): readonly Abi[] {
  if (lists === undefined) return ABIS;
  const names = lists.flatMap((list) => list.split(',')).filter((name) => name !== '');
  return [...new Set(names.map((name) => oneOf('abi', name, ABIS)))];
}

async function readUnits(
  files: readonly string[],
  abis: readonly Abi[],
  values: LayoutValues,
  io: CommandIo,
): Promise<Parameters<typeof collectReport>[0]> {
  const folder = io.workingDirectory;
  const includePaths = (values.include ?? []).map((path) => resolve(folder, path));
  for (const path of includePaths) requireFolder(path);
  const finder = new HeaderFinder(nodePorts(''), {
    includePaths,
    workspaceFolders: [folder],
    trusted: true,
    systemHeaders: values['include-system'],
  });
  const cache = new HeaderCache();
  const read: Parameters<typeof collectReport>[0][number][] = [];
  for (const name of files) {
    const text = decodeText(await readInput(io, name));
    const path =
      name === '-' ? join(folder, '<stdin>') : isAbsolute(name) ? name : resolve(folder, name);
    const units = abis.map((abi) => {
      const { resolve: resolveInclude } = finder;
      return parseUnit(text, { path, abi, defines: values.define ?? [], resolveInclude }, cache);
    });
    read.push({ name, path, units });
  }
  return read;
}

function requireFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`-I ${path}: there is no such folder.`);
  }
}

/** Text shows the files' own types; JSON also those of the headers that they include. */
function ownTypes(report: LayoutReport, types: readonly FoundType[]): readonly FoundType[] {
  return types.filter(({ json }) => json.anonymous !== true && report.files.includes(json.file));
}

/** Types asked for by key, tag or typedef, with what is inside them. */
function chosenTypes(report: LayoutReport, names: readonly string[]): readonly FoundType[] {
  if (names.length === 0) return report.types;
  const keys = names.map((name) => {
    const key = report.keyOf(name);
    if (key === undefined) throw new UsageError(`--type ${name}: no such type in what was read.`);
    return key;
  });
  return report.types.filter(({ key: own }) =>
    keys.some((key) => own === key || own.startsWith(`${key}.`)),
  );
}

function jsonOf(report: LayoutReport, types: readonly FoundType[]): unknown {
  const { files, constants, rings, unknown, findings } = report;
  return {
    version: 1,
    files,
    types: Object.fromEntries(types.map(({ key, json }) => [key, json])),
    constants: Object.fromEntries(constants),
    rings: Object.fromEntries(rings),
    unknown,
    findings,
  };
}

function textOf(report: LayoutReport, types: readonly FoundType[]): string {
  const blocks = types.map(
    ({ key, json, layouts }) =>
      `/* ${json.file}:${json.line} */\n${describeLayouts(key, json.kind, layouts)}`,
  );
  const findings = report.findings.map(
    ({ file, line, column, severity, message }) =>
      `${file}:${line}:${column}: ${severity}: ${message}\n`,
  );
  return [...blocks, ...findings].join('\n');
}
