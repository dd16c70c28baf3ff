import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { createPanelHost, type PanelHost } from './panel-host.ts';
import { locateRingSymbol } from './ring-symbols.ts';

let panel: PanelHost | undefined;

/** The ring simulator: restored after a reload, editor of `*.xenring.json`. */
export function registerRingPanel({ extension, log }: ClientContext): vscode.Disposable {
  panel = createPanelHost(extension, {
    viewType: 'xen.ring',
    title: vscode.l10n.t('Ring Simulator'),
    bundle: 'ring',
    editorType: 'xen.ringDocument',
    importFilters: {
      [vscode.l10n.t('Xenstore, debugger prints, statistics, traces')]: [
        'txt',
        'log',
        'json',
        'jsonl',
      ],
      [vscode.l10n.t('All files')]: ['*'],
    },
    locateSymbol: locateRingSymbol,
    log: (message) => log.warn(message),
  });
  return panel;
}

/** The panel once the extension is active. */
export function ringPanel(): PanelHost {
  if (panel === undefined) throw new Error('The ring simulator is used before it is registered.');
  return panel;
}
