import { decodeValue } from '#core/knowledge';
import type { KindMatch } from './catalogue.ts';
import {
  describeAddress,
  describeDomain,
  describeErrorNumber,
  describeValue,
  isDecodedRegister,
  type Meaning,
} from './decode-value.ts';
import type { LogKnowledge } from './door.ts';
import { parseLocation } from './frames.ts';
import { instructionAt } from './instruction.ts';
import type { SymbolMap } from './symbol-map.ts';

/** A decoded part of a payload; columns are those of the payload. */
export interface DescribedToken {
  readonly start: number;
  readonly end: number;
  readonly meaning: Meaning;
}

/** What decoding may use besides the knowledge. */
export interface TokenContext {
  readonly knowledge: LogKnowledge;
  readonly map?: SymbolMap | undefined;
  readonly isArm: boolean;
}

const register =
  /\b([a-zA-Z][a-zA-Z0-9_]{0,15}) {0,2}[:=] {0,8}(?:0x)?([0-9a-f]{8,16})(?![0-9a-fA-F])/g;
const address = /(?<![0-9a-zA-Z_])(?:0x)?[0-9a-f]{8,16}(?![0-9a-zA-Z_])/g;
const vcpu = /\bd(?:(\d{1,5})(?:v(\d{1,5}))?|\[([A-Z]{2,8})\](?:v\d{1,5})?)(?!\w)/g;
const namedDomain = /\b(?:[Dd]omain|domid|dom) ?[#=:]? ?(\d{1,5})\b/g;
const selector = /\b([c-gs]s): ([0-9a-f]{4})\b|(?<=^\s{0,4}R?IP:\s{0,6})([0-9a-f]{4})(?=:\[<)/g;
const errorNumber =
  /(?:rc|error|ret|failed|err|errno|status|result|code)[ =:(]{1,4}(-\d{1,4})\b|: (-\d{1,4})\)?\.?$/g;
const xenbusState = /(?<=\/)state[ "=]{1,4}([0-8])\b/g;
const hypercall = /\b[Hh]ypercall[ =#:]{1,3}(\d{1,2})\b/g;
const location =
  /(?:[\w./-]{1,120}#)?[A-Za-z_][\w.]{0,120}\+0(?:x[0-9a-f]{1,8})?\/0x[0-9a-f]{1,8}/g;
const codeBytes = /^\s{0,4}(?:[0-9a-f]{2}|--)(?: (?:<[0-9a-f]{2}>|[0-9a-f]{2}|--)){5,40}\s{0,4}$/;
const byte = /<[0-9a-f]{2}>|\b[0-9a-f]{2}\b/g;

function within(pattern: RegExp, text: string, column: number): RegExpExecArray | undefined {
  for (const match of text.matchAll(pattern))
    if (column >= match.index && column <= match.index + match[0].length) return match;
  return undefined;
}

const token = (match: RegExpExecArray, meaning: Meaning): DescribedToken | undefined =>
  meaning.length === 0
    ? undefined
    : { start: match.index, end: match.index + match[0].length, meaning };

const valueOf = (text: string): bigint => BigInt(text.startsWith('0x') ? text : `0x${text}`);

/** The symbol around an address, where a map is at hand. */
function inMap(value: bigint, { map }: TokenContext): Meaning {
  const place = map?.lookup(value);
  if (place === undefined) return [];
  const offset = `0x${place.offsetBytes.toString(16)}/0x${place.sizeBytes.toString(16)}`;
  return [`In the map: \`${place.name}+${offset}\``];
}

type Finder = (
  payload: string,
  column: number,
  context: TokenContext,
) => DescribedToken | undefined;

const findRegister: Finder = (payload, column, context) => {
  const match = within(register, payload, column);
  if (match === undefined) return undefined;
  const [, name = '', text = ''] = match;
  const value = BigInt(`0x${text}`);
  const decoded = { kind: '', name, text, fields: {} };
  const meaning = isDecodedRegister(name)
    ? describeValue(context.knowledge.tables, decoded)
    : [`**${name}** = ${describeAddress(value, context.isArm).join('')}`];
  return token(match, [...meaning, ...inMap(value, context)]);
};

/** `ss: e010   cs: e008`, and the selector in front of `RIP: e008:[<...>]`. */
const findSelector: Finder = (payload, column, { knowledge }) => {
  const match = within(selector, payload, column);
  if (match === undefined) return undefined;
  const text = match[2] ?? match[3] ?? '';
  return token(match, describeValue(knowledge.tables, { kind: '', name: 'cs', text, fields: {} }));
};

/** A number that a table of the knowledge names, where a word in front says which. */
const findNamed =
  (pattern: RegExp, table: string, title: string): Finder =>
  (payload, column, { knowledge }) => {
    const match = within(pattern, payload, column);
    const [, text = ''] = match ?? [];
    const name = decodeValue(knowledge.tables, table, Number(text));
    if (match === undefined || name === undefined) return undefined;
    return token(match, [`**${title}** ${text}: \`${name}\``]);
  };

const findErrorNumber: Finder = (payload, column, { knowledge }) => {
  const match = within(errorNumber, payload, column);
  if (match === undefined) return undefined;
  const isLibxl = payload.startsWith('libxl');
  const text = match[1] ?? match[2] ?? '';
  return token(match, describeErrorNumber(knowledge.tables, text, isLibxl));
};

/** `file.c#name+0x12/0x34`: which byte of which function. */
const findLocation: Finder = (payload, column, context) => {
  const match = within(location, payload, column);
  return match === undefined ? undefined : token(match, describeLocation(match[0], context));
};

function describeLocation(text: string, { map }: TokenContext): Meaning {
  const { file, symbol, offsetBytes = 0, sizeBytes = 0 } = parseLocation(text);
  if (symbol === undefined) return [];
  const where = file === undefined ? '' : ` of \`${file}\``;
  const known = map?.find(file === undefined ? symbol : `${file}#${symbol}`) ?? map?.find(symbol);
  const start =
    known === undefined ? [] : [`The map has it at \`0x${known.address.toString(16)}\``];
  return [`**\`${symbol}\`**${where}: byte ${offsetBytes} of ${sizeBytes}`, ...start];
}

const findAddress: Finder = (payload, column, context) => {
  const match = within(address, payload, column);
  if (match === undefined || !/\d/.test(match[0])) return undefined;
  const value = valueOf(match[0]);
  return token(match, [...describeAddress(value, context.isArm), ...inMap(value, context)]);
};

const findDomain: Finder = (payload, column, { knowledge }) => {
  const match = within(vcpu, payload, column) ?? within(namedDomain, payload, column);
  if (match === undefined) return undefined;
  const [, id, cpu, special] = match;
  if (special !== undefined) return token(match, [`**d[${special}]**: ${specialDomain(special)}`]);
  const name = describeDomain(knowledge.tables, Number(id)).join('');
  return token(match, [cpu === undefined ? name : `${name}, vCPU ${cpu}`]);
};

const specialDomains: Readonly<Record<string, string>> = {
  IDLE: 'the idle domain: its vCPU n is what CPU n runs when nothing else wants it',
  XEN: 'the domain that owns the memory Xen shares',
  IO: 'the domain that owns memory of devices',
  COW: 'the domain that owns pages shared copy-on-write',
};

const specialDomain = (name: string): string =>
  specialDomains[name] ?? 'one of the special domains of Xen';

/** A byte of `Xen code around <...>`; the one in angle brackets is where RIP stands. */
const findCodeByte: Finder = (payload, column) => {
  if (!codeBytes.test(payload)) return undefined;
  const match = within(byte, payload, column);
  if (match === undefined) return undefined;
  const all = Array.from(payload.matchAll(byte));
  const at = all.findIndex(({ index }) => index === match.index);
  const values = all.map(([text]) => Number.parseInt(text.replace('<', ''), 16));
  const name = instructionAt(values, at);
  const place = match[0].startsWith('<') ? 'RIP stands here' : 'A byte around RIP';
  return token(match, [
    `**Code byte ${match[0].replace(/[<>]/g, '')}**: ${place}`,
    ...(name === undefined ? [] : [`The bytes from here are \`${name}\``]),
  ]);
};

const finders: readonly Finder[] = [
  findCodeByte,
  findRegister,
  findSelector,
  findLocation,
  findErrorNumber,
  findNamed(xenbusState, 'xenbus_state', 'XenBus state'),
  findNamed(hypercall, 'hypercall', 'Hypercall'),
  findAddress,
  findDomain,
];

/** The value under a column of a payload by its form: a register, a location, an error number, an address, a domain. */
function tokenAt(
  payload: string,
  column: number,
  context: TokenContext,
): DescribedToken | undefined {
  for (const find of finders) {
    const found = find(payload, column, context);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The named field of a message under a column; the narrowest where fields nest. */
function narrowestField(
  match: KindMatch,
  payload: string,
  column: number,
): { readonly name: string; readonly start: number; readonly end: number } | undefined {
  const indices = new RegExp(match.kind.pattern.source, 'd').exec(payload)?.indices?.groups ?? {};
  let best: { name: string; start: number; end: number } | undefined;
  for (const [name, range] of Object.entries(indices)) {
    if (range === undefined) continue;
    const [start, end] = range;
    if (column < start || column > end || start === end) continue;
    if (best === undefined || end - start < best.end - best.start) best = { name, start, end };
  }
  return best;
}

/** The function behind `>] R common/file.c#`, as RIP and the frames of a trace print it after the address. */
const behind =
  /^>\]:?(?: [RFSC])? ((?:[\w./-]{1,120}#)?[A-Za-z_][\w.]{0,120}\+0(?:x[0-9a-f]{1,8})?\/0x[0-9a-f]{1,8})/;

/** Where an address is: by what the line prints behind it, and by the map. */
function placeOf(text: string, rest: string, context: TokenContext): Meaning {
  if (!/^(?:0x)?[0-9a-f]{8,16}$/.test(text)) return [];
  const printed = behind.exec(rest)?.[1];
  const place = printed === undefined ? [] : describeLocation(printed, context);
  return [...place, ...inMap(valueOf(text), context)];
}

/** The field of a message or the value under a column, decoded; a field that no table decodes has its own words. */
export function valueAt(
  match: KindMatch | undefined,
  payload: string,
  column: number,
  context: TokenContext,
): DescribedToken | undefined {
  const field = match === undefined ? undefined : narrowestField(match, payload, column);
  if (match === undefined || field === undefined) return tokenAt(payload, column, context);
  const { name, start, end } = field;
  const { kind, fields } = match;
  const text = fields[name] ?? '';
  const printed = { kind: kind.id, name, text, fields };
  const meaning = describeValue(context.knowledge.tables, printed);
  if (meaning.length > 0)
    return { start, end, meaning: [...meaning, ...placeOf(text, payload.slice(end), context)] };
  const token = tokenAt(payload, column, context);
  const documented = kind.fields[name];
  if (token !== undefined || documented === undefined) return token;
  return { start, end, meaning: [`**${name}** \`${text}\`: ${documented}`] };
}
