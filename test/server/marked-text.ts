import type { Position } from '#core/text';

/** A text with one `|` at the place of the caret: `uint16_t nr_|segments;`. `||` stands for a single bar. */
export function atCaret(marked: string): { readonly text: string; readonly position: Position } {
  const plain = marked.replaceAll('||', '\0');
  const offset = plain.indexOf('|');
  if (offset < 0) throw new Error('the text has no caret');
  const before = plain.slice(0, offset);
  const line = before.split('\n').length - 1;
  const character = offset - (before.lastIndexOf('\n') + 1);
  return { text: plain.replace('|', '').replaceAll('\0', '|'), position: { line, character } };
}
