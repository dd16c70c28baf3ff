import * as vscode from 'vscode';

/** A virtual disk in `xenstore-ls -f`, or in the indented form without -f. */
const DISK = /^\/local\/domain\/\d+\/(?:device|backend)\/vbd\b|^ +vbd = "/m;
const LARGEST_CHARACTERS = 5_000_000;

/** "Open in ring simulator" at the top of a xenstore dump that holds a virtual disk, where it is seen at once. */
export function offerRingLens(): vscode.Disposable {
  const languages = ['plaintext', 'log', 'xen-log'].map((language) => ({ language }));
  return vscode.languages.registerCodeLensProvider(languages, {
    provideCodeLenses(document) {
      const text = document.getText();
      if (text.length > LARGEST_CHARACTERS || !DISK.test(text)) return [];
      return [
        new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), {
          title: vscode.l10n.t('Open in ring simulator'),
          command: 'xen.openRingSimulator',
          arguments: [document.uri],
        }),
      ];
    },
  });
}
