// A panel in VS Code's four default themes, looked over by axe.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Short names of the default themes: the label in the theme picker, and what VS Code gives a panel's body. */
export const themes = {
  light: { label: 'Light Modern', body: 'body.vscode-light' },
  'hc-dark': {
    label: 'Dark High Contrast',
    body: 'body.vscode-high-contrast:not(.vscode-high-contrast-light)',
  },
  'hc-light': { label: 'Light High Contrast', body: 'body.vscode-high-contrast-light' },
  dark: { label: 'Dark Modern', body: 'body.vscode-dark' },
};

/** Runs axe in a frame; answers one line for each rule that is broken. */
export async function violations(frame) {
  await frame.evaluate(source);
  return frame.evaluate(async () => {
    const result = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map(
      (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 90)).join(' | ')}`,
    );
  });
}
