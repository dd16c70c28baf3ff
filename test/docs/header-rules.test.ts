import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { headerRules } from '#core/blkif';

const pageOf = (rule: string): string =>
  path.resolve(import.meta.dirname, `../../docs/rules/${rule}.md`);

test.each(headerRules.map((rule) => [rule.id, rule] as const))(
  '%s has a page that names it and its severity',
  (id, rule) => {
    expect(existsSync(pageOf(id))).toBe(true);
    const page = readFileSync(pageOf(id), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${id}`));
    expect(page).toContain(`Severity: ${rule.severity}.`);
  },
);
