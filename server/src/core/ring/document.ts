import type { Abi } from '#core/c-types';
import {
  type CostModel,
  DEFAULT_CONFIG,
  DEFAULT_COSTS,
  DEFAULT_WORKLOAD,
  PRESETS,
  type RingConfig,
  type Workload,
  WORKLOADS,
} from './config.ts';
import { type ArmedHazard, HAZARD_IDS } from './hazard-model.ts';
import type { Scenario } from './simulation.ts';

/** A `*.xenring.json` file: what a simulation is made of, what it is compared with, and where it stands. */
export interface RingDocument {
  readonly scenario: Scenario;
  /** The second configuration of a comparison. */
  readonly compareWith?: RingConfig;
  /** Steps from the start. */
  readonly position: number;
}

export const NEW_DOCUMENT: RingDocument = {
  scenario: { config: DEFAULT_CONFIG, workload: DEFAULT_WORKLOAD, seed: 7 },
  position: 0,
};

type Check = (value: unknown) => string | undefined;

const within =
  (min: number, max: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `must be a whole number from ${min} to ${max}`;

const oneOf =
  (...choices: readonly (string | number)[]): Check =>
  (value) =>
    choices.includes(value as string) ? undefined : `must be one of ${choices.join(', ')}`;

const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');

const amount: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= 1e9
    ? undefined
    : 'must be a number of 0 or more';

type Checks<T> = { readonly [K in keyof T]: Check };

/** Named here so that a panel does not carry the layout engine for four words. */
export const RING_ABIS: readonly Abi[] = ['x86_64', 'i386', 'arm64', 'armv7'];

const CONFIG_CHECKS: Checks<RingConfig> = {
  abi: oneOf(...RING_ABIS),
  pageOrder: within(0, 4),
  queues: within(1, 16),
  maxSegments: within(11, 4096),
  persistent: flag,
  dataPath: oneOf('map', 'copy'),
  guestPageKib: oneOf(4, 64),
  publication: oneOf('header', 'linux'),
  startIndex: within(0, 0xffffffff),
  maxPersistentGrants: within(0, 1_000_000),
  frontendWake: oneOf('next', 'half'),
};

const multipleOf512: Check = (value) =>
  within(0, 3584)(value) ??
  ((value as number) % 512 === 0 ? undefined : 'must be a multiple of 512');

const WORKLOAD_CHECKS: Checks<Workload> = {
  ioKib: within(1, 16_384),
  count: within(1, 1_000_000),
  depth: within(1, 4096),
  writePercent: within(0, 100),
  bufferOffsetBytes: multipleOf512,
  flushEvery: within(0, 1_000_000),
  discardEvery: within(0, 1_000_000),
  pattern: oneOf('sequential', 'random'),
};

const COST_CHECKS = Object.fromEntries(
  Object.keys(DEFAULT_COSTS).map((name) => [name, amount]),
) as Checks<CostModel>;

/** Costs that divide. */
const POSITIVE_COSTS: readonly (keyof CostModel)[] = ['memcpyBytesPerUs', 'diskBytesPerUs'];

const HAZARD_CHECKS: Checks<ArmedHazard> = {
  id: oneOf(...HAZARD_IDS),
  checked: flag,
  fromStep: within(0, 10_000_000),
  delaySteps: within(0, 1000),
};

const HAZARD_DEFAULTS: Omit<ArmedHazard, 'id'> = { checked: false, fromStep: 0, delaySteps: 6 };

class Unreadable extends Error {}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads one part of the document over its defaults; an unknown or unfit member is named. */
function readPart<T extends object>(
  where: string,
  value: unknown,
  checks: Checks<T>,
  defaults: Partial<T>,
): T {
  if (!isObject(value)) throw new Unreadable(`"${where}" must be an object.`);
  for (const [name, part] of Object.entries(value)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof T] : undefined;
    if (check === undefined) {
      throw new Unreadable(
        `"${where}.${name}" is not known; known are ${Object.keys(checks).join(', ')}.`,
      );
    }
    const why = check(part);
    if (why !== undefined)
      throw new Unreadable(`"${where}.${name}" ${why}, not ${JSON.stringify(part)}.`);
  }
  return { ...defaults, ...value } as T;
}

