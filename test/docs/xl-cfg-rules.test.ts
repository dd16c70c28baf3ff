import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { XL_CFG_RULES } from '#core/xl-cfg';

const file = path.resolve(import.meta.dirname, '../../docs/rules/xl-cfg.md');

/** The page as the rule table has it; `UPDATE=1` writes it. */
function page(): string {
  const sections = XL_CFG_RULES.map(
    (rule) =>
      `## ${rule.id}\n\n${rule.summary}\n\nSeverity: ${rule.severity}. Source: ${rule.sources.join(', ')}.\n`,
  );
  return `# Rules about xl.cfg files

What xl or libxl refuses is an error, what they take to a surprising end a warning. Rules that need a machine speak only
when a host is known: the setting \`xen.hostInfo\`, or outputs such as \`xl-info-n.txt\` beside the file. Verdicts were
compared with real xl and real libxl, file by file.

${sections.join('\n')}`;
}

test('the page of the xl.cfg rules is the table', () => {
  if (process.env['UPDATE'] === '1') writeFileSync(file, page());
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(page());
});
