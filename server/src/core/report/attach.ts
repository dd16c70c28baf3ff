import type { Scaffold } from '#core/knowledge';
import { redact, type NamedText } from '#core/redaction';
import type { TextEdit } from '#core/text';
import { cleanNames } from './attachment-names.ts';
import { isGuestConfig } from './check.ts';
import { readHostInfo } from './host-info.ts';
import { parseReport, sectionOf, type ReportSection } from './parse.ts';
import { privateStatePath, type PrivateState } from './private-state.ts';
import { environmentRows, missingMark } from './sections.ts';

/** A file to add to a report that exists. */
export interface AttachmentInput {
  readonly reportText: string;
  readonly state: PrivateState;
  /** Names of what is attached already, without the folder. */
  readonly existing: readonly string[];
  readonly source: NamedText;
  readonly scaffold: Scaffold;
}

/** Files to write (none of them report.md) and edits that make report.md speak of the new one. */
export interface AttachmentResult {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly edits: readonly TextEdit[];
}

/**
 * Adds a file to a report: a redacted copy with the report's own pseudonyms, the original in the private part, and
 * in report.md its line among the logs and the facts it holds where they were missing.
 */
export function attachToReport(input: AttachmentInput): AttachmentResult {
  const { state, source } = input;
  const clean = cleanNames([source.name], state.pseudonyms, input.existing);
  const name = clean.names[0] ?? 'file.txt';
  const rows = factRows(input);
  const redaction = redact(
    [
      { name: 'rows', text: rows.map(({ text }) => text).join('\n') },
      { name, text: source.text },
    ],
    { known: { ...state.pseudonyms, ...clean.pseudonyms }, keep: new Set(state.kept) },
  );
  const [hiddenRows, copy] = redaction.files;
  const texts = (hiddenRows?.text ?? '').split('\n');
  const newState: PrivateState = {
    ...state,
    pseudonyms: { ...state.pseudonyms, ...redaction.pseudonyms },
  };
  return {
    files: [
      { path: `attachments/${name}`, text: copy?.text ?? '' },
      { path: `private/original/${name}`, text: source.text },
      { path: privateStatePath, text: `${JSON.stringify(newState, null, 2)}\n` },
    ],
    edits: [
      ...rows.map(({ line, length }, at) => ({
        range: { start: { line, character: 0 }, end: { line, character: length } },
        newText: texts[at] ?? '',
      })),
      ...listEdits(input, name),
    ],
  };
}

interface Row {
  readonly line: number;
  readonly length: number;
  readonly text: string;
}

/** Lines of the environment that are missing and that the new file can fill. */
function factRows({ reportText, source, scaffold }: AttachmentInput): readonly Row[] {
  const section = sectionOf(parseReport(reportText, scaffold), 'environment');
  if (!section) return [];
  const facts = readHostInfo([source]);
  return section.source.split('\n').flatMap((content, at) => {
    const row = environmentRows.find(({ label }) =>
      content.startsWith(`- ${label}: ${missingMark}`),
    );
    const fact = row ? facts[row.key] : undefined;
    if (!row || !fact) return [];
    const value = fact.value.replaceAll(/\s+/g, ' ').replaceAll('`', "'");
    return [
      {
        line: section.headingLine + 1 + at,
        length: content.replace(/\r$/, '').length,
        text: `- ${row.label}: \`${value}\``,
      },
    ];
  });
}

function listEdits(
  { reportText, source, scaffold }: AttachmentInput,
  name: string,
): readonly TextEdit[] {
  const report = parseReport(reportText, scaffold);
  const isConfig = isGuestConfig(source);
  const section = sectionOf(report, isConfig ? 'guest' : 'logs');
  if (!section) return [];
  const what = isConfig ? '' : `: ${source.text.split('\n').length} lines`;
  return [addLine(section, `- [attachments/${name}](attachments/${name})${what}`)];
}

/** Puts a line at a section's end, in place of what says that it is missing. */
function addLine(section: ReportSection, added: string): TextEdit {
  const lines = section.source.split('\n');
  const first = section.headingLine + 1;
  const missing = lines.findIndex((line) => line.startsWith(missingMark));
  if (missing >= 0) {
    const line = first + missing;
    return {
      range: {
        start: { line, character: 0 },
        end: { line, character: (lines[missing] ?? '').length },
      },
      newText: added,
    };
  }
  let last = lines.length - 1;
  while (last >= 0 && (lines[last] ?? '').trim() === '') last--;
  const at = { line: first + last + 1, character: 0 };
  return { range: { start: at, end: at }, newText: last < 0 ? `\n${added}\n` : `${added}\n` };
}
