export type { Position, Range, Span, TextEdit } from './model.ts';
export { matchesGlob } from './globs.ts';
export { LineIndex } from './lines.ts';
