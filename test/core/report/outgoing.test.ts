import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildReport, outgoingText, securityProcess } from '#core/report';
import { cases } from '../../effort.ts';
import { crash, knowledge, log } from './sample.ts';

const draft = buildReport({
  logs: [log([crash({ domain: 3, vcpu: 0 })])],
  hostInfo: [],
  configs: [],
  knowledge,
});

describe('the report as its reader gets it', () => {
  const text = outgoingText(draft.reportText);

  it('leaves out what is for the writer alone', () => {
    expect(draft.reportText).toContain('<!--');
    expect(draft.reportText).toContain('(missing)');
    expect(draft.reportText).toContain(securityProcess[1]);
    expect(text).not.toMatch(/<!--|-->|\(missing\)/);
    for (const line of securityProcess) expect(text).not.toContain(line);
  });

  it('leaves out sections that nobody filled, and no other', () => {
    expect(text).not.toMatch(/## How often|## Already tried|## Guest configuration/);
    for (const kept of ['Summary', 'Environment', 'Actual result', 'Logs', 'Security note'])
      expect(text).toContain(`## ${kept}\n`);
  });

  it('says of a fact that could not be found that it is not known', () => {
    expect(draft.reportText).toMatch(/- Machine: \(missing\) /);
    expect(text).toContain('- Machine: not known\n');
  });

  it('tells the security team why, in place of what the writer is told', () => {
    expect(text).toContain(
      'Why it may concern security:\n- The host died while it worked for guest d3',
    );
  });

  it('keeps log lines as they are, whatever they look like', () => {
    const report =
      '## Actual result\n\n```text\n## Logs\n(missing) x\n<!-- y -->\n\n\n- a: (missing)\n```\n\n## Logs\n';
    const out = outgoingText(report);
    expect(out).toContain('## Logs\n(missing) x\n<!-- y -->\n\n\n- a: (missing)\n```');
    expect(out.match(/## Logs/g)?.length).toBe(1);
  });

  it('says the same of its own result, on any text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '\n',
        '\n\n',
        '## A',
        '```',
        '<!--',
        '-->',
        '(missing)',
        '- a: (missing) `x`',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const once = outgoingText(pieces.join(''));
        expect(outgoingText(once)).toBe(once);
      }),
      { numRuns: cases(3000) },
    );
  });
});
