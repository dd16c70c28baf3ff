// node scripts/third-party-notices.mjs [--check]: THIRD-PARTY-NOTICES.md from what esbuild really put into the bundles.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeBuild, panelBuild } from '../esbuild.mjs';

const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'THIRD-PARTY-NOTICES.md');

/** Data files that are copied into dist/ rather than bundled. */
const copied = ['tree-sitter-c', 'web-tree-sitter'];

async function bundledPackages() {
  const names = new Set(copied.filter((name) => existsSync(path.join(root, 'node_modules', name))));
  for (const options of [nodeBuild, panelBuild]) {
    const { metafile } = await build({ ...options, write: false, metafile: true });
    for (const input of Object.keys(metafile.inputs)) {
      const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match) names.add(match[1]);
    }
  }
  return [...names].sort();
}

function describe(name) {
  const folder = path.join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.|$)/i.test(each));
  const text = file ? readFileSync(path.join(folder, file), 'utf8').trim() : undefined;
  const body = text ? `\n\n\`\`\`text\n${text.replaceAll('\r\n', '\n')}\n\`\`\`` : '';
  return `## ${name} ${version}\n\nLicence: ${license}${body}`;
}

const head = `# Third-party notices

What ships in the extension beside our own code, with its licence. Made by \`scripts/third-party-notices.mjs\`
from the bundles.`;
const notices = `${[head, ...(await bundledPackages()).map(describe)].join('\n\n')}\n`;

if (!process.argv.includes('--check')) writeFileSync(target, notices);
else if (!existsSync(target) || readFileSync(target, 'utf8') !== notices) {
  console.error('THIRD-PARTY-NOTICES.md is out of step: run node scripts/third-party-notices.mjs');
  process.exitCode = 1;
}
