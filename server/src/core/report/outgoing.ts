import { outsideFences, withoutComments } from './parse.ts';
import { securityProcess } from './routing.ts';
import { missingMark, withheldNote } from './sections.ts';

/**
 * The report as its reader should see it, still Markdown: without comments, without sections nobody filled, with
 * `not known` where a fact could not be found, and without what the security note says to the writer alone.
 */
export function outgoingText(reportText: string): string {
  const lines = withoutComments(reportText.replaceAll('\r\n', '\n')).split('\n');
  const outside = outsideFences(lines);
  const kept = lines
    .filter((line, at) => outside[at] !== true || !isForWriter(line))
    .map((line, at) => (outside[at] === true ? forReader(line) : line));
  return collapseBlank(withoutEmptySections(kept)).join('\n');
}

const processLines: ReadonlySet<string> = new Set(securityProcess.map((text) => `- ${text}`));

function isForWriter(line: string): boolean {
  const text = line.trimEnd();
  return text.startsWith(missingMark) || processLines.has(text);
}

function forReader(line: string): string {
  if (line.trimEnd() === withheldNote) return 'Why it may concern security:';
  const row = /^([-*+]\s+[^:]{1,60}):\s*(.*)$/.exec(line);
  return row?.[2]?.startsWith(missingMark) === true ? `${row[1] ?? ''}: not known` : line;
}

/** Drops a heading of the second level that nothing follows but the next one. */
function withoutEmptySections(lines: readonly string[]): readonly string[] {
  const outside = outsideFences(lines);
  const isHeading = (at: number): boolean => outside[at] === true && /^##\s/.test(lines[at] ?? '');
  return lines.filter((_line, at) => {
    if (!isHeading(at)) return true;
    for (let next = at + 1; next < lines.length && !isHeading(next); next++) {
      if ((lines[next] ?? '').trim() !== '') return true;
    }
    return false;
  });
}

/** Never two blank lines in a row outside of quoted logs. */
function collapseBlank(lines: readonly string[]): readonly string[] {
  const outside = outsideFences(lines);
  return lines.filter(
    (line, at) =>
      outside[at] !== true || line.trim() !== '' || (at > 0 && (lines[at - 1] ?? '').trim() !== ''),
  );
}
