/**
 * What headers like blkif.h and ring.h mean, over `#core/c-types`: hovers, the layout view, rules for headers, lenses,
 * outline, definitions. All take a `CFile`, which reads one text for each ABI when it is first asked.
 */
export type { Description, Knowledge, Role } from './model.ts';
export { CFile, type CFileSources } from './c-file.ts';
export { aggregateAt, describeAt } from './describe.ts';
export { aggregateTitle } from './describe-struct.ts';
export { definitionAt } from './definition.ts';
export { layoutDocument } from './layout-document.ts';
export { layoutHints, type LayoutHint } from './layout-hints.ts';
export { outlineOf, type OutlineEntry } from './outline.ts';
export { ringLenses, type RingLens } from './ring-lenses.ts';
export { recognize, roleOf, type Recognized } from './roles.ts';
export { checkHeader } from './rules.ts';
export { headerRules } from './rule-table.ts';
