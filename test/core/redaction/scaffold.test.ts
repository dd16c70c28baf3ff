import { describe, expect, it } from 'vitest';
import { findSecretsInLine, redact, redactionRules } from '#core/redaction';
import { readScaffold } from '#core/knowledge';
import scaffoldData from '../../../server/src/core/knowledge/data/scaffold.json' with { type: 'json' };

const scaffold = readScaffold(scaffoldData);

describe('the redaction examples of the knowledge base', () => {
  for (const { id, positive, negative } of scaffold.redaction) {
    it(`has the rule ${id}`, () => {
      expect(redactionRules.map((rule) => rule.id)).toContain(id);
    });
    for (const line of positive) {
      it(`${id} sees a private text in: ${line}`, () => {
        const spans = findSecretsInLine(line).filter((span) => span.rule === id);
        expect(spans).not.toEqual([]);
        const text = redact([{ name: 'a.log', text: line }]).files[0]?.text ?? '';
        for (const span of spans) expect(text).not.toContain(span.text);
      });
    }
    for (const line of negative) {
      it(`leaves alone: ${line}`, () => {
        expect(redact([{ name: 'a.log', text: line }]).files[0]?.text).toBe(line);
      });
    }
  }
});
