import { describe, expect, it } from 'vitest';
import {
  advisoriesNotFixedIn,
  describeAdvisory,
  findAdvisoryMentions,
  parseXenVersion,
  readAdvisories,
  touchesFile,
} from '#core/knowledge';
import data from '../../../server/src/core/knowledge/data/xsa.json' with { type: 'json' };

const advisories = readAdvisories(data);
const numbers = (list: readonly { readonly number: number }[]): readonly number[] =>
  list.map(({ number }) => number);

describe('advisories', () => {
  it('reads all of them', () => {
    expect(advisories.all.length).toBe(data.count);
    expect(advisories.byNumber(7)?.cves).toEqual(['CVE-2012-0217']);
    expect(numbers(advisories.byCve('cve-2015-8550'))).toContain(155);
    expect(advisories.byNumber(9999)).toBeUndefined();
    expect(readAdvisories(null).all).toEqual([]);
  });

  it('finds mentions as people write them', () => {
    const text = 'Fixes XSA-7 (CVE-2012-0217), not XSA-9999, see xsa155 or XSA 3';
    expect(findAdvisoryMentions(text, advisories).map((found) => found.text)).toEqual([
      'XSA-7',
      'CVE-2012-0217',
      'xsa155',
      'XSA 3',
    ]);
    for (const { start, end, text: found } of findAdvisoryMentions(text, advisories)) {
      expect(text.slice(start, end)).toBe(found);
    }
  });

  it('tells the fixes between two releases as the changelog of that update does', () => {
    const old = new Set(numbers(advisoriesNotFixedIn('4.17.6', advisories)));
    for (const number of numbers(advisoriesNotFixedIn('4.17.7', advisories))) old.delete(number);
    // Debian's changelog entry for 4.17.7 names 24 advisories, XSA-477 to XSA-508.
    expect(old.size).toBe(24);
    expect(Math.min(...old)).toBe(477);
    expect(Math.max(...old)).toBe(508);
  });

  it('reads versions with and without a point release', () => {
    expect(parseXenVersion('4.17.7+13-g2445b30a44-0+deb12u1')).toEqual({
      series: '4.17',
      point: 7,
    });
    expect(parseXenVersion('4.20-unstable')).toEqual({ series: '4.20', point: -1 });
    expect(parseXenVersion('unstable')).toBeUndefined();
    expect(advisoriesNotFixedIn('unstable', advisories)).toEqual([]);
    expect(numbers(advisoriesNotFixedIn('4.3.4', advisories))).toContain(155);
  });

  it('knows the files of a fix with and without the folders that a log leaves out', () => {
    const seven = advisories.byNumber(7);
    expect(seven && touchesFile(seven, 'arch/x86/x86_64/entry.S')).toBe(true);
    expect(seven && touchesFile(seven, 'xen/arch/x86/x86_64/entry.S')).toBe(true);
    expect(seven && touchesFile(seven, 'entry.S')).toBe(true);
    expect(seven && touchesFile(seven, 'try.S')).toBe(false);
  });

  it('describes one and never makes up what is not known', () => {
    const all = advisories.all.map((entry) => describeAdvisory(entry).join('\n'));
    expect(
      all.filter((text) => /(?:^|[:(,`] ?)(?:undefined|null|NaN)(?=[,.)`]|$)/m.test(text)),
    ).toEqual([]);
    expect(all.find((text) => text.startsWith('**XSA-7**'))).toContain('Fixed in 4.0.4, 4.1.3');
    expect(all.find((text) => text.startsWith('**XSA-300**'))).toContain('title not known');
  });
});
