export type { PrintkFormat, PrintkLevel, PrintkMatch } from './model.ts';
export { printkFormatsOf } from './parse.ts';
export { PrintkTable } from './format-table.ts';
