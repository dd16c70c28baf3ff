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
export {
  decodeLogRequest,
  LOG_CRASH_REQUEST,
  LOG_EXPLAIN_REQUEST,
  LOG_FOUND_NOTIFICATION,
  LOG_INDEX_REQUEST,
  LOG_OVERVIEW_REQUEST,
  LOG_PART_REQUEST,
  type LogFound,
  type LogIndexAnswer,
  type LogOverview,
  type LogPart,
  type LogRequest,
  type LogRow,
} from './log.ts';
export {
  decodeSysretFileParams,
  SYSRET_FILE_REQUEST,
  SYSRET_PROGRESS_NOTIFICATION,
  SYSRET_WORKSPACE_REQUEST,
  type SysretAudit,
  type SysretExit,
  type SysretFileParams,
  type SysretProblem,
  type SysretProgress,
} from './sysret.ts';
