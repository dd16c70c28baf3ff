import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  isXlCfg,
  mayBeDriver,
  isBugReport,
  isXenLog,
  mayReturnBySysret,
  mentionsAdvisory,
  type Candidate,
} from '#core/gate';
import {
  LOG_CRASH_REQUEST,
  LOG_EXPLAIN_REQUEST,
  LOG_INDEX_REQUEST,
  LOG_OVERVIEW_REQUEST,
  LOG_PART_REQUEST,
  STRUCT_LAYOUT_REQUEST,
  SYSRET_FILE_REQUEST,
  SYSRET_WORKSPACE_REQUEST,
} from '#core/protocol';
import { concernsXenSource } from './features/xen-c/gate.ts';
import type { FeatureEntry } from './language-feature.ts';

/** What the server can do, one line each. The order is the order of joined hovers. */
export const features: readonly FeatureEntry[] = [
  {
    name: 'xl.cfg',
    concerns: (document) =>
      isXlCfg({
        languageId: document.languageId,
        path: document.uri,
        text: () => document.getText(),
      }),
    load: async () => (await import('./features/xl-cfg.ts')).createXlCfg,
  },
  {
    name: 'xen-c',
    concerns: concernsXenSource,
    requests: [STRUCT_LAYOUT_REQUEST],
    load: async () => (await import('./features/xen-c/index.ts')).createXenC,
  },
  {
    name: 'driver',
    concerns: (document) =>
      mayBeDriver({
        languageId: document.languageId,
        path: document.uri,
        text: () => document.getText(),
      }),
    load: async () => (await import('./features/driver.ts')).createDriver,
  },
  {
    name: 'sysret',
    concerns: (document) => mayReturnBySysret(candidate(document)),
    requests: [SYSRET_FILE_REQUEST, SYSRET_WORKSPACE_REQUEST],
    load: async () => (await import('./features/sysret/index.ts')).createSysret,
  },
  {
    name: 'xen-log',
    concerns: (document) => isXenLog(candidate(document)),
    requests: [
      LOG_OVERVIEW_REQUEST,
      LOG_EXPLAIN_REQUEST,
      LOG_CRASH_REQUEST,
      LOG_PART_REQUEST,
      LOG_INDEX_REQUEST,
    ],
    load: async () => (await import('./features/xen-log/index.ts')).createXenLog,
  },
  {
    name: 'advisories',
    concerns: (document) => mentionsAdvisory(candidate(document)),
    requests: ['xen/advisories'],
    load: async () => (await import('./features/advisories.ts')).createAdvisories,
  },
  {
    name: 'report',
    concerns: (document) => isBugReport(candidate(document)),
    requests: ['xen/report/draft', 'xen/report/status', 'xen/report/attach'],
    load: async () => (await import('./features/report.ts')).createReport,
  },
];

/** A document as the gates look at it. */
function candidate(document: TextDocument): Candidate {
  return {
    languageId: document.languageId,
    path: document.uri,
    text: () => document.getText(),
  };
}
