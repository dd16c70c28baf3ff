import { isUserLimitName } from './machine.ts';

/** A place where some code tests a saved return address against a limit or for being canonical. */
export interface RipCheck {
  readonly offset: number;
  readonly text: string;
}

/** Members and variables that hold a saved instruction pointer: rip, tf_rip, regs->ip, _REG_RIP, NextIP. */
const ripWord = /\b\w*(?:ip|pc|rcx|ret_?addr|return_address)\b\]?/gi;
const ripName = /^(?:\w*_)?(?:r?ip|eip|pc|nextip|rcx|ret_?addr|return_address)\]?$/i;

const limit = String.raw`\(?\s*(?:\([\w\s*]{1,40}\)\s*)?([A-Za-z_]\w*|0x[0-9a-fA-F_]+\w*)`;
const operator = '(?:>=|>|<=|<)(?![<>=])';
const limitAfter = new RegExp(`^\\s*\\)?\\s*${operator}\\s*${limit}`);
const limitBefore = new RegExp(`${limit}\\s*${operator}\\s*$`);
const shiftAfter = /^\s*\)?\s*>>\s*47/;
const canonicalCall = /\b(\w*(?:canon|valid_user_(?:ip|rip|addr))\w*)\s*!?\(([^();]{0,120})/gi;
/** How far around a name the other side of a comparison may stand. */
const WINDOW = 100;

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
  for (const match of code.matchAll(ripWord)) {
    if (!ripName.test(match[0])) continue;
    const end = match.index + match[0].length;
    const before = code.slice(Math.max(0, match.index - WINDOW), match.index);
    const path = /[\w.>[\]-]*$/.exec(before)?.[0] ?? '';
    const start = match.index - path.length;
    const after = code.slice(end, end + WINDOW);
    const right = limitAfter.exec(after) ?? shiftAfter.exec(after);
    const left = limitBefore.exec(before.slice(0, before.length - path.length));
    if (right && (right[1] === undefined || isLimitText(right[1], isNamed)))
      add(start, code.slice(start, end + right[0].length));
    else if (left && isLimitText(left[1] ?? '', isNamed))
      add(start - left[0].length, code.slice(start - left[0].length, end));
  }
  for (const match of code.matchAll(canonicalCall))
    if ((match[2] ?? '').split(/[^\w\]]+/).some((word) => ripName.test(word)))
      add(match.index, match[1] ?? '');
  return checks.sort((a, b) => a.offset - b.offset);
}

/** Whether a member name is that of a saved instruction pointer. */
export function isRipMember(name: string): boolean {
  return (
    /^(?:\w*_)?(?:r?ip|eip|pc|nextip|frame_rip)$/i.test(name) &&
    !/^(?:zip|chip|skip|strip|tip|clip)$/i.test(name)
  );
}
