import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  analyseSysret,
  noNames,
  sysretRules,
  type FileAnalysis,
  type SysretNames,
  type SysretOptions,
  type WorkspaceView,
} from '#core/sysret';
import type { Checker, CheckOptions, CheckSettings, SourceFile } from './checker.ts';

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
    facts: bytes.length <= LARGEST_BYTES && factWords.some((word) => bytes.includes(word)),
  }),
  facts(file, _wanted, options): SysretFacts {
    const { exits } = analyseSysret(file, optionsFor(file, options, undefined));
    return {
      guarded: exits
        .filter(({ width }) => width === 'sysretq')
        .map(({ verdict }) => verdict === 'safe'),
      writesFlagMask: flagMaskWrite.test(file.text),
    };
  },
  index(facts): SysretFacts {
    const all = facts.map((each) => each.facts as SysretFacts);
    return {
      guarded: all.flatMap(({ guarded }) => guarded),
      writesFlagMask: all.some(({ writesFlagMask }) => writesFlagMask),
    };
  },
  check: (file, index, options) =>
    analyseFile(file, index, options).findings.filter(({ rule }) => options.enabledRules.has(rule)),
};

/** The whole analysis of one file: findings of all rules, and its exits with their verdicts. */
export function analyseFile(file: SourceFile, index: unknown, options: CheckOptions): FileAnalysis {
  return analyseSysret(file, optionsFor(file, options, viewOf(index as SysretFacts | undefined)));
}

/** What a tree's files tell each other, so far: how its 64-bit exits are judged, and whether FMASK is written. */
interface SysretFacts {
  /** Of each SYSRETQ exit: whether every path to it is checked. */
  readonly guarded: readonly boolean[];
  readonly writesFlagMask: boolean;
}

const factWords = ['sysret', 'SYSRET', 'FMASK', 'SYSCALL_MASK'];
const flagMaskWrite =
  /\bwr\w*msr\w*\b[^;]*(?:FMASK|SYSCALL_MASK)|(?:FMASK|SYSCALL_MASK)[^;]*\bwr\w*msr/i;

/** Nothing but the facts is known of other files; every other question is answered with "not known". */
function viewOf(facts: SysretFacts | undefined): WorkspaceView | undefined {
  if (!facts) return undefined;
  return {
    guardBehind: () => undefined,
    jumpTargets: () => new Set(),
    userLimit: () => undefined,
    // An exit that looks unsafe here may be checked in a file that was not asked: then it is not known.
    allExitsGuarded: () =>
      facts.guarded.length > 0 && facts.guarded.every(Boolean) ? true : undefined,
    writesFlagMask: () => facts.writesFlagMask,
    uncheckedWriter: () => undefined,
    ripCheck: () => undefined,
  };
}

function optionsFor(
  file: SourceFile,
  options: CheckOptions,
  workspace: WorkspaceView | undefined,
): SysretOptions {
  return {
    names: namesOf(options.settings),
    include: (name, from) => included(name, from ?? file.path),
    workspace,
  };
}

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

/** Where kernels and hypervisors keep what `<asm/x.h>` means, seen from each folder above the file. */
const headerFolders = ['', 'include', 'include/uapi'];
const FOLDERS_UP = 6;

/** An included file: beside the one that names it, or in a header folder of the tree around it. */
export function included(
  name: string,
  from: string,
  mayRead: (path: string) => boolean = () => true,
): { path: string; text: string } | undefined {
  let folder = dirname(resolve(from));
  for (let up = 0; up < FOLDERS_UP; up++) {
    for (const headers of headerFolders) {
      const path = join(folder, headers, name);
      const text = mayRead(path) ? textOf(path) : undefined;
      if (text !== undefined) return { path, text };
    }
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return undefined;
}

/** Headers are asked for again by every file of a tree; what is not there is remembered too. */
const texts = new Map<string, string | undefined>();
const MOST_TEXTS = 4000;

function textOf(path: string): string | undefined {
  if (!texts.has(path)) {
    if (texts.size >= MOST_TEXTS) texts.clear();
    texts.set(path, readText(path));
  }
  return texts.get(path);
}

function readText(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > LARGEST_BYTES) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
