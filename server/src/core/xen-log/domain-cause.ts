import type { Verdict } from './crash-draft.ts';
import { hex } from './fault-address.ts';
import { parseLocation } from './frames.ts';
import type { SourcePlace } from './model.ts';
import { fieldOf, type ReadLine } from './read-line.ts';
import type { Case } from './crash-case.ts';

const trapReasons = [
  'xen.hvm.triplefault',
  'xen.ept.violation',
  'xen.svm.npf',
  'xen.vmx.vmentry',
  'xen.vmx.unexpected',
  'xen.svm.unexpected',
  'xen.nsvm.exitcode',
  'xen.hap.pool',
  'xen.pod.oom',
  'xen.p2m.shatter',
  'xen.hvm.emulfail',
  'xen.gnt.implicit',
] as const;

/** The reasons of a domain crash in words, the strongest first. */
function whyDomainDied(crash: Case): { readonly words: string; readonly key?: ReadLine } {
  const pool = crash.reason('xen.hap.pool', 'xen.pod.oom', 'xen.p2m.shatter');
  if (pool !== undefined)
    return {
      words: `: ${pool.match?.kind.title ?? pool.payload}, the rest follows from it`,
      key: pool,
    };
  const unhandled = crash.reason('xen.pv.unhandled', 'xen.pv.unhandledpf');
  if (unhandled !== undefined) {
    const bounce = crash.reason('xen.domcrash.sync');
    const name =
      fieldOf(unhandled, 'name') ??
      (unhandled.match?.kind.id === 'xen.pv.unhandledpf'
        ? 'a page fault'
        : `trap ${fieldOf(unhandled, 'oldvec') ?? '?'} (${fieldOf(unhandled, 'what') ?? ''})`);
    const rest = bounce === undefined ? '' : ', and Xen could not hand it to the guest either';
    return {
      words: `: its kernel took ${name} that it has no handler for${rest}`,
      key: bounce ?? unhandled,
    };
  }
  const bounce = crash.reason('xen.domcrash.sync');
  if (bounce !== undefined)
    return {
      words:
        ': Xen could not hand an exception to its kernel, which had no usable handler or stack',
      key: bounce,
    };
  for (const kind of trapReasons) {
    const reason = crash.reason(kind);
    if (reason !== undefined)
      return {
        words: `: ${reason.payload.replace(/^\s*(?:\S+:\d+:)?\s*(?:d\d+v\d+ )?/, '').trim()}`,
        key: reason,
      };
  }
  const from = crash.reason('xen.domcrash.from');
  if (from !== undefined)
    return {
      words: ` at the request of ${requester(from)}`,
      key: from,
    };
  return { words: '' };
}

/** Who called `domain_crash()`: a place, or in some builds a function. */
function requester(line: ReadLine): string {
  const { symbol, file } = parseLocation(fieldOf(line, 'sym'));
  if (symbol !== undefined) return `${symbol}()${file === undefined ? '' : ` of ${file}`}`;
  return `${fieldOf(line, 'file') ?? ''}:${fieldOf(line, 'line') ?? ''}`;
}

function placeOfRequest(line: ReadLine | undefined): SourcePlace | undefined {
  if (line === undefined) return undefined;
  const { symbol, file } = parseLocation(fieldOf(line, 'sym'));
  if (symbol !== undefined) return file === undefined ? undefined : { file, symbol };
  return { file: fieldOf(line, 'file') ?? '', line: Number(fieldOf(line, 'line')) };
}

/** A domain that the hypervisor stopped, and why. */
export function judgeDomain(crash: Case): Verdict | undefined {
  const vcpu = crash.reason('xen.domcrash.vcpu');
  const reported = crash.reason('xen.domcrash.by');
  const other = crash.reason('xen.domcrash.sync', 'xen.domcrash.from', 'xen.hwdom.crashed');
  const main = vcpu ?? reported ?? other;
  if (main === undefined) return undefined;
  const domain =
    fieldOf(main, 'domid') ??
    fieldOf(crash.draft.hostEnd ?? main, 'domid') ??
    String(crash.draft.dump?.vcpu?.domain ?? '?');
  const { words, key } = whyDomainDied(crash);
  const place = placeOfRequest(crash.reason('xen.domcrash.from'));
  const by = reported === undefined ? '' : ` as domain ${fieldOf(reported, 'by') ?? '?'} reported`;
  const rip = crash.draft.dump?.registers['rip'];
  const at = rip === undefined || words !== '' ? '' : `, at guest address ${hex(rip)}`;
  const isHost = crash.draft.hostEnd !== undefined;
  return {
    kind: isHost || domain === '0' ? 'dom0-crash' : 'domain-crash',
    outcome: isHost ? 'host-died' : 'domain-died',
    keyLine: (key ?? main).number,
    cause: `Domain ${domain} crashed${by}${words}${at}.${isHost ? ' The host went down only because its hardware domain did.' : ''}`,
    culprit: crash.draft.dump?.context === 'hypervisor' ? crash.culprit : undefined,
    ...(place === undefined ? {} : { place }),
    nextSteps: (key ?? main).match?.kind.nextSteps ?? [],
  };
}
