import type { ClientContext } from '../client-context.ts';
import { openNumaPlacement } from './open-numa-placement.ts';
import { openLayout } from './open-layout.ts';
import { restartServer } from './restart-server.ts';
import { visualizeHost } from './visualize-host.ts';

/** A command's handler, given the client first and then what the caller passed. */
export type CommandHandler = (context: ClientContext, ...args: unknown[]) => unknown;

/** Every command of the manifest that runs in the extension host; test/manifest keeps both in step. */
export const commands: Readonly<Record<string, CommandHandler>> = {
  'xen.restartServer': restartServer,
  'xen.openNumaPlacement': openNumaPlacement,
  'xen.visualizeHost': visualizeHost,
  'xen.showStructLayout': openLayout,
};
