import { describe, expect, test } from 'vitest';
import { scanLog } from '#core/xen-log';
import { knowledge } from './knowledge.ts';
import { otherForms } from './other-forms.ts';

describe.each(otherForms.map((form) => [form.name, form] as const))('%s', (_name, form) => {
  const analysis = scanLog(form.text, knowledge);
  const [crash] = analysis.crashes;

  test('is one crash, with its cause', () => {
    expect(analysis.crashes).toHaveLength(1);
    expect(crash).toMatchObject({ kind: form.kind, outcome: form.outcome });
    expect(crash?.culprit?.symbol).toBe(form.symbol);
    expect(crash?.cause).toMatch(/\.$/);
  });

  test('has all its lines', () => {
    const own = new Set(crash?.lines);
    const events = new Set(analysis.events.map(({ line }) => line));
    const lost = form.text
      .split('\n')
      .map((line, index) => ({ line, number: index + 1 }))
      .filter(({ line, number }) => {
        const payload = line.replace(/^(?:<\d>)?(?:\(XEN\) ?)?(?:\[[^\]]*\] ?)?/, '').trim();
        return payload !== '' && !own.has(number) && !events.has(number);
      });
    // Stack words, blank parts and module lists say nothing by themselves.
    expect(lost.length).toBeLessThan(4);
  });
});
