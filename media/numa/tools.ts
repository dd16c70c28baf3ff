/** What the panel loads after its first paint: reading inputs, the scheduler, exports, dialogs, tables. */
export { ask, listen } from '../shared/host.ts';
export { Dialogs } from './dialogs.tsx';
export { EXAMPLE } from './example.ts';
export { copySnippet, exportDocument, exportPng, exportSvg, openSnippet } from './exports.ts';
export { assembleInputs, readFile } from './imports.ts';
export { cpusOfMask } from './masks.ts';
export { simulate } from './scheduler-run.ts';
export { Tables } from './tables.tsx';
