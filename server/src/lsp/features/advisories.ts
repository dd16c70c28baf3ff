import {
  describeAdvisory,
  findAdvisoryMentions,
  readAdvisories,
  type Advisories,
} from '#core/knowledge';
import type { AdvisoriesAnswer } from '#core/protocol';
import type { CreateFeature } from '../language-feature.ts';

/** Hover on `XSA-7` and `CVE-2012-0217` in any document, and the list for "Look Up Advisory". */
export const createAdvisories: CreateFeature = ({ ports }) => {
  let decoded: Advisories | undefined;
  const advisories = (): Advisories => (decoded ??= readAdvisories(ports.knowledge('xsa')));
  return {
    name: 'advisories',
    hover(document, { line, character }) {
      const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
      const text = document.getText(range);
      const mention = findAdvisoryMentions(text, advisories()).find(
        ({ start, end }) => start <= character && character <= end,
      );
      if (!mention) return null;
      const shown = mention.advisories.map((advisory) => describeAdvisory(advisory).join('  \n'));
      return {
        contents: { kind: 'markdown', value: shown.join('\n\n---\n\n') },
        range: { start: { line, character: mention.start }, end: { line, character: mention.end } },
      };
    },
    requests: { 'xen/advisories': () => listOf(advisories()) },
  };
};

function listOf({ all }: Advisories): AdvisoriesAnswer {
  return [...all].reverse().map((advisory) => ({
    number: advisory.number,
    title: advisory.title ?? 'title not known',
    detail: [
      advisory.publicDate ?? advisory.publicNotLaterThan ?? 'date not known',
      ...advisory.cves,
    ].join(' · '),
    lines: describeAdvisory(advisory),
    url: advisory.url,
  }));
}
