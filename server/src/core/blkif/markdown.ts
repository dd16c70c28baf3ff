/** Text as it is, whatever Markdown would make of it. */
export function escape(text: string): string {
  return text.replace(/[\\`*_[<>~]/g, '\\$&');
}

/** Code in line; backticks inside are kept. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Words that can only be code: names with an underscore, `NAME_*`, hexadecimal numbers. */
const CODE_WORD = /([A-Za-z_]\w*_(?:\w*\*|\w+)(?:\[\])?|\bseg\[\]|0x[0-9a-f]+)/g;

/** Prose of ours: it writes identifiers bare, here they are set as code and the rest is escaped. */
export function prose(text: string): string {
  return text
    .split(CODE_WORD)
    .map((part, index) => (index % 2 === 1 ? code(part) : escape(part)))
    .join('');
}

/** A Markdown table; the first column is text, the others are numbers. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, index) => (index === 0 ? ':--' : '--:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

/** A list; empty and missing items are left out. */
export function bullets(items: readonly (string | undefined)[]): string {
  return items
    .filter((item) => item !== undefined && item !== '')
    .map((item) => `- ${item}`)
    .join('\n');
}

/** Joins blocks; empty and missing ones are left out. */
export function blocks(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

/** `1 byte`, `4 bytes`. */
export function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** Cuts at a word; long header comments are opened by a link, not read in a hover. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, text.lastIndexOf(' ', limit))} …`;
}
