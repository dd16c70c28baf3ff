import { advisoriesNotFixedIn, touchesFile, type Advisories, type Advisory } from '#core/knowledge';
import type { Crash, LogAnalysis } from './model.ts';

/** What the version of a log's hypervisor says of security fixes: to ask about, never a verdict. */
export interface KnownFixes {
  readonly version: string;
  /** Advisories whose fix that release lacks. */
  readonly lacking: readonly Advisory[];
  /** For each crash of the hypervisor, by its index: those whose fix changes a file of its trace. */
  readonly touching: readonly {
    readonly crash: number;
    readonly advisories: readonly Advisory[];
  }[];
}

const framesOfInterest = 8;

/** Files in which a crash happened: of its place, its culprit, and the frames surely on the stack. */
export function filesOfCrash(crash: Crash): readonly string[] {
  const frames = crash.callTrace.filter((frame) => frame.mark !== 'stack-word');
  const files = [
    crash.place?.file,
    crash.culprit?.file,
    ...frames.slice(0, framesOfInterest).map((frame) => frame.file),
  ];
  return [
    ...new Set(files.filter((file) => file !== undefined && /\.[chS]$/.test(file))),
  ] as string[];
}

const isHypervisors = (crash: Crash): boolean =>
  crash.context !== 'linux' && crash.kind !== 'domain-crash' && crash.kind !== 'dom0-crash';

/** The advisories whose fixes the log's hypervisor lacks by its version; undefined when it does not say its version. */
export function knownFixesOf(
  analysis: Pick<LogAnalysis, 'boots' | 'crashes'>,
  advisories: Advisories,
): KnownFixes | undefined {
  const version =
    analysis.boots.findLast((boot) => boot.xenVersion !== undefined)?.xenVersion ??
    analysis.crashes.find((crash) => crash.xenVersion !== undefined)?.xenVersion;
  if (version === undefined) return undefined;
  const lacking = advisoriesNotFixedIn(version, advisories);
  const touching = analysis.crashes.flatMap((crash, index) => {
    if (!isHypervisors(crash)) return [];
    const files = filesOfCrash(crash);
    const found = lacking.filter((advisory) => files.some((file) => touchesFile(advisory, file)));
    return found.length === 0 ? [] : [{ crash: index, advisories: found }];
  });
  return { version, lacking, touching };
}
