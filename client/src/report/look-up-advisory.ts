import * as vscode from 'vscode';
import type { AdvisoriesAnswer } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';

/** `Xen: Look Up Advisory`: every advisory by number, CVE or title; picking one shows it. */
export async function lookUpAdvisory({ server }: ClientContext): Promise<void> {
  const advisories = await server.request<AdvisoriesAnswer | null>('xen/advisories', {});
  const items = (advisories ?? []).map((advisory) => ({
    label: `XSA-${advisory.number}`,
    description: advisory.title,
    detail: advisory.detail,
    advisory,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Xen security advisories'),
    placeHolder: vscode.l10n.t('Number, CVE or words of the title'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked) return;
  const open = vscode.l10n.t('Open the Advisory');
  const copy = vscode.l10n.t('Copy');
  const text = picked.advisory.lines.map(plain);
  const chosen = await vscode.window.showInformationMessage(
    text[0] ?? '',
    { modal: true, detail: text.slice(1).join('\n') },
    open,
    copy,
  );
  if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(picked.advisory.url));
  if (chosen === copy) await vscode.env.clipboard.writeText(text.join('\n'));
}

/** Markdown of a hover as the plain text of a message. */
function plain(line: string): string {
  return line.replaceAll(/\*\*|`/g, '').replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
}
