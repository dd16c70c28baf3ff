import * as vscode from 'vscode';
import type { SysretAudit, SysretExit } from '#core/protocol';

type Verdict = SysretExit['verdict'];

/** A node of the "SYSRET Audit" view: a group of exits by verdict, or one exit. */
export type AuditNode =
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly exits: readonly SysretExit[] }
  | { readonly kind: 'exit'; readonly exit: SysretExit }
  | { readonly kind: 'note'; readonly text: string };

/** Worst first. */
const verdicts: readonly Verdict[] = ['unsafe', 'unverified', 'safe'];

const icons: Readonly<Record<Verdict, vscode.ThemeIcon>> = {
  unsafe: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  unverified: new vscode.ThemeIcon('question', new vscode.ThemeColor('list.warningForeground')),
  safe: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
};

const titles: Readonly<Record<Verdict, () => string>> = {
  unsafe: () => vscode.l10n.t('Unsafe'),
  unverified: () => vscode.l10n.t('Not verified'),
  safe: () => vscode.l10n.t('Safe'),
};

/** The rows of the "SYSRET Audit" view. */
export class AuditTree implements vscode.TreeDataProvider<AuditNode> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData: vscode.Event<undefined> = this.changed.event;
  private audit: SysretAudit | undefined;

  show(audit: SysretAudit | undefined): void {
    this.audit = audit;
    this.changed.fire(undefined);
  }

  getChildren(node?: AuditNode): AuditNode[] {
    if (node?.kind === 'verdict') return node.exits.map((exit) => ({ kind: 'exit', exit }));
    if (node || !this.audit) return [];
    const { exits, limits } = this.audit;
    const groups = verdicts
      .map((verdict) => ({ verdict, exits: exits.filter((exit) => exit.verdict === verdict) }))
      .filter((group) => group.exits.length > 0)
      .map((group): AuditNode => ({ kind: 'verdict', ...group }));
    if (groups.length === 0)
      groups.push({ kind: 'note', text: vscode.l10n.t('No 64-bit exit by SYSRET was found.') });
    return [...groups, ...limits.map((text): AuditNode => ({ kind: 'note', text }))];
  }

  getTreeItem(node: AuditNode): vscode.TreeItem {
    switch (node.kind) {
      case 'verdict':
        return verdictItem(node.verdict, node.exits.length);
      case 'exit':
        return exitItem(node.exit);
      case 'note': {
        const item = new vscode.TreeItem(node.text);
        item.iconPath = new vscode.ThemeIcon('info');
        return item;
      }
    }
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function verdictItem(verdict: Verdict, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(titles[verdict](), vscode.TreeItemCollapsibleState.Expanded);
  item.description = String(count);
  item.iconPath = icons[verdict];
  return item;
}

function exitItem({ uri, range, label, verdict, why }: SysretExit): vscode.TreeItem {
  const resource = vscode.Uri.parse(uri);
  const place = `${vscode.workspace.asRelativePath(resource)}:${range.start.line + 1}`;
  const item = new vscode.TreeItem(label === '' ? place : label);
  item.description = `${label === '' ? '' : `${place} — `}${why}`;
  item.tooltip = new vscode.MarkdownString().appendText(`${titles[verdict]()}: ${why}\n\n${place}`);
  item.accessibilityInformation = { label: `${titles[verdict]()}: ${label} ${place}. ${why}` };
  item.iconPath = icons[verdict];
  item.command = {
    command: 'vscode.open',
    title: vscode.l10n.t('Open'),
    arguments: [resource, { selection: rangeOf(range) } satisfies vscode.TextDocumentShowOptions],
  };
  return item;
}

export function rangeOf({ start, end }: SysretExit['range']): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
