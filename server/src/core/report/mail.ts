import { outgoingText } from './outgoing.ts';
import { outsideFences } from './parse.ts';

/** Columns of a plain-text mail. */
const columns = 72;

/**
 * A report as the body of a plain-text mail: headings underlined, lists kept, prose wrapped at 72 columns, log lines
 * quoted with `> ` and never wrapped, comments left out, links to attachments as their names.
 */
export function plainTextOf(reportText: string): string {
  const lines = outgoingText(reportText).split('\n');
  const outside = outsideFences(lines);
  const out: string[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) out.push(...wrap(paragraph.join(' '), '', ''));
    paragraph = [];
  };
  lines.forEach((line, at) => {
    if (outside[at] !== true) {
      flush();
      if (!/^\s*(?:`{3,}|~{3,})/.test(line)) out.push(`> ${line}`.trimEnd());
      return;
    }
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line);
    const item = /^(\s*)((?:[-*+]|\d+[.)])\s+)(.*)$/.exec(line);
    if (heading) {
      flush();
      if (!/^#\s/.test(line)) out.push(...underlined((heading[1] ?? '').replace(/\s+/g, ' ')));
    } else if (item) {
      flush();
      const indent = `${item[1] ?? ''}${item[2] ?? ''}`.replace(/[*+]/, '-');
      out.push(...wrap(plainInline(item[3] ?? ''), indent, ' '.repeat(indent.length)));
    } else if (line.trim() === '') {
      flush();
      out.push('');
    } else {
      paragraph.push(plainInline(line.trim()));
    }
  });
  flush();
  return `${collapse(out).join('\n')}\n`;
}

function underlined(title: string): readonly string[] {
  return [title, '-'.repeat(Math.min(columns, title.length))];
}

/** Code marks, emphasis and links of one line as plain words. */
function plainInline(text: string): string {
  return text
    .replaceAll(/`([^`]*)`/g, '$1')
    .replaceAll(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_whole, label: string, target: string) =>
      label === target || target.startsWith('attachments/')
        ? label.replace(/^attachments\//, '')
        : `${label} (${target})`,
    );
}

/** Wraps words; one that no line can hold stands alone, quoted, as a log line would. */
function wrap(text: string, first: string, next: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isFresh = true;
  for (const word of text.split(/\s+/).filter((entry) => entry !== '')) {
    if (word.length > columns - next.length) {
      if (!isFresh) lines.push(line);
      else if (line.trim() !== '') lines.push(line.trimEnd());
      lines.push(`> ${word}`);
      line = next;
      isFresh = true;
    } else if (!isFresh && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `${next}${word}`;
    } else {
      line = isFresh ? `${line}${word}` : `${line} ${word}`;
      isFresh = false;
    }
  }
  return isFresh && lines.length > 0 ? lines : [...lines, line.trimEnd()];
}

/** No blank line at the ends, never two in a row. */
function collapse(lines: readonly string[]): readonly string[] {
  return lines.filter(
    (line, at) => line !== '' || (at > 0 && at < lines.length - 1 && lines[at - 1] !== ''),
  );
}
