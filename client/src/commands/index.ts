import type { ClientContext } from '../client-context.ts';
import { logEditor, type LogEditor } from '../log/offer-logs.ts';
import { openNumaPlacement } from './open-numa-placement.ts';
import { openLayout } from './open-layout.ts';
import { openRingSimulator } from './open-ring-simulator.ts';
import { restartServer } from './restart-server.ts';
import { visualizeHost } from './visualize-host.ts';

/** A command's handler, given the client first and then what the caller passed. */
export type CommandHandler = (context: ClientContext, ...args: unknown[]) => unknown;

/** A command whose code is loaded with its first call: reports are rare, and activation pays for what it loads. */
function late(load: () => Promise<CommandHandler>): CommandHandler {
  return async (context, ...args) => (await load())(context, ...args);
}

/** A command about logs: the log editor is started before it. */
function ofLogs(pick: (logs: LogEditor) => CommandHandler): CommandHandler {
  return async (context, ...args) => pick(await logEditor(context))(context, ...args);
}

/** Every command of the manifest that runs in the extension host; test/manifest keeps both in step. */
export const commands: Readonly<Record<string, CommandHandler>> = {
  'xen.restartServer': restartServer,
  'xen.openRingSimulator': openRingSimulator,
  'xen.openNumaPlacement': openNumaPlacement,
  'xen.visualizeHost': visualizeHost,
  'xen.showStructLayout': openLayout,
  'xen.explainLog': ofLogs((logs) => logs.explainLog),
  'xen.copyDecodedCrash': ofLogs((logs) => logs.copyDecodedCrash),
  'xen.openLargeLog': ofLogs((logs) => logs.openLargeLog),
  'xen.followLog': ofLogs((logs) => logs.followLog),
  'xen.indexMessages': ofLogs((logs) => logs.indexMessages),
  'xen.log.showLine': ofLogs((logs) => logs.showLine),
  'xen.log.filter': ofLogs((logs) => logs.filterLog),
  'xen.log.clearFilter': ofLogs((logs) => logs.clearLogFilter),
  'xen.report.new': late(async () => (await import('../report/new-report.ts')).newReport),
  'xen.report.fromLog': late(
    async () => (await import('../report/new-report.ts')).newReportFromLog,
  ),
  'xen.report.fromCrash': late(
    async () => (await import('../report/new-report.ts')).newReportFromCrash,
  ),
  'xen.report.check': late(async () => (await import('../report/send-report.ts')).checkReport),
  'xen.report.copyMail': late(async () => (await import('../report/send-report.ts')).copyMail),
  'xen.report.openMail': late(async () => (await import('../report/send-report.ts')).openMail),
  'xen.report.openIssue': late(async () => (await import('../report/send-report.ts')).openIssue),
  'xen.report.attach': late(async () => (await import('../report/attach-file.ts')).attachFile),
  'xen.collectHostInformation': late(
    async () => (await import('../report/collect-host-information.ts')).collectHostInformation,
  ),
  'xen.lookUpAdvisory': late(
    async () => (await import('../report/look-up-advisory.ts')).lookUpAdvisory,
  ),
  'xen.sysret.checkFile': late(async () => (await import('../sysret/audit.ts')).auditFile),
  'xen.sysret.checkWorkspace': late(
    async () => (await import('../sysret/audit.ts')).auditWorkspace,
  ),
  'xen.try.hover': late(async () => (await import('../samples/try-out.ts')).tryHover),
  'xen.try.log': late(async () => (await import('../samples/try-out.ts')).tryLog),
  'xen.try.placement': late(async () => (await import('../samples/try-out.ts')).tryPlacement),
  'xen.try.audit': late(async () => (await import('../samples/try-out.ts')).tryAudit),
};
