import type { ScaffoldSection } from '#core/knowledge';
import type { Notice } from './model.ts';
import { sectionText, type SectionContext } from './sections.ts';
import { subjectOf } from './subject.ts';

/** What a person should write where the facts end; own words, by section id. */
const prompts: Readonly<Record<string, string>> = {
  summary: 'One paragraph: what was done, what happened, since when.',
  steps: 'Numbered steps with the exact commands, so that somebody else can do the same.',
  expected: 'What should have happened.',
  actual: 'What happened instead; the key lines of the log.',
  frequency: 'always, sometimes (n of m), or once',
  regression:
    'Last good and first bad version or commit; the result of git bisect if there is one.',
  guest: 'The configuration file of the guest, when one is involved.',
  logs: 'The console log from boot to fault, with loglvl=all guest_loglvl=all sync_console.',
  tried: 'A newer version, another kernel, other options, a debug=y build, what searching found.',
  security: `Only when it may concern security.`,
};

/** Sections that are written only when there is something to say. */
const onDemand: ReadonlySet<string> = new Set(['title', 'security']);

/** The report as Markdown that reads as plain text too: one heading per section, lists, fenced log lines. */
export function writeReport(sections: readonly ScaffoldSection[], context: SectionContext): string {
  const title = context.input.answers?.['title'] ?? subjectOf(context.fault, context.facts);
  const parts = [`# ${title}`, ...noticeComment(context.notices)];
  for (const section of sections) {
    const text = context.input.answers?.[section.id] ?? sectionText(section.id, context);
    if (onDemand.has(section.id) && (section.id === 'title' || text === '')) continue;
    const prompt = prompts[section.id] ?? section.prompt;
    const needsPrompt =
      prompt !== undefined && (text === '' || section.id === 'steps' || section.id === 'summary');
    const body = [...(needsPrompt ? [`<!-- ${prompt} -->`] : []), ...(text === '' ? [] : [text])];
    parts.push([`## ${section.label}`, ...body].join('\n\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

/** What to know before sending, as a comment: it is for the writer, not for the reader of the mail. */
function noticeComment(notices: readonly Notice[]): readonly string[] {
  if (notices.length === 0) return [];
  const lines = notices.map(
    ({ title, text, instead }) =>
      `- ${title}. ${text}${instead === undefined ? '' : ` ${instead}`}`,
  );
  return [`<!-- Before you send:\n${lines.join('\n').replaceAll('-->', '- ->')}\n-->`];
}
