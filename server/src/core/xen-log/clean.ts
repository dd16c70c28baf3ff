/** A line without what terminals, serial lines and web pages add, and where each kept character stood. */
export interface CleanLine {
  readonly text: string;
  /** Original column of each character of `text`; undefined when nothing was taken out before the end. */
  readonly columns?: readonly number[];
}

const ESCAPE = 27;
const BACKSPACE = 8;
const TAB = 9;
const NO_BREAK_SPACE = 0xa0;
const AMPERSAND = 0x26;

/** What web pages put for characters of a dump. */
const entity = /&(?:(lt|gt|amp|quot|apos|nbsp)|#(\d{1,5})|#x([0-9a-fA-F]{1,4}));/y;
const namedEntities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Longest line that is looked at; the rest of a longer one is counted, not read. */
export const longestLine = 16_384;

/** What says nothing at the end of a line: blanks, and the carriage returns of serial captures. */
const isBlank = (code: number): boolean => code === 13 || code === 32 || code === TAB;

/** End of a terminal sequence that starts at `at` with ESC: CSI, OSC or a two-character one. */
function endOfEscape(line: string, at: number): number {
  const next = line.charCodeAt(at + 1);
  if (next === 0x5b) {
    for (let i = at + 2; i < line.length; i++) {
      const code = line.charCodeAt(i);
      if (code >= 0x40 && code <= 0x7e) return i + 1;
      if (code < 0x20) return i;
    }
    return line.length;
  }
  if (next === 0x5d) {
    for (let i = at + 2; i < line.length; i++) {
      if (line.charCodeAt(i) === 7) return i + 1;
      if (line.charCodeAt(i) === ESCAPE) return Math.min(i + 2, line.length);
    }
    return line.length;
  }
  return Math.min(at + (next === 0x28 || next === 0x29 ? 3 : 2), line.length);
}

function firstControl(line: string): number {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (
      (code < 32 && code !== TAB) ||
      code === 0x7f ||
      code === 0xfeff ||
      code === NO_BREAK_SPACE ||
      (code === AMPERSAND && entityAt(line, i) !== undefined)
    )
      return i;
  }
  return -1;
}

/** The character that an HTML entity at `at` stands for, and its length; undefined when there is none. */
function entityAt(
  line: string,
  at: number,
): { readonly text: string; readonly length: number } | undefined {
  entity.lastIndex = at;
  const match = entity.exec(line);
  if (match === null) return undefined;
  const name = match[1];
  const code = Number.parseInt(match[2] ?? match[3] ?? '0', match[2] === undefined ? 16 : 10);
  const text = name === undefined ? String.fromCharCode(code) : namedEntities[name];
  // A control character would only have to be taken out again.
  return text === undefined || text < ' ' ? undefined : { text, length: match[0].length };
}

function withoutControls(line: string, first: number): CleanLine {
  let text = line.slice(0, first);
  const columns = Array.from({ length: first }, (_, column) => column);
  for (let i = first; i < line.length;) {
    const code = line.charCodeAt(i);
    if (code === ESCAPE) {
      i = endOfEscape(line, i);
      continue;
    }
    const named = code === AMPERSAND ? entityAt(line, i) : undefined;
    if (named !== undefined) {
      text += named.text === '\u00a0' ? ' ' : named.text;
      columns.push(i);
      i += named.length;
      continue;
    }
    if (code === NO_BREAK_SPACE) {
      text += ' ';
      columns.push(i);
    } else if (code === BACKSPACE) {
      text = text.slice(0, -1);
      columns.pop();
    } else if ((code >= 32 || code === TAB) && code !== 0x7f && code !== 0xfeff) {
      text += line[i];
      columns.push(i);
    }
    i++;
  }
  return { text, columns };
}

/**
 * Takes out blanks at the end, carriage returns, terminal sequences, NULs and other control characters, and undoes HTML entities and
 * no-break spaces. Serial captures end hypervisor lines in CR LF and dom0 lines in CR CR LF; firmware writes terminal
 * sequences; web pages escape `<` and keep blanks apart.
 */
export function cleanLine(raw: string): CleanLine {
  let end = Math.min(raw.length, longestLine);
  while (end > 0 && isBlank(raw.charCodeAt(end - 1))) end--;
  const line = end === raw.length ? raw : raw.slice(0, end);
  const control = firstControl(line);
  return control < 0 ? { text: line } : withoutControls(line, control);
}

/** Column in the original line of a column in the cleaned one. */
export function originalColumn(line: CleanLine, column: number): number {
  if (line.columns === undefined) return column;
  return line.columns[column] ?? (line.columns.at(-1) ?? -1) + 1;
}
