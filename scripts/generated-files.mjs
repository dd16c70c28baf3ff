// node scripts/generated-files.mjs [--check]: what is written from the manifest and the sources, so that it cannot rot: the
// settings and commands of the README, the declarations of docs/protocol.md, the strings translators start from.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const read = (file) => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const strings = JSON.parse(read('package.nls.json'));
const worded = (text = '') => text.replace(/^%(.+)%$/, (_, key) => strings[key] ?? key);

/** The text with what lies between `<!-- name -->` and `<!-- /name -->` replaced. */
function withPart(text, name, part) {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, until] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || until < from) throw new Error(`no place for "${name}"`);
  return `${text.slice(0, from + open.length)}\n\n${part}\n\n${text.slice(until)}`;
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

function settingsTable() {
  const { properties } = manifest.contributes.configuration;
  const rows = Object.entries(properties)
    .sort(([, a], [, b]) => a.order - b.order)
    .map(([key, { default: value, markdownDescription }]) => [
      `\`${key}\``,
      `\`${JSON.stringify(value)}\``,
      cell(worded(markdownDescription).replaceAll(/`#([\w.]+)#`/g, '`$1`')),
    ]);
  return table(['setting', 'default', 'what it does'], rows);
}

/** Exported interfaces, types and method names with their comments, as the source has them. */
function declarationsOf(file) {
  const declaration =
    /(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^export (?:interface \w+[\s\S]*?^\}|type \w+ =[\s\S]*?;$(?!\n  )|const \w+_(?:REQUEST|NOTIFICATION)\b.*;$)/gm;
  return read(file).match(declaration) ?? [];
}

/** Files of the protocol that other clients speak; settings and panels' messages stay inside. */
export const protocolFiles = () =>
  readdirSync(path.join(root, 'server/src/core/protocol'))
    .filter((name) => !['index.ts', 'settings.ts', 'panel.ts'].includes(name))
    .sort()
    .map((name) => `server/src/core/protocol/${name}`);

function protocolDeclarations() {
  return protocolFiles()
    .map((file) => `\`${file}\`\n\n\`\`\`ts\n${declarationsOf(file).join('\n\n')}\n\`\`\``)
    .join('\n\n');
}

/** Every `l10n.t('…')` of the client; a text that is not one literal is an error. */
function translatable() {
  const found = new Set();
  const files = readdirSync(path.join(root, 'client/src'), { recursive: true });
  for (const name of files.filter((each) => each.endsWith('.ts'))) {
    const text = read(`client/src/${name}`);
    const literals = text.matchAll(
      /l10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*[,)]/g,
    );
    const texts = Array.from(literals, ([, single, double]) => single ?? double);
    if (texts.length !== (text.match(/l10n\.t\(/g) ?? []).length)
      throw new Error(`client/src/${name}: every l10n.t( begins with one literal text`);
    for (const each of texts) found.add(each.replaceAll(/\\(.)/g, '$1'));
  }
  const sorted = Array.from(found).sort();
  return `${JSON.stringify(Object.fromEntries(sorted.map((each) => [each, each])), null, 2)}\n`;
}

/** Every generated file's text by its path from the root. */
export function generatedFiles() {
  return new Map([
    ['README.md', withPart(read('README.md'), 'settings', settingsTable())],
    [
      'docs/protocol.md',
      withPart(read('docs/protocol.md'), 'declarations', protocolDeclarations()),
    ],
    ['l10n/bundle.l10n.json', translatable()],
  ]);
}

if (process.argv[1] === import.meta.filename)
  for (const [file, text] of generatedFiles()) {
    if (!process.argv.includes('--check')) writeFileSync(path.join(root, file), text);
    else if (read(file) !== text) {
      console.error(`${file} is out of step: run node scripts/generated-files.mjs`);
      process.exitCode = 1;
    }
  }
