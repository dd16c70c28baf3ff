import path from 'node:path';
import { checkDriver, type DriverCheckOptions } from '#core/driver';
import type { Finding } from '#core/findings';
import { loadCParser } from '../../../server/src/c-syntax/c-parser.ts';

export const root: string = path.resolve(import.meta.dirname, '../../..');
const parser = await loadCParser(root);

/** The findings of a C text. */
export const check = (text: string, options?: DriverCheckOptions): readonly Finding[] =>
  checkDriver(parser.read(text), options);

/** `XR101:10` for each finding, lines counted from 1. */
export const places = (text: string, options?: DriverCheckOptions): string[] =>
  check(text, options).map((finding) => `${finding.rule}:${finding.range.start.line + 1}`);

/** Rules found in a C text, each once, sorted. */
export const rulesIn = (text: string, options?: DriverCheckOptions): string[] =>
  [...new Set(check(text, options).map((finding) => finding.rule))].sort();

/** The text after the edits of a finding's first fix. */
export function fixed(text: string, finding: Finding): string {
  const edits = finding.fixes?.[0]?.edits.flatMap((file) => file.edits) ?? [];
  const starts = [0];
  for (let i = 0; i < text.length; i++) if (text[i] === '\n') starts.push(i + 1);
  const at = (position: { line: number; character: number }): number =>
    (starts[position.line] ?? 0) + position.character;
  return [...edits]
    .sort((a, b) => at(b.range.start) - at(a.range.start))
    .reduce(
      (done, edit) =>
        done.slice(0, at(edit.range.start)) + edit.newText + done.slice(at(edit.range.end)),
      text,
    );
}
