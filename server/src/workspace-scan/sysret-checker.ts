import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { analyseSysret, noNames, sysretRules, type SysretNames } from '#core/sysret';
import type { Checker, CheckSettings } from './checker.ts';

const LARGEST_BYTES = 8 * 1024 * 1024;

/** One of these is in every file that the rules can concern, in the spellings of assemblers, C and Rust. */
const words = (
  'sysret SYSRET sysexit iret IRET swapgs SWAPGS STAR Star FMASK SYSCALL_MASK syscall TASK_SIZE USERLIMIT ' +
  'regs->ip regs->rip ->rip 0x0f 0F07'
).split(' ');

/** The SYSRET rules (SR...): each file is judged with the files it includes. */
export const sysretChecker: Checker = {
  name: 'sysret',
  rules: sysretRules,
  readsPath: (path) => /\.(?:s|asm|nasm|inc|c|h|cc|cpp|hpp|rs|go)$/i.test(path),
  gate: (bytes) => ({
    check: bytes.length <= LARGEST_BYTES && words.some((word) => bytes.includes(word)),
    facts: false,
  }),
  check: (file, _index, options) =>
    analyseSysret(file, {
      names: namesOf(options.settings),
      include: (name, from) => included(name, from ?? file.path),
      workspace: undefined,
    }).findings.filter(({ rule }) => options.enabledRules.has(rule)),
};

function namesOf(settings: CheckSettings): SysretNames {
  return {
    ...noNames,
    sysretMacros: new Set(settings.sysretMacros),
    guardFunctions: new Set(settings.guardFunctions),
    iretFlags: new Set(settings.iretFlags),
    userLimits: new Set(settings.userLimits),
    interruptMacros: new Set(settings.interruptMacros),
  };
}

/** An included file that lies beside the one that names it. */
function included(name: string, from: string): { path: string; text: string } | undefined {
  const path = resolve(dirname(from), name);
  try {
    if (statSync(path).size > LARGEST_BYTES) return undefined;
    return { path, text: readFileSync(path, 'utf8') };
  } catch {
    return undefined;
  }
}
