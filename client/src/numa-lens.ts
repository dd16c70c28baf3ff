import * as vscode from 'vscode';

/** Headers of a host's tables and of its domains' lists; the lens stands on each. */
const TOPOLOGY =
  /^(?:node:\s+memsize\s+memfree\s+distances|Name\s+ID\s+Mem\s+VCPUs\s.*|Name\s+ID\s+VCPU\s+CPU\s.*|.*'u' pressed -> dumping numa info|available: \d+ nodes .*)$/gm;
const LARGEST_CHARACTERS = 20_000_000;

/** "Open in NUMA visualizer" over a pasted `xl info -n` and over the dumps of debug key u in a log. */
export function offerNumaLens(): vscode.Disposable {
  const languages = ['plaintext', 'log', 'xen-log'].map((language) => ({ language }));
  return vscode.languages.registerCodeLensProvider(languages, {
    provideCodeLenses(document) {
      const text = document.getText();
      if (text.length > LARGEST_CHARACTERS) return [];
      return Array.from(text.matchAll(TOPOLOGY), (found) => {
        const at = document.positionAt(found.index);
        return new vscode.CodeLens(new vscode.Range(at, at), {
          title: vscode.l10n.t('Open in NUMA visualizer'),
          command: 'xen.openNumaPlacement',
          arguments: [document.uri],
        });
      });
    },
  });
}
