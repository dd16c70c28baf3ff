import type { Finding } from '#core/findings';
import { CText, type Program, registerNamed, sourceKindOf } from '#core/asm';
import { LineIndex } from '#core/text';
import { evaluatorOf, guardsBefore } from './c-guards.ts';
import { cFindings, ripChecksOf } from './c-rules.ts';
import { Contracts } from './contracts.ts';
import { type ExitReport, reportExit, type Reporting } from './exit-findings.ts';
import { type EntryKnowledge, type Exploration, explore } from './explore.ts';
import { fixesFor } from './fixes.ts';
import { iretFindings } from './iret-rules.ts';
import { judge } from './judge.ts';
import type { SysretOptions } from './options.ts';
import { reachableBackwards } from './pruning.ts';
import { type FileProgram, programsOf, type SourceText } from './programs.ts';
import { type ExitSite, findSites } from './sites.ts';
import { stackFindings } from './stack-rules.ts';
import type { Established } from './state.ts';
import { constant, symbolValue, type Value } from './values.ts';
import { widthFinding } from './width-rules.ts';

/** What the analysis found in one file. */
export interface FileAnalysis {
  readonly findings: readonly Finding[];
  readonly exits: readonly ExitReport[];
  /** Global labels before an exit that the code above runs on into: other files may jump there. */
  readonly innerLabels: readonly string[];
}

/** Checks one file; never throws for bad input. All rules run; which to show is the caller's choice. */
export function analyseSysret(file: SourceText, options: SysretOptions): FileAnalysis {
  return analyseFile(file, options).analysis;
}

/** The analysis with what it read the file into. */
export function analyseFile(
  file: SourceText,
  options: SysretOptions,
): { readonly analysis: FileAnalysis; readonly c: CText | undefined; readonly lines: LineIndex } {
  const lines = new LineIndex(file.text);
  const c = sourceKindOf(file.path) === 'c' ? new CText(file.text) : undefined;
  const parts = programsOf(file, c, options).map((each) =>
    analyseProgram(file, each, { c, lines, options }),
  );
  const contracts = new Contracts(file.text);
  const findings = [
    ...parts.flatMap((part) => part.findings),
    ...cFindings(file, c, lines, options),
  ];
  const analysis: FileAnalysis = {
    findings: distinct(findings.filter((finding) => !contracts.covers(finding))),
    exits: parts.flatMap((part) => part.exits),
    innerLabels: [...new Set(parts.flatMap((part) => part.innerLabels))],
  };
  return { analysis, c, lines };
}

interface Surroundings {
  readonly c: CText | undefined;
  readonly lines: LineIndex;
  readonly options: SysretOptions;
}

function analyseProgram(file: SourceText, part: FileProgram, around: Surroundings): FileAnalysis {
  const { program } = part;
  const { names } = around.options;
  const sites = findSites(program, names.sysretMacros);
  if (sites.length === 0) return { findings: [], exits: [], innerLabels: [] };
  const entry = entryKnowledge(part, around);
  const exploration = explore(program, new Set(sites.map((site) => site.at)), names, entry);
  nameExpressions(part, exploration);
  const reporting: Reporting = {
    program,
    exploration,
    lines: around.lines,
    options: around.options,
    fileGuard: part.block && around.c ? ripChecksOf(around.c, around.options)[0] : undefined,
    macroName: part.macroName,
    fixesFor: (judgement, path) =>
      fixesFor(
        { program, text: file.text, lines: around.lines, quoting: quotingOf(file, part) },
        judgement,
        path,
      ),
  };
  const results = sites.map((site) => analyseSite(site, reporting));
  const wide = new Set(sites.filter((site) => site.width === 'sysretq').map((site) => site.at));
  const arrivals = exploration.arrivals.filter((arrival) => wide.has(arrival.at));
  return {
    findings: [
      ...results.flatMap((result) => result.findings),
      ...(part.macroName === undefined
        ? stackFindings(program, exploration, arrivals, around.lines)
        : []),
      ...iretFindings(program, file.text, around.lines),
    ],
    exits: results.flatMap((result) => result.exits),
    innerLabels: part.block ? [] : innerLabelsOf(program, wide),
  };
}

function quotingOf(file: SourceText, part: FileProgram): 'none' | 'c' | 'rust' {
  if (!part.block) return 'none';
  return sourceKindOf(file.path) === 'rust' ? 'rust' : 'c';
}

function innerLabelsOf(program: Program, exits: ReadonlySet<number>): readonly string[] {
  const reaching = reachableBackwards(program, exits);
  return program.operations.flatMap((operation, at) =>
    operation.kind === 'label' &&
    operation.entry &&
    !program.roots.includes(at) &&
    reaching[at] === 1
      ? [operation.name]
      : [],
  );
}

function analyseSite(
  site: ExitSite,
  reporting: Reporting,
): Pick<FileAnalysis, 'findings' | 'exits'> {
  const { program, exploration, lines } = reporting;
  const width = widthFinding(program, exploration, site, lines);
  const findings = width ? [width] : [];
  if (site.width !== 'sysretq' || site.form === 'no-bytes') return { findings, exits: [] };
  const judgement = judge(program, exploration, site, reporting.options.names.iretFlags);
  const { report, finding } = reportExit(judgement, reporting);
  return {
    findings: finding ? [...findings, finding] : findings,
    exits: report ? [report] : [],
  };
}

/** Operands of inline assembly, with what the C code around it has checked about them. */
function entryKnowledge(part: FileProgram, around: Surroundings): EntryKnowledge {
  const registers = new Map<string, Value>();
  const conditions: Established[] = [];
  const { block } = part;
  if (!block) return { registers, conditions };
  const known = new Map<string, Value>();
  for (const input of block.inputs) {
    const value =
      known.get(input.expression) ?? valueOfInput(part, around, input.expression, conditions);
    known.set(input.expression, value);
    registers.set(registerNamed(input.register)?.name ?? input.register, value);
  }
  return { registers, conditions };
}

function valueOfInput(
  part: FileProgram,
  around: Surroundings,
  expression: string,
  conditions: Established[],
): Value {
  const constantValue = constantInput(part.program, expression);
  if (constantValue) return constantValue;
  const { c } = around;
  const enclosing = part.block?.function;
  if (!c || !enclosing || !part.block)
    return { kind: 'atom', key: `expr:${expression.replaceAll(/\s+/g, '')}` };
  const evaluate = evaluatorOf((name) => c.defines.get(name));
  const found = guardsBefore(c, enclosing, part.block.span.start, {
    expression,
    evaluate,
    names: around.options.names,
  });
  for (const guard of found.guards) conditions.push({ condition: guard.condition, at: 0 });
  return found.value;
}

function constantInput(program: Program, expression: string): Value | undefined {
  const value = program.valueOf(expression);
  if (value.symbols === '') return constant(value.constant);
  // A function or array by name is an address of the kernel.
  return /^&?[A-Z_][A-Z0-9_]*$/.test(expression) ? symbolValue(expression) : undefined;
}

function nameExpressions(part: FileProgram, exploration: Exploration): void {
  for (const input of part.block?.inputs ?? []) {
    const key = `expr:${input.expression.replaceAll(/\s+/g, '')}`;
    exploration.machine.origins.set(key, { kind: 'expression', text: input.expression, at: 0 });
  }
}

function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const { start, end } = finding.range;
    const key = `${finding.rule} ${start.line}:${start.character}-${end.line}:${end.character}`;
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()].sort(
    (a, b) =>
      a.range.start.line - b.range.start.line ||
      a.range.start.character - b.range.start.character ||
      (a.rule < b.rule ? -1 : 1),
  );
}
