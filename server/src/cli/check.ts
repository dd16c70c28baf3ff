import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Rule } from '#core/findings';
import { matchesGlob } from '#core/text';
import { noSettings } from '../workspace-scan/checker.ts';
import { checkers } from '../workspace-scan/checkers.ts';
import { scanFiles, shardOf } from '../workspace-scan/scan.ts';
import { walk } from '../workspace-scan/walk.ts';
import { oneOf, parseCommandLine, wholeNumber } from './arguments.ts';
import { mergeReports } from './check-merge.ts';
import { checkText, countByRule, findingJson, type CheckJson } from './check-output.ts';
import { checkSarif } from './check-sarif.ts';
import { UsageError, type Command, type CommandIo } from './command.ts';
import { failOnLevels, statusOf, writeResult } from './output.ts';
import { programVersion } from './version.ts';

const allRules: readonly Rule[] = checkers.flatMap(({ rules }) => rules);

const options = {
  rules: { type: 'string' },
  'no-workspace': { type: 'boolean', default: false },
  'no-ignore': { type: 'boolean', default: false },
  exclude: { type: 'string', multiple: true, default: [] },
  'trusted-peer': { type: 'string', multiple: true, default: [] },
  shard: { type: 'string' },
  jobs: { type: 'string' },
  merge: { type: 'boolean', default: false },
} as const;

export const check: Command = {
  name: 'check',
  summary: 'find SYSRET-unsafe return paths and driver mistakes that became advisories',
  usage: `Usage: xen-devtools check PATH... [OPTION...]

Checks files and whole folders (.gitignore is honoured) with the SYSRET rules (SR...) and the driver rules (XR...).

  --rules LIST         only rules whose id begins with one of these, e.g. SR,XR1; also those that are off by default
  --exclude GLOB       leave out matching paths; may be repeated
  --trusted-peer GLOB  drivers whose other end is trusted; may be repeated
  --no-ignore          read what .gitignore leaves out, too
  --no-workspace       judge each file without what the others tell
  --jobs N             threads to read files with (one for each core); the result is the same for any number
  --shard I/N          only the I-th of N stable parts of the files
  --merge              the arguments are JSON or SARIF reports of such parts: join them
  --format FORMAT      text, json or sarif
  --output FILE        write the result there
  --fail-on LEVEL      error, warning (default), hint or never: exit status 1 from this severity on
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(options, args);
    const format = oneOf('format', values.format, ['text', 'json', 'sarif'] as const);
    const failOn = oneOf('fail-on', values['fail-on'], failOnLevels);
    if (positionals.length === 0) throw new UsageError('check needs a file or folder; see --help.');
    const report = values.merge
      ? await mergeReports(io, positionals)
      : await checkPaths(io, positionals, values);
    const text = { text: checkText, json: checkJson, sarif: sarifOf }[format](report);
    await writeResult(io, values.output, text);
    return statusOf(
      report.findings.map(({ severity }) => severity),
      failOn,
    );
  },
};

const checkJson = (report: CheckJson): string => `${JSON.stringify(report, null, 2)}\n`;
const sarifOf = (report: CheckJson): string => checkSarif(report, allRules, programVersion());

interface Choice {
  readonly rules: string | undefined;
  readonly 'no-ignore': boolean;
  readonly 'no-workspace': boolean;
  readonly exclude: readonly string[];
  readonly 'trusted-peer': readonly string[];
  readonly shard: string | undefined;
  readonly jobs: string | undefined;
}

async function checkPaths(
  io: CommandIo,
  paths: readonly string[],
  choice: Choice,
): Promise<CheckJson> {
  const start = performance.now();
  const enabledRules = rulesOf(choice.rules);
  const wanted = checkers.filter(({ rules }) => rules.some(({ id }) => enabledRules.has(id)));
  const all = filesOf(io, paths, choice, (path) => wanted.some((each) => each.readsPath(path)));
  const isInPart = partOf(choice.shard);
  const files = all.filter(isInPart);
  const scan = await scanFiles(all, wanted, {
    folder: io.workingDirectory,
    isInPart,
    enabledRules,
    workspace: !choice['no-workspace'],
    trustedPeers: choice['trusted-peer'],
    settings: noSettings,
    jobs: jobsOf(choice.jobs),
  });
  for (const file of scan.unreadable.filter(isInPart))
    io.stderr.write(`xen-devtools: ${file} cannot be read and was left out.\n`);
  const findings = scan.findings.map(findingJson);
  return {
    version: 1,
    summary: {
      files: files.length,
      analysed: scan.analysed,
      skipped: files.length - scan.analysed,
      milliseconds: Math.round(performance.now() - start),
      byRule: countByRule(findings),
    },
    findings,
  };
}

/** Ids to report: those on by default, or every one that begins with a listed prefix. */
function rulesOf(list: string | undefined): ReadonlySet<string> {
  if (list === undefined)
    return new Set(allRules.filter((rule) => rule.enabledByDefault).map(({ id }) => id));
  const prefixes = list.split(',').map((each) => each.trim().toUpperCase());
  const chosen = new Set<string>();
  for (const prefix of prefixes) {
    const matching = allRules.filter(({ id }) => prefix !== '' && id.startsWith(prefix));
    if (matching.length === 0)
      throw new UsageError(
        `--rules ${prefix} names no rule: use ids or their beginnings, SR, XR1.`,
      );
    for (const { id } of matching) chosen.add(id);
  }
  return chosen;
}

/** One thread for each core: more of them only take more memory. */
function jobsOf(jobs: string | undefined): number {
  if (jobs === undefined) return Math.min(4, availableParallelism());
  return wholeNumber('jobs', jobs, { min: 1, max: 64 });
}

function filesOf(
  io: CommandIo,
  paths: readonly string[],
  choice: Choice,
  wants: (path: string) => boolean,
): readonly string[] {
  const isExcluded = (path: string) => choice.exclude.some((glob) => matchesGlob(path, glob));
  const files = paths.flatMap((path) => {
    const found = statSync(resolve(io.workingDirectory, path), { throwIfNoEntry: false });
    if (!found) throw new UsageError(`Cannot read ${path}: there is no such file or folder.`);
    if (!found.isDirectory()) return isExcluded(path) ? [] : [path];
    const folder = resolve(io.workingDirectory, path);
    const below = walk(folder, { ignoreFiles: !choice['no-ignore'], isExcluded, wants });
    return below.map((each) => join(path, each.slice(folder.length + 1)));
  });
  return [...new Set(files)].sort();
}

function partOf(shard: string | undefined): (file: string) => boolean {
  if (shard === undefined) return () => true;
  const [, part, count] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  if (Number(part) < 1 || Number(part) > Number(count) || count === undefined)
    throw new UsageError(`--shard ${shard} is not I/N with I from 1 to N.`);
  return (file) => shardOf(file, Number(count)) === Number(part);
}
