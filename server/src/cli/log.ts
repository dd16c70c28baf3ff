import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAdvisories, type Advisories } from '#core/knowledge';
import {
  createLogScanner,
  knownFixesOf,
  parseSymbolMap,
  scanLog,
  type LogAnalysis,
  type LogEvent,
  type LogKnowledge,
  type SymbolMap,
} from '#core/xen-log';
import { knowledgeFolder } from '../knowledge-folder.ts';
import { logKnowledge } from '../log-files/log-knowledge.ts';
import { scanFile } from '../log-files/scan-file.ts';
import { nodePorts } from '../node-ports.ts';
import { oneOf, parseCommandLine } from './arguments.ts';
import { UsageError, type Command, type CommandIo, type ExitStatus } from './command.ts';
import { readInput } from './input.ts';
import { closingJson, crashJson, eventJson, fixesJson, jsonText } from './log-json.ts';
import { LogSource, placeOfFrame } from './log-source.ts';
import { analysisText, incidentText } from './log-text.ts';
import { failOnLevels, statusOf } from './output.ts';
import { StreamedResult } from './streamed-result.ts';

/** Files from this size on are read by threads, with hints beyond a sample only counted. */
const largeBytes = 16 << 20;

interface LogTools {
  readonly io: CommandIo;
  readonly knowledge: LogKnowledge;
  readonly map: SymbolMap | undefined;
  readonly source: LogSource | undefined;
  readonly advisories: Advisories;
  readonly format: 'text' | 'json';
  readonly eventsOnly: boolean;
  readonly isColored: boolean;
  readonly out: StreamedResult;
}

async function readMap(io: CommandIo, file: string | undefined): Promise<SymbolMap | undefined> {
  if (file === undefined) return undefined;
  const map = parseSymbolMap((await readInput(io, file)).toString('latin1'));
  if (map === undefined)
    throw new UsageError(`${file} holds no symbols: give a xen-syms.map or System.map.`);
  return map;
}

interface Scanned {
  readonly analysis: LogAnalysis;
  readonly bytes: number;
}

async function scanInput(
  file: string,
  tools: LogTools,
  onEvent: (event: LogEvent) => void,
): Promise<Scanned> {
  if (file === '-') return scanPipe(tools, onEvent);
  const path = resolve(tools.io.workingDirectory, file);
  const size = sizeOf(path);
  if (size === undefined || size < largeBytes) {
    const bytes = await readInput(tools.io, file);
    return {
      analysis: scanLog(bytes.toString('utf8'), tools.knowledge, { onEvent }),
      bytes: bytes.length,
    };
  }
  const progress = tools.io.isTerminal
    ? (share: number) => void tools.io.stderr.write(`\r${file}: ${(share * 100).toFixed(0)} %`)
    : undefined;
  const { analysis, sizeBytes } = await scanFile(path, tools.knowledge, {
    onEvent,
    knowledgeFolder: knowledgeFolder(),
    maxEvents: 0,
    threads: 1,
    picksItself: true,
    onBlock: async (share) => {
      progress?.(share);
      await tools.out.flush();
    },
  });
  if (progress !== undefined) tools.io.stderr.write('\r\u001b[K');
  return { analysis, bytes: sizeBytes };
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch {
    // The one who reads the file says what is wrong with it.
    return undefined;
  }
}

/** A pipe is read as it comes: in text, trouble is told at once. */
async function scanPipe(tools: LogTools, onEvent: (event: LogEvent) => void): Promise<Scanned> {
  const scanner = createLogScanner(tools.knowledge, { onEvent });
  let bytes = 0;
  tools.io.stdin.setEncoding('utf8');
  for await (const chunk of tools.io.stdin) {
    const text = String(chunk);
    bytes += Buffer.byteLength(text);
    scanner.feed(text);
    await tools.out.flush();
  }
  return { analysis: scanner.finish(), bytes };
}

