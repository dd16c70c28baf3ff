import { redact, type NamedText } from '#core/redaction';
import { checkReport } from './check.ts';
import { collectFacts } from './facts.ts';
import { findFault } from './fault.ts';
import type { ReportDraft, ReportInput } from './model.ts';
import { noticesOf } from './notices.ts';
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
  const attachments = nameAttachments(input);
  const context: SectionContext = { input, fault, facts, security, notices, attachments };
  const written = writeReport(input.knowledge.scaffold.sections, context);
  const redaction = redact([{ name: 'report.md', text: written }, ...attachments], {
    ...(input.known ? { known: input.known } : {}),
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
        path: pseudonymsPath,
        text: `${JSON.stringify({ version: 1, pseudonyms: redaction.pseudonyms, kept: [...(input.keep ?? [])] }, null, 2)}\n`,
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

/** Where the pseudonyms of a report are kept, in its folder. */
export const pseudonymsPath = 'private/pseudonyms.json';

const privatePath = (name: string): string => name.replace(/^attachments\//, 'private/original/');

/** Reads `private/pseudonyms.json` back; anything else gives nothing. */
export function readPseudonyms(data: unknown): {
  readonly pseudonyms: Readonly<Record<string, string>>;
  readonly kept: ReadonlySet<string>;
} {
  const entry = (typeof data === 'object' && data !== null ? data : {}) as {
    readonly pseudonyms?: unknown;
    readonly kept?: unknown;
  };
  const pairs = Object.entries((entry.pseudonyms ?? {}) as Readonly<Record<string, unknown>>);
  return {
    pseudonyms: Object.fromEntries(
      pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    ),
    kept: new Set(
      Array.isArray(entry.kept) ? entry.kept.filter((text) => typeof text === 'string') : [],
    ),
  };
}

function nameAttachments({ logs, hostInfo, configs, known }: ReportInput): readonly Attachment[] {
  const sources = [
    ...logs.map((source) => ({ source, what: whatIs(source) })),
    ...hostInfo.map((source) => ({ source, what: 'host information' })),
    ...configs.map((source) => ({ source, what: 'guest configuration' })),
  ];
  const names = cleanNames(
    sources.map(({ source }) => source.name),
    known ?? {},
  );
  return sources.map(({ source, what }, at) => ({
    name: `attachments/${names[at] ?? `file-${at + 1}.txt`}`,
    text: source.text,
    what,
  }));
}

function whatIs({ analysis, text }: ReportInput['logs'][number]): string {
  const lines = text.split('\n').length;
  const boots = analysis.boots.length;
  return `log of ${lines} lines${boots === 0 ? ', no boot in it' : boots > 1 ? `, ${boots} boots` : ', from boot'}`;
}

/** File names without guests' and hosts' names, without odd characters, no two alike. */
function cleanNames(
  names: readonly string[],
  known: Readonly<Record<string, string>>,
): readonly string[] {
  const listing = names
    .map((name) => `/var/log/xen/${name.split(/[/\\]/).at(-1) ?? name}`)
    .join('\n');
  const hidden = redact([{ name: 'names', text: listing }], { known }).files[0]?.text ?? listing;
  const taken = new Set<string>();
  return hidden.split('\n').map((line) => {
    const base =
      (line.split('/').at(-1) ?? '')
        .replaceAll(/[<>]/g, '')
        .replaceAll(/[^\w.+-]/g, '_')
        .replace(/^\.+/, '_') || 'file.txt';
    let name = base;
    for (let n = 2; taken.has(name); n++) name = base.replace(/(\.[^.]*)?$/, `-${n}$1`);
    taken.add(name);
    return name;
  });
}
