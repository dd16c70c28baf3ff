export type { Position, Range, Span, TextEdit } from './model.ts';
export { LineIndex } from './lines.ts';
