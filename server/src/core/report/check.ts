import { redact, type FoundSecret, type NamedText } from '#core/redaction';
import { checkCompleteness } from './completeness.ts';
import { collectFacts } from './facts.ts';
import { findFault } from './fault.ts';
import type {
  Completeness,
  FactKey,
  FactSheet,
  Fault,
  LogSource,
  MaintainersLookup,
  Notice,
  ReportKnowledge,
  Routing,
} from './model.ts';
import { noticesOf } from './notices.ts';
import { parseReport, sectionOf, type ReportDocument } from './parse.ts';
import { readStatement, routeReport } from './routing.ts';
import { assessSecurity } from './security.ts';
import { describeFault, environmentRows, missingMark } from './sections.ts';

/** A report as it lies in its folder. */
export interface ReportFolder {
  readonly reportText: string;
  /** Attached logs, read again: the report is judged by what goes out, not by what was once known. */
  readonly logs: readonly LogSource[];
  /** Other attachments. */
  readonly others: readonly NamedText[];
  readonly chosen?: { readonly log: number; readonly crash: number };
  readonly knowledge: ReportKnowledge;
  readonly maintainersOf?: MaintainersLookup;
  /** Texts that the user decided to leave. */
  readonly keep?: ReadonlySet<string>;
}

/** All that can be said about a report. */
export interface ReportStatus {
  readonly document: ReportDocument;
  readonly fault: Fault;
  readonly facts: FactSheet;
  readonly notices: readonly Notice[];
  readonly routing: Routing;
  readonly completeness: Completeness;
  /** Private texts still in the report or its attachments. */
  readonly leftovers: readonly FoundSecret[];
  /** What the section "Actual result" would say from the attached logs; empty when they show no fault. */
  readonly decodedFault: string;
}

/** Judges a report: what is missing, where it may go, what should not go out. */
export function checkReport(folder: ReportFolder): ReportStatus {
  const { reportText, logs, others, knowledge } = folder;
  const document = parseReport(reportText, knowledge.scaffold);
  const input = {
    logs,
    hostInfo: others,
    configs: [],
    knowledge,
    ...(folder.chosen ? { chosen: folder.chosen } : {}),
  };
  const fault = findFault(input);
  const facts = { ...factsOfReport(document), ...collectFacts(input, fault) };
  const log = fault.log === undefined ? undefined : logs[fault.log];
  const security = assessSecurity(fault, facts, {
    ...(log ? { analysis: log.analysis } : {}),
    logText: logs.map(({ text }) => text).join('\n'),
    userText: userTextOf(document),
  });
  const hasGuestConfig = others.some(isGuestConfig);
  return {
    document,
    fault,
    facts,
    notices: noticesOf(fault, facts, knowledge.advisories),
    routing: routeReport({
      fault,
      facts,
      security,
      statement: readStatement(sectionOf(document, 'security')?.text ?? ''),
      maintainers: fault.places.length > 0 ? folder.maintainersOf?.(fault.places) : undefined,
      isDeviceModel:
        security.reasons.some(({ trigger }) => trigger === 'qemu-crash') || /qemu/i.test(fault.why),
    }),
    completeness: checkCompleteness({
      document,
      fault,
      logs: logs.map(({ analysis }) => analysis),
      hasGuestConfig,
      scaffold: knowledge.scaffold,
    }),
    leftovers: leftoversOf(folder),
    decodedFault: describeFault(fault, logs),
  };
}

/** An `xl create` file: it names or sizes a domain. */
export function isGuestConfig({ name, text }: NamedText): boolean {
  return (
    /\.(?:cfg|xl|pv|hvm)$/.test(name) ||
    (/^\s*name\s*=\s*["']/m.test(text) && /^\s*(?:memory|kernel|disk|type|builder)\s*=/m.test(text))
  );
}

/** Attachments do not change while the report is written: each is looked through once. */
const seenAttachments: WeakMap<NamedText, readonly FoundSecret[]> = new WeakMap();

function leftoversOf({ reportText, logs, others, keep }: ReportFolder): readonly FoundSecret[] {
  const own = redact([{ name: 'report.md', text: reportText }]).found;
  const attached = [...logs, ...others].flatMap((file) => {
    const found = seenAttachments.get(file) ?? redact([file]).found;
    seenAttachments.set(file, found);
    return found;
  });
  return [...own, ...attached].filter(({ text }) => keep?.has(text) !== true);
}

/** What the user wrote, without the log lines and without our own words about security. */
function userTextOf(document: ReportDocument): string {
  return document.sections
    .filter(({ id }) => id !== 'security' && id !== 'environment')
    .map(({ text }) => text.replaceAll(/^\s*(`{3,}|~{3,})[\s\S]*?^\s*\1/gm, ''))
    .join('\n');
}

/** The environment as the report states it, for reports whose logs do not say. */
function factsOfReport(document: ReportDocument): FactSheet {
  const text = sectionOf(document, 'environment')?.text ?? '';
  const facts: Partial<Record<FactKey, { value: string; from: string }>> = {};
  for (const { key, label } of environmentRows) {
    const line = text.split('\n').find((row) => row.startsWith(`- ${label}: `));
    const value = line?.slice(`- ${label}: `.length).replaceAll('`', '').trim();
    if (value === undefined || value === '' || value.startsWith(missingMark)) continue;
    facts[key] = { value, from: 'report.md' };
  }
  return facts;
}
