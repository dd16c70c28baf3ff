import { isUserLimitName } from './machine.ts';

/** A place where some code tests a saved return address against a limit or for being canonical. */
export interface RipCheck {
  readonly offset: number;
  readonly text: string;
}

/** Members and variables that hold a saved instruction pointer: rip, tf_rip, regs->ip, _REG_RIP, NextIP. */
const ripName = String.raw`(?:\w*(?:_|->|\.|\[|\b))(?:r?ip|eip|pc|nextip|tf_rip|reg_rip|_reg_rip|frame_rip|uc_rip|rcx|ret_?addr|return_address)\b\]?`;
const limitSide = String.raw`\(?\s*(?:\([\w\s*]+\)\s*)?([A-Za-z_]\w*|0x[0-9a-fA-F_]+\w*)`;

const comparison = new RegExp(
  `(${ripName})\\s*\\)?\\s*(?:>=|>|<=|<)(?![<>=])\\s*${limitSide}`,
  'gi',
);
const reversed = new RegExp(
  `${limitSide}\\s*(?:>=|>|<=|<)(?![<>=])\\s*(?:\\w+(?:->|\\.))*(${ripName})`,
  'gi',
);
const canonicalCall = new RegExp(
  `\\b(\\w*(?:canon|valid_user_(?:ip|rip|addr))\\w*)\\s*!?\\(\\s*[^();]*?(${ripName})`,
  'gi',
);
const shifted = new RegExp(`(${ripName})\\s*\\)?\\s*>>\\s*47`, 'gi');

/** Looks like the end of user space, or a number in the range of one. */
export function isLimitText(text: string, isNamed: (name: string) => boolean): boolean {
  if (/^0x/i.test(text)) return text.replaceAll('_', '').length >= 12;
  if (/unsafe|stack|entry|start|begin|_end$|text|size_of|sizeof/i.test(text) && !/user/i.test(text))
    return false;
  return (
    isNamed(text) ||
    isUserLimitName(text.toUpperCase()) ||
    /user|canon|hole|task_size|addr_?max|ulim|utop/i.test(text)
  );
}

/** Every range test of a saved return address in a text, whatever its language. */
export function findRipChecks(
  code: string,
  isNamed: (name: string) => boolean = () => false,
): RipCheck[] {
  if (!/canon|>>\s*47|[<>]/i.test(code)) return [];
  const checks: RipCheck[] = [];
  const add = (offset: number, text: string): void => {
    checks.push({ offset, text: text.replaceAll(/\s+/g, ' ').trim() });
  };
  for (const match of code.matchAll(comparison))
    if (isLimitText(match[2] ?? '', isNamed)) add(match.index, match[0]);
  for (const match of code.matchAll(reversed))
    if (isLimitText(match[1] ?? '', isNamed)) add(match.index, match[0]);
  for (const match of code.matchAll(canonicalCall)) add(match.index, match[1] ?? '');
  for (const match of code.matchAll(shifted)) add(match.index, match[0]);
  return checks.sort((a, b) => a.offset - b.offset);
}

/** Whether a member name is that of a saved instruction pointer. */
export function isRipMember(name: string): boolean {
  return (
    /^(?:\w*_)?(?:r?ip|eip|pc|nextip|frame_rip)$/i.test(name) &&
    !/^(?:zip|chip|skip|strip|tip|clip)$/i.test(name)
  );
}
