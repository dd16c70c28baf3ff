import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { readPanelFile } from '../panels/panel-host.ts';
import { ringPanel } from '../panels/ring.ts';

/** Text that the simulator can take a configuration from. */
export const XENSTORE_DISK = /\/(?:device|backend)\/vbd\/|^\s*vbd = "/m;

/** Larger documents are not searched when the command is called without an argument. */
const LARGEST_CHARACTERS = 5_000_000;

/**
 * Opens the ring simulator: on a file (a lens or a menu passes its URI), on what a diagnostic or link asks for
 * (`{ schedule: 'XR302' }`, `{ document: '…' }`, `{ ring, entrySizeBytes }`), else on the active editor's xenstore dump,
 * else as it was.
 */
export async function openRingSimulator(_context: ClientContext, target?: unknown): Promise<void> {
  if (target instanceof vscode.Uri) {
    ringPanel().show({ files: [await readPanelFile(target)] });
    return;
  }
  const parameters = parametersOf(target);
  if (parameters !== undefined) {
    ringPanel().show({ parameters });
    return;
  }
  const document = vscode.window.activeTextEditor?.document;
  const text = document?.getText() ?? '';
  if (document !== undefined && text.length <= LARGEST_CHARACTERS && XENSTORE_DISK.test(text)) {
    ringPanel().show({ files: [await readPanelFile(document.uri)] });
    return;
  }
  ringPanel().show();
}

function parametersOf(target: unknown): Record<string, string> | undefined {
  if (typeof target !== 'object' || target === null) return undefined;
  const texts = Object.entries(target).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return texts.length > 0 ? Object.fromEntries(texts) : undefined;
}
