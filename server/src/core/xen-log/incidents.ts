import { isQuietInBlock } from './events.ts';
import type { Crash, Dialect, Incident, LogEvent } from './model.ts';
import { shapeOf } from './shape.ts';

type Related = Incident['related'][number];

interface Group {
  readonly events: LogEvent[];
  lastLine: number;
}

interface Draft {
  readonly key: LogEvent;
  readonly related: readonly Related[];
  readonly endLine: number;
  count: number;
}

const toolstack: ReadonlySet<Dialect> = new Set([
  'libxl',
  'libxc',
  'xl',
  'hotplug',
  'qemu',
  'libvirt',
]);

/** How many lines may lie between two messages of one cascade. */
const reach = { toolstack: 40, other: 3 } as const;

const mostIncidents = 5000;
const mostRelated = 24;

const isTrouble = (event: LogEvent): boolean =>
  event.severity === 'error' || event.severity === 'warning';

/** Lines of a cascade that only follow: hints of the toolstack, unlisted failures beside a listed one. */
const canFollow = (event: LogEvent): boolean =>
  isTrouble(event) ||
  event.rootCauseRank > 0 ||
  event.kind.startsWith('unlisted.') ||
  event.kind.startsWith('libxl.cascade');

/**
 * Turns events into incidents: one for each thing that happened, on the line that explains it best, the lines
 * that only follow from it as related ones, repetitions as a count.
 */
export class IncidentReader {
  private group: Group | undefined;
  private readonly drafts: Map<string, Draft> = new Map();

  take(event: LogEvent): void {
    const isTool = toolstack.has(event.dialect);
    if (!isTrouble(event) && !(isTool && canFollow(event) && this.group !== undefined)) return;
    if (isQuietInBlock(event.kind)) return;
    if (this.group !== undefined && !this.belongs(event, this.group)) this.closeGroup();
    if (this.group === undefined) {
      if (isTrouble(event)) this.group = { events: [event], lastLine: event.endLine };
      return;
    }
    if (this.group.events.length < 200) this.group.events.push(event);
    this.group.lastLine = event.endLine;
  }

  /** Everything that happened, crashes first where both speak of a line. */
  list(crashes: readonly Crash[]): readonly Incident[] {
    this.closeGroup();
    const inCrash = new Set<number>(crashes.flatMap((crash) => crash.lines));
    const incidents = withoutRepeats(crashes.map(incidentOfCrash));
    for (const draft of this.drafts.values())
      if (!inCrash.has(draft.key.line)) incidents.push(incidentOf(draft));
    return incidents.toSorted((a, b) => a.line - b.line);
  }

  private belongs(event: LogEvent, group: Group): boolean {
    const first = group.events[0];
    if (first === undefined) return false;
    const isTool = toolstack.has(event.dialect);
    if (isTool !== toolstack.has(first.dialect)) return false;
    if (event.endLine - group.lastLine > (isTool ? reach.toolstack : reach.other)) return false;
    const other = group.events.find((each) => each.domain !== undefined)?.domain;
    if (event.domain !== undefined && other !== undefined && event.domain !== other) return false;
    // A repetition is a new incident, which the count takes up.
    return isTool || !group.events.some((each) => each.kind === event.kind);
  }

  private closeGroup(): void {
    const group = this.group;
    this.group = undefined;
    const first = group?.events.find(isTrouble);
    if (group === undefined || first === undefined) return;
    let key = first;
    for (const event of group.events)
      if (isTrouble(event) && event.rootCauseRank > key.rootCauseRank) key = event;
    const name = `${key.kind}|${shapeOf(key.text)}`;
    const known = this.drafts.get(name);
    if (known !== undefined) {
      known.count++;
      return;
    }
    if (this.drafts.size >= mostIncidents) return;
    const related = group.events
      .filter((event) => event !== key)
      .slice(0, mostRelated)
      .map((event) => ({
        line: event.line,
        text: event.text.trim(),
        why: event.line < key.line ? 'Said before it' : 'Follows from it',
      }));
    this.drafts.set(name, { key, related, endLine: key.endLine, count: 1 });
  }
}

/** Deaths of domains that differ only in numbers are one incident with a count; each death of the host stands. */
function withoutRepeats(incidents: readonly Incident[]): Incident[] {
  const kept: Map<string, Incident> = new Map();
  for (const incident of incidents) {
    const canRepeat = incident.kind === 'crash.domain-crash' || incident.severity === 'warning';
    const key = canRepeat ? `${incident.kind}|${shapeOf(incident.message)}` : `${incident.line}`;
    const first = kept.get(key);
    kept.set(key, first === undefined ? incident : { ...first, count: first.count + 1 });
  }
  return [...kept.values()];
}

function incidentOf(draft: Draft): Incident {
  const { key } = draft;
  return {
    kind: key.kind,
    severity: key.severity,
    line: key.line,
    endLine: draft.endLine,
    title: key.title,
    message: key.text.trim(),
    count: draft.count,
    related: draft.related,
    nextSteps: [],
  };
}

function incidentOfCrash(crash: Crash, index: number): Incident {
  const isWarning = crash.outcome === 'continued';
  return {
    kind: `crash.${crash.kind}`,
    severity: isWarning ? 'warning' : 'error',
    line: crash.keyLine,
    endLine: crash.keyLine,
    title: isWarning
      ? 'Warning with a dump'
      : crash.outcome === 'domain-died'
        ? 'A domain crashed'
        : 'Crash',
    message: crash.cause,
    count: 1,
    related: crash.evidence
      .filter((evidence) => evidence.line !== crash.keyLine)
      .map(({ line, text, why }) => ({ line, text, why })),
    nextSteps: crash.nextSteps,
    crash: index,
  };
}
