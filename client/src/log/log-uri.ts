import * as vscode from 'vscode';

/** A log that a menu, a lens or a view passed, else the one in front; also where VS Code gives no editor for it. */
export function logOf(value?: unknown): vscode.Uri | undefined {
  if (value instanceof vscode.Uri) return value;
  if (typeof value === 'string') return vscode.Uri.parse(value);
  return vscode.window.activeTextEditor?.document.uri ?? uriOfActiveTab();
}

/** The file of the active tab: a text above 50 million characters has no editor for extensions. */
export function uriOfActiveTab(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText ? input.uri : undefined;
}
