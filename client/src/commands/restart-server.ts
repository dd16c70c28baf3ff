import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';

/** Starts the server anew; the only place that tells a failed start in a message, because it was asked for. */
export async function restartServer({ server }: ClientContext): Promise<void> {
  try {
    await server.restart();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The Xen language server did not start: {0}', why),
    );
  }
}
