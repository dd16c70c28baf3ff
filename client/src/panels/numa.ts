import * as vscode from 'vscode';
import type { ClientContext } from '../client-context.ts';
import { createPanelHost, type PanelHost } from './panel-host.ts';

let panel: PanelHost | undefined;

/** The NUMA placement panel: restored after a reload, editor of `*.xennuma.json`. */
export function registerNumaPanel({ extension, log }: ClientContext): vscode.Disposable {
  panel = createPanelHost(extension, {
    viewType: 'xen.numa',
    title: vscode.l10n.t('NUMA Placement'),
    bundle: 'numa',
    editorType: 'xen.numaDocument',
    importFilters: {
      [vscode.l10n.t('Outputs of a Xen host, configurations, logs')]: [
        'txt',
        'log',
        'cfg',
        'xml',
        'json',
        'xlcfg',
      ],
      [vscode.l10n.t('All files')]: ['*'],
    },
    log: (message) => log.warn(message),
  });
  return panel;
}

/** The panel once the extension is active. */
export function numaPanel(): PanelHost {
  if (panel === undefined) throw new Error('The NUMA panel is used before it is registered.');
  return panel;
}
