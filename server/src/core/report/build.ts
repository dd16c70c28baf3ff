import { redact, type NamedText, type PseudonymMap } from '#core/redaction';
import { cleanNames } from './attachment-names.ts';
import { checkReport } from './check.ts';
import { collectFacts } from './facts.ts';
import { findFault } from './fault.ts';
import type { ReportDraft, ReportInput } from './model.ts';
import { noticesOf } from './notices.ts';
import { privateStatePath, type PrivateState } from './private-state.ts';
import { assessSecurity } from './security.ts';
import type { SectionContext } from './sections.ts';
import { writeReport } from './write.ts';

type Attachment = NamedText & { readonly what: string };

/**
 * Makes a report folder from facts: report.md, redacted attachments, and a private part that git ignores with the
 * originals and the list of pseudonyms. Writes nothing.
 */
export function buildReport(input: ReportInput): ReportDraft {
  const fault = findFault(input);
  const facts = collectFacts(input, fault);
  const log = fault.log === undefined ? undefined : input.logs[fault.log];
  const security = assessSecurity(fault, facts, {
    ...(log ? { analysis: log.analysis } : {}),
    logText: input.logs.map(({ text }) => text).join('\n'),
    userText: Object.values(input.answers ?? {}).join('\n'),
  });
  const notices = noticesOf(fault, facts, input.knowledge.advisories);
  const { attachments, known } = nameAttachments(input);
  const context: SectionContext = { input, fault, facts, security, notices, attachments };
  const written = writeReport(input.knowledge.scaffold.sections, context);
  const redaction = redact([{ name: 'report.md', text: written }, ...attachments], {
    known,
    ...(input.keep ? { keep: input.keep } : {}),
  });
  const [report, ...copies] = redaction.files;
  const reportText = report?.text ?? written;
  const status = checkReport({
    reportText,
    logs: input.logs.map((source, at) => ({ ...source, text: copies[at]?.text ?? source.text })),
    others: copies.slice(input.logs.length),
    ...(input.chosen ? { chosen: input.chosen } : {}),
    knowledge: input.knowledge,
    ...(input.maintainersOf ? { maintainersOf: input.maintainersOf } : {}),
  });
  return {
    title: status.document.title,
    reportText,
    files: [
      { path: '.gitignore', text: 'private/\n' },
      { path: 'report.md', text: reportText },
      ...copies.map(({ name, text }) => ({ path: name, text })),
      ...attachments.map(({ name, text }) => ({ path: privatePath(name), text })),
      {
        path: privateStatePath,
        text: privateState(
          input,
          attachments.map(({ name }) => name),
          redaction.pseudonyms,
        ),
      },
    ],
    facts,
    fault,
    notices,
    routing: status.routing,
    completeness: status.completeness,
    redactions: redaction.found,
    pseudonyms: redaction.pseudonyms,
  };
}

const privatePath = (name: string): string => name.replace(/^attachments\//, 'private/original/');

function privateState(
  { keep, chosen, logs }: ReportInput,
  names: readonly string[],
  pseudonyms: PseudonymMap,
): string {
  const crash = chosen ? logs[chosen.log]?.analysis.crashes[chosen.crash] : undefined;
  const state: PrivateState = {
    version: 1,
    pseudonyms,
    kept: [...(keep ?? [])],
    ...(chosen && crash
      ? { crash: { attachment: names[chosen.log] ?? '', line: crash.line } }
      : {}),
  };
  return `${JSON.stringify(state, null, 2)}\n`;
}

function nameAttachments({ logs, hostInfo, configs, known = {} }: ReportInput): {
  readonly attachments: readonly Attachment[];
  readonly known: PseudonymMap;
} {
  const sources = [
    ...logs.map((source) => ({ source, what: whatIs(source) })),
    ...hostInfo.map((source) => ({ source, what: 'host information' })),
    ...configs.map((source) => ({ source, what: 'guest configuration' })),
  ];
  const clean = cleanNames(
    sources.map(({ source }) => source.name),
    known,
  );
  const attachments = sources.map(({ source, what }, at) => ({
    name: `attachments/${clean.names[at] ?? `file-${at + 1}.txt`}`,
    text: source.text,
    what,
  }));
  return { attachments, known: { ...known, ...clean.pseudonyms } };
}

function whatIs({ analysis, text }: ReportInput['logs'][number]): string {
  const lines = text.split('\n').length;
  const boots = analysis.boots.length;
  return `log of ${lines} lines${boots === 0 ? ', no boot in it' : boots > 1 ? `, ${boots} boots` : ', from boot'}`;
}
