import * as vscode from 'vscode';

/** VS Code gives extensions no text above 50 million characters. */
const SYNC_LIMIT_BYTES = 50_000_000;

const logName =
  /\.(?:log|txt|dmesg|console|out)(?:\.\d{1,3})?$|\/(?:dmesg|messages|syslog|console)[^/]*$/i;

/** Whether a file is one that VS Code keeps from extensions. */
export async function isTooLarge(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme !== 'file') return false;
  try {
    return (await vscode.workspace.fs.stat(uri)).size > SYNC_LIMIT_BYTES;
  } catch {
    return false;
  }
}

export const looksLikeLargeLog = async (uri: vscode.Uri): Promise<boolean> =>
  logName.test(uri.path) && isTooLarge(uri);
