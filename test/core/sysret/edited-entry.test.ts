import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { analyseSysret, noNames, type SysretOptions } from '#core/sysret';
import { describe, expect, test } from 'vitest';
import { includedFile } from '../../../server/src/workspace-scan/include-files.ts';

/** Debian's linux-source-6.1, unpacked; the test is skipped where it is not. */
const file = '/usr/src/linux-source-6.1/arch/x86/entry/entry_64.S';

type Edit = readonly [pattern: RegExp, replacement: string];

/** Each line damages the check before SYSRET in another way; the last ones leave it as good as it was. */
const edits: readonly (readonly [what: string, rules: readonly string[], ...changes: Edit[]])[] = [
  [
    'the comparison with the extended address is taken out',
    ['SR001'],
    [
      /\tcmpq\t%rcx, %r11\n\tjne\tswapgs_restore_regs_and_return_to_usermode\n(?=\n\tcmpq\t\$__USER_CS)/,
      '',
    ],
  ],
  [
    'the jump after it is turned round',
    ['SR001', 'SR002'],
    [
      /(\tcmpq\t%rcx, %r11\n\t)jne(?=\tswapgs_restore_regs_and_return_to_usermode\n\n\tcmpq\t\$__USER_CS)/,
      '$1je',
    ],
  ],
  [
    'the address is extended from a bit too high',
    ['SR001', 'SR002'],
    [/64 - 48/g, '64 - 49'],
    [/64 - \(__VIRTUAL_MASK_SHIFT\+1\)/g, '64 - 49'],
  ],
  [
    'a label below the check becomes a way in',
    ['SR001'],
    [/^syscall_return_via_sysret:/m, 'SYM_CODE_END(x)\nSYM_CODE_START(another_way_in)'],
  ],
  [
    'the checked slot is written after the check',
    ['SR001', 'SR002'],
    [/^syscall_return_via_sysret:/m, '\tmovq\t%rax, RCX(%rsp)\nsyscall_return_via_sysret:'],
  ],
  [
    'a function is called after the check, which has the frame in hand',
    ['SR001'],
    [
      /^syscall_return_via_sysret:/m,
      '\tmovq\t%rsp, %rdi\n\tcall\tdo_more\nsyscall_return_via_sysret:',
    ],
  ],
  [
    'RCX is loaded again from another slot',
    ['SR001', 'SR002'],
    [/(\tSWITCH_TO_USER_CR3_STACK scratch_reg=%rdi\n\n\tpopq\t%rdi)/, '\tmovq\t(%rsp), %rcx\n$1'],
  ],
  [
    'a comment is added',
    [],
    [/^syscall_return_via_sysret:/m, '/* jump here? */\nsyscall_return_via_sysret:'],
  ],
  [
    'a move stands between the comparison and its jump',
    [],
    [
      /(\tcmpq\t%rcx, %r11\n)(?=\tjne\tswapgs_restore_regs_and_return_to_usermode\n\n\tcmpq)/,
      '$1\tmovq\t%rbx, %rbx\n',
    ],
  ],
];

const cases = edits.map(([what, rules, ...changes]) => [what, rules, changes] as const);

function seriousRules(text: string): readonly string[] {
  const options: SysretOptions = {
    names: noNames,
    include: (name, from) => includedFile(name, from ?? file),
    workspace: undefined,
  };
  return analyseSysret({ path: path.resolve(file), text }, options)
    .findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ rule }) => rule);
}

const isMissing = !existsSync(file) && process.env['CI'] !== 'true';

describe.skipIf(isMissing)('the way out of a system call in Linux 6.1', () => {
  test('is silent as it is', () => {
    expect(seriousRules(readFileSync(file, 'utf8'))).toEqual([]);
  });

  test.each(cases)('%s', (_what, rules, changes) => {
    const after = changes.reduce(
      (text, [pattern, replacement]) => {
        expect(text).toMatch(pattern);
        return text.replace(pattern, replacement);
      },
      readFileSync(file, 'utf8'),
    );
    const found = seriousRules(after);
    if (rules.length === 0) expect(found).toEqual([]);
    else
      expect(
        rules.some((rule) => found.includes(rule)),
        found.join(),
      ).toBe(true);
  });
});
