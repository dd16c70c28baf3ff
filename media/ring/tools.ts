/** What the panel loads after its first paint: dialogs, imports, exports, the inspector, the rarer views. */
export { bitingSchedule, hazardForRule } from '#core/ring';
export { ask, listen } from '../shared/host.ts';
export { BackendEnd, FrontendEnd } from './ends.tsx';
export { CompareView } from './compare-view.tsx';
export { Dialogs } from './dialogs.tsx';
export { copyLink, exportDocument, exportPng, exportSteps, exportSvg } from './exports.ts';
export { Handshake } from './handshake.tsx';
export { importedSession, importFiles } from './import-files.ts';
export { Inspector } from './inspector.tsx';
export { MetricFigures } from './metric-figures.tsx';
export { Notices } from './notices.tsx';
export { NumberLines } from './number-lines.tsx';
export { PageBytes } from './page-bytes.tsx';
export { GridPointers, gridHeight, SlotGrid } from './slot-grid.tsx';
export { SlotTable } from './slot-table.tsx';
export { TOUR, TourBar } from './tour.tsx';
