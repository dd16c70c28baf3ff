import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { driverRules, explanations } from '#core/driver';
import { explanations as sysretExplanations, sysretRules } from '#core/sysret';

const root = path.resolve(import.meta.dirname, '../..');
const { rulePages } = (await import('../../scripts/rule-pages.mjs' as string)) as {
  readonly rulePages: () => Promise<Map<string, string>>;
};

test('the pages of the rules are in step with the table and the samples', async () => {
  const pages = await rulePages();
  expect(pages.size).toBe(driverRules.length + sysretRules.length);
  for (const [file, text] of pages) {
    const target = path.join(root, file);
    expect(existsSync(target), file).toBe(true);
    expect(readFileSync(target, 'utf8'), file).toBe(text);
  }
});

test('every rule is explained', () => {
  expect(driverRules.map((rule) => rule.id).filter((id) => !explanations.has(id))).toEqual([]);
  expect(explanations.size).toBe(driverRules.length);
  expect([...sysretExplanations.keys()]).toEqual(sysretRules.map((rule) => rule.id));
});
