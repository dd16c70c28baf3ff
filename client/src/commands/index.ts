import type { ClientContext } from '../client-context.ts';
import { copyDecodedCrash, explainLog } from '../log/explain-log.ts';
import { attachFile } from '../report/attach-file.ts';
import { collectHostInformation } from '../report/collect-host-information.ts';
import { lookUpAdvisory } from '../report/look-up-advisory.ts';
import { newReport, newReportFromCrash, newReportFromLog } from '../report/new-report.ts';
import { checkReport, copyMail, openIssue, openMail } from '../report/send-report.ts';
import { openNumaPlacement } from './open-numa-placement.ts';
import { openLayout } from './open-layout.ts';
import { openRingSimulator } from './open-ring-simulator.ts';
import { restartServer } from './restart-server.ts';
import { visualizeHost } from './visualize-host.ts';

/** A command's handler, given the client first and then what the caller passed. */
export type CommandHandler = (context: ClientContext, ...args: unknown[]) => unknown;

/** Every command of the manifest that runs in the extension host; test/manifest keeps both in step. */
export const commands: Readonly<Record<string, CommandHandler>> = {
  'xen.restartServer': restartServer,
  'xen.openRingSimulator': openRingSimulator,
  'xen.openNumaPlacement': openNumaPlacement,
  'xen.visualizeHost': visualizeHost,
  'xen.showStructLayout': openLayout,
  'xen.explainLog': explainLog,
  'xen.copyDecodedCrash': copyDecodedCrash,
  'xen.report.new': newReport,
  'xen.report.fromLog': newReportFromLog,
  'xen.report.fromCrash': newReportFromCrash,
  'xen.report.check': checkReport,
  'xen.report.copyMail': copyMail,
  'xen.report.openMail': openMail,
  'xen.report.openIssue': openIssue,
  'xen.report.attach': attachFile,
  'xen.collectHostInformation': collectHostInformation,
  'xen.lookUpAdvisory': lookUpAdvisory,
};
