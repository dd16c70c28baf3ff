import { explanations } from './explanations.ts';
import { driverRules } from './rules.ts';

/** A rule in a few lines of Markdown, for hovers; undefined for an unknown id. `page` is the address of its page. */
export function describeRule(id: string, page: string): string | undefined {
  const rule = driverRules.find((each) => each.id === id);
  const explanation = explanations.get(id);
  if (!rule || !explanation) return undefined;
  const learnt = rule.sources.map(linked).join(', ');
  return [
    `**${rule.id} ${rule.name}** (${rule.severity})`,
    explanation.why,
    `**Repair:** ${explanation.repair}`,
    `Learnt from ${learnt}. [About this rule](${page})`,
  ].join('\n\n');
}

/** Advisories, CVEs and commits with an address to read them at. */
export function linked(source: string): string {
  const advisory = /^XSA-(\d+)$/.exec(source);
  if (advisory)
    return `[${source}](https://xenbits.xen.org/xsa/advisory-${advisory[1] ?? ''}.html)`;
  if (/^CVE-\d+-\d+$/.test(source))
    return `[${source}](https://www.cve.org/CVERecord?id=${source})`;
  const commit = /^(Linux|Xen|QEMU) ([0-9a-f]{8,12})$/.exec(source);
  const base = commit && commitPages[commit[1] ?? ''];
  return base ? `[${source}](${base}${commit[2] ?? ''})` : source;
}

const commitPages: Readonly<Record<string, string>> = {
  Linux: 'https://git.kernel.org/linus/',
  Xen: 'https://xenbits.xen.org/gitweb/?p=xen.git;a=commit;h=',
  QEMU: 'https://gitlab.com/qemu-project/qemu/-/commit/',
};
