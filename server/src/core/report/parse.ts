import type { Range } from '#core/text';
import type { Scaffold } from '#core/knowledge';

/** One section of a report as it stands in the file. */
export interface ReportSection {
  readonly id: string;
  readonly label: string;
  /** The heading's line and the text under it, from 0; `endLine` is the last line of the section. */
  readonly headingLine: number;
  readonly endLine: number;
  /** The text without comments, trimmed. */
  readonly text: string;
  /** The text as written. */
  readonly source: string;
}

/** A report.md, read back. */
export interface ReportDocument {
  readonly title: string;
  readonly titleLine: number;
  readonly sections: readonly ReportSection[];
  readonly lineCount: number;
}

const heading = /^(#{1,2})\s+(.*?)\s*#*\s*$/;

/** Reads a report back: the title, and the sections that the scaffold knows, by their labels. Never fails. */
export function parseReport(text: string, scaffold: Scaffold): ReportDocument {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const byLabel = new Map(scaffold.sections.map(({ id, label }) => [label.toLowerCase(), id]));
  const sections: ReportSection[] = [];
  let title = '';
  let titleLine = 0;
  let open: { id: string; label: string; headingLine: number } | undefined;
  const close = (endLine: number): void => {
    if (!open) return;
    const source = lines.slice(open.headingLine + 1, endLine + 1).join('\n');
    sections.push({ ...open, endLine, source, text: withoutComments(source).trim() });
    open = undefined;
  };
  const outside = outsideFences(lines);
  lines.forEach((line, at) => {
    const match = outside[at] === true ? heading.exec(line) : null;
    if (!match) return;
    if (match[1] === '#') {
      if (title !== '') return;
      title = match[2] ?? '';
      titleLine = at;
      return;
    }
    close(at - 1);
    const label = match[2] ?? '';
    const id = byLabel.get(label.toLowerCase());
    if (id !== undefined) open = { id, label, headingLine: at };
  });
  close(lines.length - 1);
  return { title, titleLine, sections, lineCount: lines.length };
}

/** True for the lines that stand in no fenced block and in no comment. */
export function outsideFences(lines: readonly string[]): readonly boolean[] {
  let fence: string | undefined;
  let inComment = false;
  return lines.map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true) fence = undefined;
      return false;
    }
    if (inComment) {
      if (line.includes('-->')) inComment = false;
      return false;
    }
    if (mark !== undefined) {
      fence = mark.slice(0, 3);
      return false;
    }
    if (line.includes('<!--') && !line.includes('-->', line.indexOf('<!--'))) {
      inComment = true;
      return false;
    }
    return true;
  });
}

/** Comments are for the writer; those inside fenced blocks are log text and stay. */
export function withoutComments(text: string): string {
  const pieces = text.split(/(^\s*(?:`{3,}|~{3,})[^\n]*\n[\s\S]*?^\s*(?:`{3,}|~{3,})\s*$)/m);
  return pieces
    .map((piece, at) => (at % 2 === 1 ? piece : piece.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '')))
    .join('');
}

/** Section by id. */
export function sectionOf(report: ReportDocument, id: string): ReportSection | undefined {
  return report.sections.find((section) => section.id === id);
}

/** Range of one line of a text, without its line end. */
export function lineRange(text: string, line: number): Range {
  const content = (text.split('\n')[line] ?? '').replace(/\r$/, '');
  return { start: { line, character: 0 }, end: { line, character: content.length } };
}
