import * as vscode from 'vscode';
import type { LogFound, LogOverview, LogRow } from '#core/protocol';
import { sectionsOf, type LogFilter, type LogSection } from './log-rows.ts';

/** The log that the view shows, and what is known of it. */
export interface ShownLog {
  readonly uri: vscode.Uri;
  readonly overview?: LogOverview;
  /** While the log is being read. */
  readonly found?: LogFound;
}

export type LogNode =
  | { readonly kind: 'section'; readonly section: LogSection }
  | { readonly kind: 'found'; readonly found: LogFound }
  | { readonly kind: 'row'; readonly row: LogRow };

const titles: Readonly<Record<LogSection['id'], () => string>> = {
  crashes: () => vscode.l10n.t('Crashes'),
  incidents: () => vscode.l10n.t('Errors and warnings'),
  phases: () => vscode.l10n.t('Phases'),
  domains: () => vscode.l10n.t('Domains'),
  frequent: () => vscode.l10n.t('Most frequent messages'),
  unknown: () => vscode.l10n.t('Lines no one explains'),
};

const icons: Readonly<Record<LogSection['id'], string>> = {
  crashes: 'flame',
  incidents: 'warning',
  phases: 'list-tree',
  domains: 'vm',
  frequent: 'graph',
  unknown: 'question',
};

function severityIcon(severity: LogRow['severity']): vscode.ThemeIcon | undefined {
  switch (severity) {
    case 'error':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'warning':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    case 'information':
      return new vscode.ThemeIcon('info');
    case 'hint':
      return new vscode.ThemeIcon('circle-small');
    case 'none':
      return undefined;
  }
}

/** The rows of the "Xen Log" view. */
export class LogTree implements vscode.TreeDataProvider<LogNode> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData: vscode.Event<undefined> = this.changed.event;
  private log: ShownLog | undefined;
  private filter: LogFilter = {};

  show(log: ShownLog | undefined, filter: LogFilter): void {
    this.log = log;
    this.filter = filter;
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }

  getChildren(node?: LogNode): LogNode[] {
    if (node === undefined) return this.roots();
    const rows =
      node.kind === 'section'
        ? node.section.rows
        : node.kind === 'found'
          ? node.found.rows
          : (node.row.children ?? []);
    return rows.map((row) => ({ kind: 'row', row }));
  }

  getTreeItem(node: LogNode): vscode.TreeItem {
    if (node.kind === 'section') return sectionItem(node.section);
    if (node.kind === 'found') return foundItem(node.found);
    return rowItem(node.row, this.log?.uri);
  }

  private roots(): LogNode[] {
    const { overview, found } = this.log ?? {};
    if (overview !== undefined)
      return sectionsOf(overview, this.filter).map((section) => ({ kind: 'section', section }));
    return found === undefined ? [] : [{ kind: 'found', found }];
  }
}

function sectionItem({ id, rows }: LogSection): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const isFirst = id === 'crashes' || id === 'incidents';
  const item = new vscode.TreeItem(titles[id](), isFirst ? Expanded : Collapsed);
  item.id = id;
  item.description = String(rows.length);
  item.iconPath = new vscode.ThemeIcon(icons[id]);
  return item;
}

function foundItem({ share, rows }: LogFound): vscode.TreeItem {
  const item = new vscode.TreeItem(
    vscode.l10n.t('Found so far'),
    vscode.TreeItemCollapsibleState.Expanded,
  );
  item.id = 'found';
  item.description = vscode.l10n.t('{0}, {1} % read', rows.length, Math.round(share * 100));
  item.iconPath = new vscode.ThemeIcon('loading~spin');
  return item;
}

function rowItem(row: LogRow, uri: vscode.Uri | undefined): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(row.label, (row.children ?? []).length > 0 ? Collapsed : None);
  item.description = row.detail;
  item.tooltip = new vscode.MarkdownString().appendText(`${row.label}\n\n${row.detail}`);
  const icon = severityIcon(row.severity);
  if (icon !== undefined) item.iconPath = icon;
  item.accessibilityInformation = {
    label:
      row.severity === 'none'
        ? `${row.label}, ${row.detail}`
        : `${row.severity}: ${row.label}, ${row.detail}`,
  };
  if (row.line > 0 && uri !== undefined)
    item.command = {
      command: 'xen.log.showLine',
      title: vscode.l10n.t('Show Line'),
      arguments: [uri, row.line],
    };
  return item;
}
