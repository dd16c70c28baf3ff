import type { Evidence, Finding, Fix } from '#core/findings';
import { LineIndex, type Span } from '#core/text';
import { buildOnHost, type HostKnowledge } from './host-knowledge.ts';
import { checkAffinity } from './check-affinity.ts';
import { checkPlacement } from './check-placement.ts';
import { checkVnuma } from './check-vnuma.ts';
import { readGuest } from './guest.ts';
import { severityOf } from './rule-table.ts';
import { numberOf, parseCfg, settingOf } from './syntax.ts';
import type { CheckInput, Found, SpanFix } from './found.ts';
import type { CfgDocument } from './model.ts';

/** Findings of one xl.cfg file; those that depend on a machine only when a host is known. */
export function checkCfg(text: string, host?: HostKnowledge): readonly Finding[] {
  const document = parseCfg(text);
  const input: CheckInput = { document, reading: readGuest(document, host?.host), host };
  const found: Found[] = [
    ...document.faults.map((fault) => ({ rule: 'cfg/syntax', ...fault })),
    ...checkSizes(input),
    ...checkAffinity(input),
    ...checkVnuma(input),
    ...(host === undefined ? [] : checkPlacement(input, buildOnHost(input.reading, host))),
  ];
  const lines = new LineIndex(text);
  return found.sort((a, b) => a.span.start - b.span.start).map((entry) => toFinding(entry, lines));
}

function checkSizes({ document, reading }: CheckInput): readonly Found[] {
  const found: Found[] = [];
  const vcpus = numberOf(document, 'vcpus');
  const maxSetting = settingOf(document, 'maxvcpus');
  if (vcpus !== undefined && reading.maxVcpus < vcpus) {
    const at = maxSetting ?? settingOf(document, 'vcpus')!;
    const fixes: readonly SpanFix[] =
      maxSetting === undefined
        ? []
        : [replaceFix(`Set maxvcpus to ${vcpus}`, maxSetting.value.span, String(vcpus))];
    found.push({
      rule: 'vcpus/max-less',
      span: at.span,
      message: `${vcpus} vCPUs are wanted, but at most ${reading.maxVcpus} are allowed; xl stops here ("maxvcpus < vcpus").`,
      fixes,
    });
  }
  if (maxSetting !== undefined && vcpus !== undefined && reading.maxVcpus > vcpus) {
    found.push({
      rule: 'numa/maxvcpus-counts',
      span: maxSetting.span,
      message: `Placement looks for ${reading.maxVcpus} CPUs (maxvcpus), although ${vcpus} vCPUs start.`,
    });
  }
  found.push(...checkMaxmem(document), ...checkNodes(document));
  return found;
}

function checkMaxmem(document: CfgDocument): readonly Found[] {
  const memory = numberOf(document, 'memory');
  const maxmem = numberOf(document, 'maxmem');
  const setting = settingOf(document, 'maxmem');
  if (setting === undefined || memory === undefined || maxmem === undefined || maxmem >= memory) {
    return [];
  }
  return [
    {
      rule: 'mem/maxmem-less',
      span: setting.span,
      message: `maxmem (${maxmem} MiB) is smaller than memory (${memory} MiB). xl does not check it; the domain may fail later.`,
      fixes: [replaceFix(`Set maxmem to ${memory}`, setting.value.span, String(memory))],
    },
  ];
}

function checkNodes(document: CfgDocument): readonly Found[] {
  const setting = settingOf(document, 'nodes');
  // A cpupool file has a scheduler or CPUs and no memory; there nodes= is right.
  if (setting === undefined || settingOf(document, 'sched') !== undefined) return [];
  if (settingOf(document, 'memory') === undefined && settingOf(document, 'kernel') === undefined) {
    return [];
  }
  return [
    {
      rule: 'cfg/nodes-ignored',
      span: setting.span,
      message:
        'xl ignores nodes= in a domain file. To prefer nodes write cpus_soft = "nodes:…"; to bind vCPUs and memory write one mask per vCPU in cpus = [ … ].',
      fixes: [
        { title: 'Remove nodes=', preferred: false, edits: [{ span: setting.span, newText: '' }] },
      ],
    },
  ];
}

/** A fix that replaces one stretch. */
export function replaceFix(title: string, span: Span, newText: string): SpanFix {
  return { title, preferred: true, edits: [{ span, newText }] };
}

function toFinding(found: Found, lines: LineIndex): Finding {
  const evidence: readonly Evidence[] = (found.evidence ?? []).map(({ span, message }) => ({
    range: lines.rangeOf(span),
    message,
  }));
  const fixes: readonly Fix[] = (found.fixes ?? []).map((fix) => ({
    title: fix.title,
    preferred: fix.preferred,
    edits: [
      {
        edits: fix.edits.map((edit) => ({
          range: lines.rangeOf(edit.span),
          newText: edit.newText,
        })),
      },
    ],
  }));
  return {
    rule: found.rule,
    severity: severityOf(found.rule),
    message: found.message,
    range: lines.rangeOf(found.span),
    evidence,
    ...(fixes.length === 0 ? {} : { fixes }),
  };
}
