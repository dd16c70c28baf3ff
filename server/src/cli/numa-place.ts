import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  assembleHost,
  buildDomain,
  decodePlacementVector,
  findTraps,
  placeAsXapi,
  placementRecord,
  readHostInput,
  requestOf,
  type Domain,
  type DomainRequest,
  type GuestConfig,
  type Host,
  type InputProblem,
  type JsonObject,
  type MissingFact,
} from '#core/numa';
import { parseCfg, readGuest } from '#core/xl-cfg';
import { parseXml } from '../parse-xml.ts';
import { oneOf, parseCommandLine, wholeNumber } from './arguments.ts';
import { UsageError, type CommandIo, type ExitStatus } from './command.ts';
import { readInput } from './input.ts';
import { describePlacement } from './numa-text.ts';
import { writeResult } from './output.ts';

const MOST_MIB = 1 << 30;
const options = {
  host: { type: 'string', multiple: true },
  request: { type: 'string' },
  vcpus: { type: 'string' },
  memory: { type: 'string' },
  maxmem: { type: 'string' },
  type: { type: 'string', default: 'pvh' },
  pool: { type: 'string' },
  cpus: { type: 'string' },
  'cpus-soft': { type: 'string' },
  engine: { type: 'string', default: 'libxl' },
} as const;

type PlaceValues = ReturnType<typeof parseCommandLine<typeof options>>['values'];

/** What the host files came to. */
interface KnownHost {
  readonly host: Host;
  readonly domains: readonly Domain[];
  readonly guests: readonly GuestConfig[];
  readonly isSlitRejected: boolean;
  readonly missing: readonly MissingFact[];
  readonly problems: readonly InputProblem[];
  /** The request of a recorded vector. */
  readonly request?: DomainRequest;
}

/** Where the domain goes and why, as text or JSON. */
export async function place(args: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const { values } = parseCommandLine(options, args);
  const engine = oneOf('engine', values.engine, ['libxl', 'xapi']);
  const format = oneOf('format', values.format, ['text', 'json']);
  const known = await readHost(values.host ?? [], io);
  if (known.host.nodes.length === 0 || known.host.cpus.length === 0) {
    throw new UsageError(
      'The --host files name no NUMA nodes with CPUs: give the output of "xl info -n".',
    );
  }
  const { guest, request } = await readRequest(values, known, io);
  const build = buildDomain(known.host, known.domains, request);
  const traps = findTraps({
    host: known.host,
    request,
    build,
    virtualNodes: guest?.virtualNodes ?? [],
    isSlitRejected: known.isSlitRejected,
  });
  const record = placementRecord(known.host, known.domains, build);
  const xapi = engine === 'xapi' ? xapiRecord(known.host, request) : undefined;
  const result: JsonObject = {
    version: 1,
    engine,
    ...record,
    ...xapi,
    need: {
      need_memkb: build.need.needKib,
      shadow_memkb: build.need.shadowKib,
      iommu_memkb: build.need.iommuKib,
    },
    searchRan: build.search !== undefined,
    traps: traps.map((trap) => ({ ...trap })),
    missing: known.missing.map((fact) => ({ ...fact })),
    problems: known.problems.map(({ source, sentence }) => ({ ...source, sentence })),
  };
  const text =
    format === 'json'
      ? `${JSON.stringify(result, null, 2)}\n`
      : describePlacement({ known, request, build, traps, engine, xapi });
  await writeResult(io, values.output, text);
  return 0;
}

async function readHost(files: readonly string[], io: CommandIo): Promise<KnownHost> {
  if (files.length === 0) {
    throw new UsageError('numa place needs --host FILE, e.g. the output of "xl info -n".');
  }
  const texts: { readonly name: string; readonly text: string }[] = [];
  for (const file of files) texts.push(...(await readHostFile(file, io)));
  for (const { text } of texts) {
    const vector = recordedHost(text);
    if (vector !== undefined) return vector;
  }
  return assembleHost(texts.map(({ name, text }) => readHostInput(name, text, parseXml)));
}

