import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * The page around a panel's bundle: nothing is allowed but our own script (by nonce) and style, and pictures the panel
 * makes itself. Inline styles stay forbidden; scripts set styles through the object model.
 */
export function panelPage(webview: vscode.Webview, root: vscode.Uri, bundle: string): string {
  const nonce = randomUUID().replaceAll('-', '');
  const dist = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(root, 'dist', file)).toString();
  const policy = [
    "default-src 'none'",
    `img-src ${webview.cspSource} data: blob:`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    // The nonce is for the panel's own file; what it loads later comes from the same folder.
    `script-src 'nonce-${nonce}' ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${dist(`${bundle}.css`)}">
<title>${bundle}</title>
</head>
<body>
<main id="root"></main>
<script type="module" nonce="${nonce}" src="${dist(`${bundle}.js`)}"></script>
</body>
</html>`;
}
