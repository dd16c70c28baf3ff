import type { BootFacts, Crash } from '#core/xen-log';
import { downstreamOf } from './downstream.ts';
import { readHostInfo } from './host-info.ts';
import type { Fact, FactKey, FactSheet, Fault, LogSource, ReportInput } from './model.ts';

/** The boot that a fault belongs to: the last one before it in its log, else the last one of any log. */
export function bootOf(
  input: ReportInput,
  fault: Fault,
): { readonly boot: BootFacts; readonly log: LogSource } | undefined {
  const at = fault.crash?.line ?? fault.incident?.line ?? Number.POSITIVE_INFINITY;
  const own = fault.log === undefined ? undefined : input.logs[fault.log];
  const before = own?.analysis.boots.filter((boot) => boot.line <= at).at(-1);
  if (own && before) return { boot: before, log: own };
  for (const log of input.logs) {
    const boot = log.analysis.boots.at(-1);
    if (boot) return { boot, log };
  }
  return undefined;
}

/** Gathers the environment: the log's own word first, then what the host said when asked. */
export function collectFacts(input: ReportInput, fault: Fault): FactSheet {
  const found = bootOf(input, fault);
  const asked = readHostInfo([...input.hostInfo, ...input.logs]);
  const boot = found ? factsOfBoot(found.boot, found.log.name) : {};
  const own = fault.log === undefined ? undefined : input.logs[fault.log];
  const crash = fault.crash && own ? factsOfCrash(fault.crash, own.name) : {};
  const facts = { ...asked, ...crash, ...boot };
  const packager = facts.distro ? undefined : downstreamOf(facts);
  return packager === undefined || facts['xen.origin'] === undefined
    ? facts
    : { ...facts, distro: { value: packager.name, from: facts['xen.origin'].from } };
}

function factsOfBoot(boot: BootFacts, name: string): FactSheet {
  const from = `${name}:${boot.line}`;
  return present(from, {
    'xen.version': boot.xenVersion,
    'xen.changeset': boot.changeset?.trim(),
    'xen.buildid': boot.buildId,
    'xen.debug': boot.isDebugBuild === undefined ? undefined : boot.isDebugBuild ? 'y' : 'n',
    'xen.cmdline': boot.commandLine?.trim(),
    'xen.origin': originOf(boot.origin),
    'cpu.model': boot.cpu ?? boot.cpuVendor,
    'cpu.microcode': boot.microcode,
    memory: boot.ramKib === undefined ? undefined : `${Math.floor(boot.ramKib / 1024)} MiB`,
    'dom0.kernel': kernelRelease(boot.dom0Kernel),
  });
}

/** `Linux version 6.1.0-56-amd64 (builder) ...` as its release alone; a line that names none tells nothing. */
export function kernelRelease(kernel: string | undefined): string | undefined {
  return kernel === undefined ? undefined : /(?:^|[\s-])(\d+\.\d+\S*)/.exec(kernel)?.[1];
}

/** An empty builder (`@`) says nothing. */
function originOf(origin: string | undefined): string | undefined {
  return origin === undefined || /^[@\s]*$/.test(origin) ? undefined : origin;
}

function factsOfCrash(crash: Crash, name: string): FactSheet {
  return present(`${name}:${crash.line}`, {
    'xen.version': crash.xenVersion,
    'xen.taint': crash.taint,
    'xen.debug': crash.isDebugBuild === undefined ? undefined : crash.isDebugBuild ? 'y' : 'n',
  });
}

function present(
  from: string,
  values: Readonly<Partial<Record<FactKey, string | undefined>>>,
): FactSheet {
  const facts: Partial<Record<FactKey, Fact>> = {};
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') facts[key as FactKey] = { value, from };
  }
  return facts;
}