/** One file, or all files of a folder but guests' configurations; the files of a sysfs tree get their path as heading. */
async function readHostFile(
  file: string,
  io: CommandIo,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const path = resolve(io.workingDirectory, file);
  if (file === '-' || !isFolder(path)) {
    return [{ name: file, text: (await readInput(io, file)).toString('utf8') }];
  }
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  const contents = names
    .map((name) => ({ name, path: join(path, name) }))
    .filter((entry) => !isFolder(entry.path) && !/(?:^|\/)truth\.json$|\.cfg$/.test(entry.name))
    .map((entry) => ({ name: entry.name, text: readFileSync(entry.path, 'utf8') }));
  const isSysfs = contents.some(({ name }) => /(?:^|\/)node\d+\/(?:cpulist|distance)$/.test(name));
  if (!isSysfs) return contents;
  const joined = contents.map(({ name, text }) => `==> ${name} <==\n${text}`).join('\n');
  return [{ name: file, text: joined }];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A recorded vector or truth.json, which hold a host and its domains as they are. */
function recordedHost(text: string): KnownHost | undefined {
  if (!/^\s*\{\s*"/.test(text) || !text.includes('"host"')) return undefined;
  try {
    const source = JSON.parse(text) as JsonObject;
    const { host, domains, request } = decodePlacementVector(source);
    const rest = { guests: [], isSlitRejected: false, missing: [], problems: [] };
    return { host, domains, ...rest, ...('request' in source ? { request } : {}) };
  } catch {
    return undefined;
  }
}

interface KnownRequest {
  readonly guest: GuestConfig | undefined;
  readonly request: DomainRequest;
}

async function readRequest(
  values: PlaceValues,
  known: KnownHost,
  io: CommandIo,
): Promise<KnownRequest> {
  const guest = await readGuestConfig(values, known, io);
  if (guest === undefined) {
    if (known.request !== undefined) return { guest, request: known.request };
    throw new UsageError('Say which domain: --request FILE, or --vcpus N and --memory MIB.');
  }
  const asked = requestOf(guest, known.host);
  if ('why' in asked) throw new UsageError(asked.why);
  return { guest, request: asked.request };
}

async function readGuestConfig(
  values: PlaceValues,
  known: KnownHost,
  io: CommandIo,
): Promise<GuestConfig | undefined> {
  if (values.request !== undefined) {
    const text = (await readInput(io, values.request)).toString('utf8');
    const { guests } = assembleHost([readHostInput(values.request, text, parseXml)]);
    return guests[0] ?? readGuest(parseCfg(text), known.host).guest;
  }
  if (values.vcpus === undefined && values.memory === undefined) return known.guests[0];
  return readGuest(parseCfg(cfgOf(values)), known.host).guest;
}

/** The options as a configuration file, so that both ways mean the same. */
function cfgOf(values: PlaceValues): string {
  if (values.memory === undefined || values.vcpus === undefined) {
    throw new UsageError('--vcpus and --memory go together.');
  }
  const mib = (name: 'memory' | 'maxmem', value: string): string =>
    `${name} = ${wholeNumber(name, value, { min: 1, max: MOST_MIB })}`;
  const lines = [
    `type = "${oneOf('type', values.type, ['pv', 'hvm', 'pvh'])}"`,
    `vcpus = ${wholeNumber('vcpus', values.vcpus, { min: 1, max: 32_768 })}`,
    mib('memory', values.memory),
    ...(values.maxmem === undefined ? [] : [mib('maxmem', values.maxmem)]),
    ...(values.pool === undefined ? [] : [`pool = ${JSON.stringify(values.pool)}`]),
    ...(values.cpus === undefined ? [] : [`cpus = ${JSON.stringify(values.cpus)}`]),
    ...(values['cpus-soft'] === undefined
      ? []
      : [`cpus_soft = ${JSON.stringify(values['cpus-soft'])}`]),
  ];
  return lines.join('\n');
}

function xapiRecord(host: Host, request: DomainRequest): JsonObject {
  const { enabled, placement } = placeAsXapi(host, request);
  return {
    enabled,
    found: placement !== undefined,
    best:
      placement === undefined ? null : { nodes: [...placement.nodes], cpus: [...placement.cpus] },
    contenders: (placement?.contenders ?? []).slice(0, 64).map(({ candidate, used }) => ({
      nodes: [...candidate.nodes],
      largest_distance: candidate.largestDistance,
      average_distance: candidate.averageDistance,
      used,
    })),
  };
}
