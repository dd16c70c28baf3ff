import fc from 'fast-check';
import { readAdvisories, readScaffold } from '#core/knowledge';
import type { LogSource, ReportKnowledge } from '#core/report';
import type { BootFacts, CallFrame, Crash, LogAnalysis } from '#core/xen-log';
import scaffoldData from '../../../server/src/core/knowledge/data/scaffold.json' with { type: 'json' };
import xsaData from '../../../server/src/core/knowledge/data/xsa.json' with { type: 'json' };

export const knowledge: ReportKnowledge = {
  scaffold: readScaffold(scaffoldData),
  advisories: readAdvisories(xsaData),
};

/** A frame of a trace that the hypervisor found by its frame pointer. */
export function frame(symbol: string, file?: string): CallFrame {
  return {
    line: 1,
    address: 0xffff82d040200000n,
    lookupAddress: 0xffff82d0401fffffn,
    mark: 'frame-pointer',
    symbol,
    ...(file === undefined ? {} : { file }),
    offsetBytes: 3,
    sizeBytes: 0xc,
  };
}

/** A host crash of a release build at line 40; parts can be replaced. */
export function crash(parts: Partial<Crash> = {}): Crash {
  return {
    kind: 'page-fault',
    outcome: 'host-died',
    line: 40,
    endLine: 60,
    keyLine: 40,
    lines: [40, 41, 42],
    registers: { rip: 0xffff82d040200000n, rax: 1n },
    callTrace: [frame('f', 'common/sched/credit2.c'), frame('idle_loop', 'arch/x86/domain.c')],
    pageWalk: [],
    panicText: ['FATAL PAGE FAULT', '[error_code=0000]'],
    cause: 'Read of address 0x10 through a NULL pointer.',
    evidence: [],
    nextSteps: [],
    securityRelevant: { yes: false, why: '' },
    signature: 'page-fault|common/sched/credit2.c|f|idle_loop|',
    culprit: frame('f', 'common/sched/credit2.c'),
    xenVersion: '4.17.6',
    isDebugBuild: false,
    ...parts,
  };
}

const boot: BootFacts = {
  line: 1,
  endLine: 30,
  xenVersion: '4.17.6',
  banner: 'Xen version 4.17.6 (Debian 4.17.6-1) (gcc 12) debug=n',
  origin: 'Debian 4.17.6-1',
  isDebugBuild: false,
  buildId: '6d56f1853d7a2facac5e05700a1cc2b28fc5a2a2',
  commandLine: 'com1=115200,8n1 console=com1 loglvl=all guest_loglvl=all',
  memoryMap: [],
  ramKib: 3145212,
  cpu: 'AMD, Family 23 (0x17), Model 1 (0x1), Stepping 2',
  numa: { memory: [], cpus: [], nodes: [], cpuToNode: [], domains: [], isOff: true },
  mitigations: [],
  dom0Kernel: '6.1.0-56-amd64',
  isTruncated: false,
};

const { dom0Kernel: _started, ...notStarted } = boot;
/** The same boot as far as Xen alone. */
export const bootBeforeDom0: BootFacts = notStarted;

/** A log as the scanner would describe it: a whole boot, dom0 running, and the crashes given. */
export function log(
  crashes: readonly Crash[],
  parts: Partial<LogAnalysis> = {},
  text = '',
): LogSource {
  const analysis: LogAnalysis = {
    lineCount: 60,
    classifiedLineCount: 60,
    linesByDialect: {},
    events: [
      {
        id: 0,
        kind: 'xen.con.input',
        severity: 'hint',
        line: 30,
        endLine: 30,
        dialect: 'xen-console',
        title: 'Console input',
        text: '*** Serial input to DOM0',
        payloadColumn: 0,
        fields: {},
        rootCauseRank: 0,
        isGeneric: false,
      },
    ],
    droppedEventCount: 0,
    countedOnlyEventCount: 0,
    countByKind: {},
    crashes,
    incidents: [],
    boots: [boot],
    blocks: [],
    domains: [],
    unknown: [],
    ...parts,
  };
  const lines = Array.from({ length: 60 }, (_, at) => `(XEN) line ${at + 1}`);
  return { name: 'serial.log', text: text === '' ? lines.join('\n') : text, analysis };
}

/** Texts of any code points, unpaired surrogates among them: what a broken capture may hold. */
export const anyText = (constraints: fc.StringConstraints = {}): fc.Arbitrary<string> =>
  fc.string({
    ...constraints,
    unit: fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
      fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCodePoint(code)),
    ),
  });
