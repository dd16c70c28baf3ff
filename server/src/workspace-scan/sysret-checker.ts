import { relative } from 'node:path';
import {
  analyseSysret,
  askingView,
  examineSysret,
  type FileAnalysis,
  type FileSysretFacts,
  indexOf,
  noNames,
  type SysretIndex,
  type SysretNames,
  type SysretOptions,
  sysretRules,
  unexplained,
  viewOf,
  type WorkspaceView,
} from '#core/sysret';
import type { Checker, CheckOptions, CheckSettings, FileVerdict, SourceFile } from './checker.ts';
import { includedFile } from './include-files.ts';
import { sysretGate } from './sysret-gate.ts';

/** The SYSRET rules (SR...): files are judged with what they include and what other files tell. */
export const sysretChecker: Checker = {
  name: 'sysret',
  rules: sysretRules,
  readsPath: (path) => /\.(?:s|asm|nasm|inc|c|h|cc|cpp|hpp|rs|go)$/i.test(path),
  gate: (bytes, path, options) =>
    sysretGate(bytes, relative(options.root ?? '/', path), options.settings),
  examine(file, wanted, options) {
    const { view, wasAsked } = askingView();
    const { analysis, facts } = examineSysret(
      file,
      optionsFor(file, options, view),
      new Set(wanted),
    );
    return { facts, verdict: wasAsked() ? undefined : verdictOf(analysis, options) };
  },
  index: (facts) => indexOf(facts as readonly FileSysretFacts[]),
  follow: (index) => unexplained(index as SysretIndex),
  check(file, index, options) {
    const view = index === undefined ? undefined : viewOf(index as SysretIndex, file.path);
    return verdictOf(analyseSysret(file, optionsFor(file, options, view)), options);
  },
};

/** The report is the file's exits. */
function verdictOf({ findings, exits }: FileAnalysis, options: CheckOptions): FileVerdict {
  return { findings: findings.filter(({ rule }) => options.enabledRules.has(rule)), report: exits };
}

function optionsFor(
  file: SourceFile,
  options: CheckOptions,
  workspace: WorkspaceView | undefined,
): SysretOptions {
  return {
    names: namesOf(options.settings),
    include: (name, from) => includedFile(name, from ?? file.path),
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
