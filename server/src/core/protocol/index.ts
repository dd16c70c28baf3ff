export { decodeSettings, type XenSettings } from './settings.ts';
export {
  decodeFromPanel,
  decodeToPanel,
  type FromPanelMessage,
  type PanelFile,
  type ToPanelMessage,
} from './panel.ts';
export {
  decodeStructLayoutParams,
  STRUCT_LAYOUT_REQUEST,
  type StructLayout,
  type StructLayoutParams,
} from './layout.ts';
export {
  decodeReportRequest,
  type AdvisoriesAnswer,
  type AttachAnswer,
  type AttachRequest,
  type DraftAnswer,
  type DraftRequest,
  type ReportFile,
  type StatusAnswer,
  type StatusRequest,
} from './report.ts';