async function reportJson(file: string, tools: LogTools): Promise<LogAnalysis> {
  const kinds = new Map(tools.knowledge.messages.map((kind) => [kind.id, kind]));
  let separator = '';
  tools.out.write(`{"file":${jsonText(file)},"events":[`);
  const { analysis, bytes } = await scanInput(file, tools, (event) => {
    tools.out.write(
      `${separator}\n${jsonText(eventJson(event, kinds.get(event.kind), tools.source?.originOf(event)))}`,
    );
    separator = ',';
  });
  const frames = analysis.crashes.flatMap((crash) => crash.callTrace);
  const verdict = tools.map?.verify(
    frames.filter((frame) => frame.mark !== 'stack-word' || frame.file !== undefined),
  );
  const map = verdict?.kind === 'wrong' ? undefined : tools.map;
  const crashes = analysis.crashes.map((crash) =>
    crashJson(crash, (frame) =>
      tools.source === undefined
        ? placeOfFrame(frame, map, undefined)
        : tools.source.placeOfFrame(frame, map),
    ),
  );
  const fixes = knownFixesOf(analysis, tools.advisories);
  const closing = closingJson(analysis, crashes, {
    bytes,
    ...(verdict === undefined ? {} : { map: verdict }),
    boots: analysis.boots,
    ...(fixes === undefined ? {} : { knownFixes: fixesJson(fixes) }),
  });
  const kept = tools.eventsOnly
    ? { bytes, lines: closing['lines'], classifiedLines: closing['classifiedLines'] }
    : closing;
  tools.out.write(`],${jsonText(kept).slice(1)}`);
  return analysis;
}

async function reportText(file: string, tools: LogTools): Promise<LogAnalysis> {
  const isLive = file === '-' || tools.eventsOnly;
  const { analysis } = await scanInput(file, tools, (event) => {
    if (
      !isLive ||
      (!tools.eventsOnly && event.severity !== 'error' && event.severity !== 'warning')
    )
      return;
    tools.out.write(
      incidentText(
        file,
        { ...event, message: event.text.trim(), count: 1, related: [], nextSteps: [] },
        tools.isColored,
        tools.source?.originOf(event),
      ),
    );
  });
  if (!tools.eventsOnly)
    tools.out.write(
      analysisText(
        { file, analysis, fixes: knownFixesOf(analysis, tools.advisories) },
        tools.isColored,
      ),
    );
  return analysis;
}

async function run(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values, positionals } = parseCommandLine(
    {
      source: { type: 'string' },
      map: { type: 'string' },
      'events-only': { type: 'boolean', default: false },
    },
    args,
  );
  const format = oneOf('format', values.format, ['text', 'json']);
  const failOn = oneOf('fail-on', values['fail-on'], failOnLevels);
  const color = oneOf('color', values.color, ['auto', 'always', 'never']);
  if (positionals.length === 0) throw new UsageError('log needs a file, or - for standard input.');
  const ports = nodePorts(knowledgeFolder());
  const out = new StreamedResult(io, values.output);
  const tools: LogTools = {
    io,
    knowledge: logKnowledge(ports),
    map: await readMap(io, values.map),
    source:
      values.source === undefined
        ? undefined
        : await LogSource.at(resolve(io.workingDirectory, values.source), io.environment),
    advisories: readAdvisories(ports.knowledge('xsa')),
    format,
    eventsOnly: values['events-only'],
    isColored:
      color === 'always' ||
      (color === 'auto' &&
        io.isTerminal &&
        values.output === undefined &&
        !io.environment['NO_COLOR']),
    out,
  };
  const severities: Parameters<typeof statusOf>[0][] = [];
  try {
    if (format === 'json') out.write('{"version":1,"files":[');
    for (const [index, file] of positionals.entries()) {
      if (format === 'json' && index > 0) out.write(',\n');
      const analysis =
        format === 'json' ? await reportJson(file, tools) : await reportText(file, tools);
      severities.push(analysis.incidents.map((incident) => incident.severity));
      await out.flush();
    }
    if (format === 'json') out.write(']}\n');
    await out.finish();
  } catch (error) {
    out.discard();
    throw error;
  }
  return statusOf(
    severities.flatMap((each) => [...each]),
    failOn,
  );
}

/** `xen-devtools log`: what happened in Xen logs of any size. */
export const log: Command = {
  name: 'log',
  summary: 'say what happened in a Xen log: events, crashes with their cause, boot facts',
  usage: `Usage: xen-devtools log FILE|- ... [--source DIR] [--map FILE] [--events-only]
                        [--format text|json] [--output FILE] [--color auto|always|never]
                        [--fail-on error|warning|hint|never]

Reads hypervisor consoles, xl dmesg, dom0 kernel logs, toolstack and xenstored logs of any size; - reads a
pipe as it comes (xl dmesg | xen-devtools log -).

  --source DIR   a Xen (or Linux) source tree: frames get the file and line of their function, messages the
                 call that prints them (read once, then kept in the cache folder)
  --map FILE     xen-syms.map or System.map of the build; it is compared with the frames, and a map of
                 another build is told and not used
  --events-only  the events alone

Exit status: 0 nothing at or above --fail-on (default warning), 1 something, 2 unusable arguments or input.
`,
  run,
};