function readConfig(where: string, value: unknown): RingConfig {
  if (typeof value === 'string') {
    const preset = PRESETS.find((one) => one.id === value);
    if (preset !== undefined) return preset.value;
    throw new Unreadable(
      `"${where}" names no preset; presets are ${PRESETS.map((one) => one.id).join(', ')}.`,
    );
  }
  return readPart(where, value ?? {}, CONFIG_CHECKS, DEFAULT_CONFIG);
}

function readWorkload(value: unknown): Workload {
  if (typeof value === 'string') {
    const known = WORKLOADS.find((one) => one.id === value);
    if (known !== undefined) return known.value;
    throw new Unreadable(
      `"workload" names no workload; workloads are ${WORKLOADS.map((one) => one.id).join(', ')}.`,
    );
  }
  return readPart('workload', value ?? {}, WORKLOAD_CHECKS, DEFAULT_WORKLOAD);
}

function readCosts(value: unknown): CostModel {
  const costs = readPart('costs', value, COST_CHECKS, DEFAULT_COSTS);
  const zero = POSITIVE_COSTS.find((name) => costs[name] === 0);
  if (zero !== undefined) throw new Unreadable(`"costs.${zero}" must be more than 0.`);
  return costs;
}

function readHazard(value: unknown): ArmedHazard {
  const hazard = readPart<ArmedHazard>('hazard', value, HAZARD_CHECKS, HAZARD_DEFAULTS);
  if (hazard.id === undefined) throw new Unreadable('"hazard.id" is missing.');
  return hazard;
}

function readWhole(name: string, value: unknown, byDefault: number): number {
  if (value === undefined) return byDefault;
  const why = within(0, 0xffffffff)(value);
  if (why !== undefined) throw new Unreadable(`"${name}" ${why}.`);
  return value as number;
}

const MEMBERS = [
  'format',
  'version',
  'config',
  'workload',
  'seed',
  'costs',
  'hazard',
  'compareWith',
  'position',
];

/** Reads a document's text; the members left out have their defaults. A sentence when it cannot be read. */
export function parseRingDocument(text: string): RingDocument | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `The file is not JSON: ${error instanceof Error ? error.message : 'unknown reason'}.`;
  }
  if (!isObject(value)) return 'The file must hold one JSON object.';
  if (value['format'] !== undefined && value['format'] !== 'xenring') {
    return `"format" must be "xenring", not ${JSON.stringify(value['format'])}.`;
  }
  if (value['version'] !== undefined && value['version'] !== 1) {
    return `Version ${JSON.stringify(value['version'])} of the format is not known; this is version 1.`;
  }
  const unknown = Object.keys(value).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) return `"${unknown}" is not known; known are ${MEMBERS.join(', ')}.`;
  try {
    return readDocument(value);
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

function readDocument(value: Record<string, unknown>): RingDocument {
  const scenario: Scenario = {
    config: readConfig('config', value['config']),
    workload: readWorkload(value['workload']),
    seed: readWhole('seed', value['seed'], NEW_DOCUMENT.scenario.seed),
    ...(value['costs'] === undefined ? {} : { costs: readCosts(value['costs']) }),
    ...(value['hazard'] === undefined ? {} : { hazard: readHazard(value['hazard']) }),
  };
  return {
    scenario,
    position: readWhole('position', value['position'], 0),
    ...(value['compareWith'] === undefined
      ? {}
      : { compareWith: readConfig('compareWith', value['compareWith']) }),
  };
}

/** The document as the text of a file. */
export function formatRingDocument(document: RingDocument): string {
  const { scenario, compareWith, position } = document;
  const value = { format: 'xenring', version: 1, ...scenario, compareWith, position };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
