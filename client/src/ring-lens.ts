import * as vscode from 'vscode';

/** The first node of a virtual disk in `xenstore-ls -f`; one lens is enough for a dump. */
const DISK = /^\/local\/domain\/\d+\/(?:device|backend)\/vbd\b.*$/m;
const LARGEST_CHARACTERS = 5_000_000;

/** "Open in ring simulator" over a `xenstore-ls -fp` that holds a virtual disk. */
export function offerRingLens(): vscode.Disposable {
  const languages = ['plaintext', 'log', 'xen-log'].map((language) => ({ language }));
  return vscode.languages.registerCodeLensProvider(languages, {
    provideCodeLenses(document) {
      const text = document.getText();
      const found = text.length > LARGEST_CHARACTERS ? null : DISK.exec(text);
      if (found === null) return [];
      const at = document.positionAt(found.index);
      return [
        new vscode.CodeLens(new vscode.Range(at, at), {
          title: vscode.l10n.t('Open in ring simulator'),
          command: 'xen.openRingSimulator',
          arguments: [document.uri],
        }),
      ];
    },
  });
}
