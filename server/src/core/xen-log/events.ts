import type { MessageKind } from '#core/knowledge';
import type { Severity } from '#core/findings';
import { severityOf, type UnlistedLevel } from './levels.ts';
import type { LogEvent } from './model.ts';
import { vcpuOf, type ReadLine } from './read-line.ts';

const domainFields = ['dom', 'domid', 'dom2', 'fdom', 'own'] as const;
/** Families whose field `id` is a domain. */
const idIsDomain: ReadonlySet<string> = new Set([
  'xen.boot.dom0build',
  'xen.boot.dom0create',
  'xen.mem.noalloc',
]);

/** The domain a line speaks of; undefined when it names none. */
function domainOf(fields: Readonly<Record<string, string>>, kind: MessageKind): number | undefined {
  for (const name of domainFields) {
    const match = /^d?(\d{1,5})$/.exec(fields[name] ?? '');
    if (match !== null) return Number(match[1]);
  }
  const vcpu = vcpuOf(fields['vcpu']);
  if (vcpu !== undefined) return vcpu.domain;
  const id = idIsDomain.has(kind.id) ? fields['id'] : undefined;
  return id === undefined ? undefined : Number(id);
}

function cpuOf(fields: Readonly<Record<string, string>>): number | undefined {
  const cpu = fields['cpu'];
  return cpu !== undefined && /^\d{1,5}$/.test(cpu) ? Number(cpu) : undefined;
}

/** Severity of a line inside a dump: the block speaks, its lines do not (logs.md section 3). */
const quietInBlock = /^xen\.crash\.(?:pf\.|header)|^xen\.panic\./;

/** The event of a line that matched a kind. */
export function eventOf(line: ReadLine, id: number, payloadColumn: number): LogEvent | undefined {
  const match = line.match;
  if (match === undefined) return undefined;
  const { kind, fields } = match;
  const domain = line.guestDomain ?? domainOf(fields, kind);
  const cpu = cpuOf(fields);
  return {
    id,
    kind: kind.id,
    severity: severityOf(kind, fields),
    line: line.number,
    endLine: line.number,
    ...(line.time === undefined ? {} : { time: line.time }),
    dialect: line.dialect,
    ...(domain === undefined ? {} : { domain }),
    ...(cpu === undefined ? {} : { cpu }),
    title: kind.title,
    text: line.payload,
    payloadColumn,
    fields,
    rootCauseRank: kind.rootCauseRank,
    isGeneric: kind.isGeneric,
  };
}

/** The event of a line that reports trouble in words the knowledge base does not know. */
export function unlistedEvent(
  line: ReadLine,
  level: UnlistedLevel,
  id: number,
  payloadColumn: number,
): LogEvent {
  const severity: Severity = 'information';
  return {
    id,
    kind: `unlisted.${level}`,
    severity,
    line: line.number,
    endLine: line.number,
    ...(line.time === undefined ? {} : { time: line.time }),
    dialect: line.dialect,
    ...(line.guestDomain === undefined ? {} : { domain: line.guestDomain }),
    title: level === 'error' ? 'Reports a failure' : 'Reports something odd',
    text: line.payload,
    payloadColumn,
    fields: {},
    rootCauseRank: level === 'error' ? 5 : 2,
    isGeneric: true,
  };
}

/** True for lines whose severity their dump decides. */
export const isQuietInBlock = (kind: string): boolean => quietInBlock.test(kind);
