import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { FileAnalysis } from '#core/sysret';
import type { CheckSettings } from '../workspace-scan/checker.ts';
import { scanFiles, type FileFinding } from '../workspace-scan/scan.ts';
import { sysretChecker } from '../workspace-scan/sysret-checker.ts';
import { walk } from '../workspace-scan/walk.ts';

/** What an audit of folders is started with. */
export interface AuditOrder {
  /** Absolute paths. */
  readonly folders: readonly string[];
  readonly enabledRules: readonly string[];
  readonly settings: CheckSettings;
}

export interface FileExit {
  readonly file: string;
  readonly exit: FileAnalysis['exits'][number];
}

export interface AuditResult {
  readonly exits: readonly FileExit[];
  readonly findings: readonly FileFinding[];
  readonly analysed: number;
  readonly unreadable: readonly string[];
}

/** Judges every file below the folders, and keeps each exit's verdict beside the findings. Paths come out absolute. */
export async function auditFolders(
  order: AuditOrder,
  onProgress: (done: number, total: number) => void,
): Promise<AuditResult> {
  const files = order.folders.flatMap((folder) =>
    walk(folder, {
      ignoreFiles: true,
      isExcluded: () => false,
      wants: (path) => sysretChecker.readsPath(path),
    }),
  );
  const { findings, reports, analysed, unreadable } = await scanFiles(
    files.map((file) => resolve(file)),
    [sysretChecker],
    {
      folder: '/',
      isInPart: () => true,
      enabledRules: new Set(order.enabledRules),
      workspace: true,
      trustedPeers: [],
      settings: order.settings,
      jobs: availableParallelism(),
      onProgress,
    },
  );
  const exits = reports.flatMap(({ file, report }) =>
    (report as FileAnalysis['exits']).map((exit) => ({ file, exit })),
  );
  return { exits, findings, analysed, unreadable };
}
