import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseUnit } from '#core/c-types';
import { cases } from '../../effort.ts';

/** Whether the condition holds, and what is said of the lines that it leaves out. */
function branchOf(condition: string): unknown {
  const text = `#define A 1\n#define B\n#if ${condition}\nint yes;\n#else\nint no;\n#endif\n`;
  const unit = parseUnit(text, { path: '/condition.h', abi: 'x86_64' });
  return {
    declared: unit.declarations.map((each) => (each.kind === 'variable' ? each.name : each.kind)),
    inactive: unit.inactive.map(({ why }) => why.replaceAll(/[()]/g, '')),
    problems: unit.problems.length,
  };
}

test('a condition that asks for names alone is worked out as any other', () => {
  const operand = fc
    .tuple(fc.constantFrom('', '!', '! '), fc.constantFrom('A', 'B', 'C', 'D'), fc.boolean())
    .map(([not, name, open]) => `${not}defined${open ? `(${name})` : ` ${name}`}`);
  const condition = fc
    .tuple(operand, fc.array(fc.tuple(fc.constantFrom(' || ', ' && '), operand), { maxLength: 4 }))
    .map(([first, rest]) => first + rest.map(([operator, next]) => operator + next).join(''));
  fc.assert(
    fc.property(condition, (text) => {
      expect(branchOf(text)).toEqual(branchOf(`(${text})`));
    }),
    { numRuns: cases(2000) },
  );
});
