import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { indexMaintainers, parseMailboxes, parseMaintainers } from '#core/maintainers';
import { cases } from '../../effort.ts';
import { folders, maintainersText } from './tree.ts';

const file = parseMaintainers(maintainersText);
const index = indexMaintainers(file, (path) => folders.has(path));

/** `name:role` of those who answer, by the part of the address before the @. */
const who = (path: string, text?: string): string =>
  index
    .of([text === undefined ? { path } : { path, text }])
    .people.map(({ address, role }) => `${address.split('@')[0]}:${role}`)
    .join(' ');
const rest = 'one:supporter two:supporter';

type Route = readonly [why: string, path: string, people: string, text?: string | undefined];
const routes: readonly Route[] = [
  ['a slash takes the subtree', 'xen/arch/x86/acpi/cpu.c', 'ada:supporter xavier:supporter'],
  ['however deep', 'xen/arch/x86/acpi/a/b/c.c', 'ada:supporter xavier:supporter'],
  ['X takes a file out', 'xen/arch/x86/acpi/boot.c', 'xavier:supporter ada:supporter'],
  [
    'X is a prefix without a slash',
    'xen/arch/x86/acpi/boot.c.orig',
    'xavier:supporter ada:supporter',
  ],
  [
    'X of another depth is not meant',
    'xen/arch/x86/acpi/boot.c/x.c',
    'ada:supporter xavier:supporter',
  ],
  ['a second F counts as well', 'xen/drivers/acpi/tables.c', 'ada:supporter'],
  ['F in front only', 'old/xen/drivers/acpi/tables.c', rest],
  ['the folder itself', 'xen/drivers/acpi/', 'ada:supporter'],
  ['the folder without its slash is outside', 'xen/drivers/acpi', rest],
  ['a quoted name', 'xen/arch/arm/domain.c', 'anna:supporter rolf:reviewer'],
  ['a folder written without slash', 'xen/include/asm-arm/page.h', 'anna:supporter rolf:reviewer'],
  ['deep in that folder', 'xen/include/asm-arm/arm64/page.h', 'anna:supporter rolf:reviewer'],
  ['and not its namesake', 'xen/include/asm-arm64.h', rest],
  ['a lower section', 'xen/common/sched/credit2.c', 'sven:maintainer'],
  ['a star within a name', 'xen/common/schedule.c', 'sven:maintainer'],
  ['a star for more', 'xen/common/schedule_arinc.c', 'sven:maintainer'],
  ['a star does not cross the count of slashes', 'xen/common/schedule/x.c', rest],
  ['an expression is open at its end', 'xen/common/schedule.cpp', 'sven:maintainer'],
  ['the dot is a dot', 'xen/common/schedule_c', rest],
  ['a question mark for one', 'xen/common/timer.c', 'tim:odd fixer tom:odd fixer'],
  ['not for none', 'xen/common/time.c', rest],
  ['a star for a folder', 'xen/arm/timer.c', 'tim:odd fixer tom:odd fixer'],
  ['a star for one folder only', 'xen/arch/arm64/timer.c', rest],
  ['two people on one line', 'xen/x86/timer.c', 'tim:odd fixer tom:odd fixer'],
  ['reviewers alone do not drop THE REST', 'misc/reviewed/a.c', `rita:reviewer ${rest}`],
  ['a section of nobody does not either', 'xen/old/a.c', rest],
  ['obsolete', 'xen/obsolete/a.c', 'olga:obsolete minder'],
  ['named twice, listed once', 'xen/arch/x86/traps.c', 'xavier:supporter ada:supporter'],
  [
    'the deeper section first',
    'xen/arch/x86/mm/p2m.c',
    'mira:supporter xavier:supporter ada:supporter',
  ],
  [
    'X of a subtree',
    'xen/arch/x86/mm/shadow/multi.c',
    'shaun:maintainer xavier:supporter ada:supporter',
  ],
  [
    'deep in that subtree',
    'xen/arch/x86/mm/shadow/a/b.c',
    'shaun:maintainer xavier:supporter ada:supporter',
  ],
  [
    'a file named as the excluded folder',
    'xen/arch/x86/mm/shadow',
    'mira:supporter xavier:supporter ada:supporter',
  ],
  ['nested once', 'xen/arch/x86/mm/hap/hap.c', 'mira:supporter xavier:supporter ada:supporter'],
  ['a header folder', 'xen/include/asm-x86/page.h', 'xavier:supporter ada:supporter'],
  ['the tools', 'tools/libs/light/libxl.c', 'tess:supporter'],
  ['but not OCaml', 'tools/ocaml/xenstored/store.ml', 'olivier:supporter'],
  ['a file at the top of tools', 'tools/Makefile', 'tess:supporter'],
  ['N at the end', 'xen/common/livepatch.c', 'nora:supporter'],
  ['N with free spacing', 'xen/common/livepatch_elf.c', 'nora:supporter'],
  ['N beside F', 'xen/arch/x86/livepatch.c', 'xavier:supporter ada:supporter nora:supporter'],
  [
    'N beside F elsewhere',
    'xen/arch/arm/livepatch.c',
    'anna:supporter rolf:reviewer nora:supporter',
  ],
  ['N is anchored as written', 'xen/common/mylivepatch.c', rest],
  ['N anchored at the end', 'xen/common/livepatch.h', rest],
  ['N at the top', 'livepatch.c', 'nora:supporter'],
  ['K in the text', 'xen/common/grant.c', `${rest} kira:supporter`, 'rc = xsm_grant(d);'],
  ['K as a word', 'xen/common/grant.c', `${rest} kira:supporter`, 'needs XSM here'],
  ['K not in a word', 'xen/common/grant.c', rest, 'taxsmile'],
  ['K without the text is not asked', 'xen/common/grant.c', rest],
  ['K besides a maintainer', 'tools/flask.c', 'tess:supporter kira:supporter', 'xsm'],
  ['K never of the file itself', 'MAINTAINERS', rest, 'K: xsm_.*'],
  ['F of the section with K', 'xen/xsm/flask/hooks.c', 'kira:supporter', 'xsm'],
  ['braces, first', 'docs/man/xl.1.pod', 'bruno:supporter'],
  ['braces, second', 'docs/guest-guide/a/b.rst', 'bruno:supporter'],
  ['braces, neither', 'docs/misc/a.rst', rest],
  ['braces in a name', 'config/NetBSD.mk', 'bruno:supporter'],
  ['braces in a name, neither', 'config/SunOS.mk', rest],
  ['an expression that is none is taken by letter', 'xen/odd(name/a.c', 'berta:supporter'],
  ['no status', 'stubdom/a.c', 'nils:unknown'],
  ['THE REST at the top', 'Makefile', rest],
  ['THE REST anywhere', 'a/b/c/d/e.c', rest],
  ['a path with odd letters', 'xen/common/a+b[c].c', rest],
  ['no path at all', '', rest],
];

describe('MAINTAINERS', () => {
  it('has 60 routes to check, or more', () => {
    expect(routes.length).toBeGreaterThanOrEqual(60);
  });

  it.each(routes.map(([why, path, people, text]) => ({ why, path, people, text })))(
    '$why: $path',
    ({ path, people, text }) => {
      expect(who(path, text)).toBe(people);
    },
  );

  it('gives lists once, with who may write to them', () => {
    const lists = (path: string) =>
      index.of([{ path }]).lists.map(({ address, access }) => `${address} ${access}`);
    expect(lists('xen/arch/x86/mm/p2m.c')).toEqual([
      'secret-mm@example.org subscribers-only',
      'xen-devel@example.org open',
    ]);
    expect(lists('xen/arch/arm/a.c')).toEqual([
      'arm-list@example.org moderated',
      'xen-devel@example.org open',
    ]);
  });

  it('gives trees, pages and the sections, the most precise first', () => {
    const answer = index.of([{ path: 'xen/common/sched/rt.c' }]);
    expect(answer.trees).toEqual(['git git://example.org/sched.git']);
    expect(answer.pages).toEqual(['https://example.org/sched']);
    expect(answer.sections).toEqual(['SCHEDULING', 'THE REST']);
    expect(answer.theRestOnly).toBe(false);
  });

  it('joins several files, and keeps THE REST when one of them has nobody else', () => {
    const both = index.of([{ path: 'xen/common/sched/rt.c' }, { path: 'README' }]);
    expect(both.theRestOnly).toBe(true);
    expect(both.people.map(({ address }) => address)).toEqual([
      'sven@example.org',
      'one@example.org',
      'two@example.org',
    ]);
  });

  it('keeps the reviewers of THE REST, who asked to see everything', () => {
    const withReviewer = maintainersText.replace(
      'V:',
      'R: Rest Reviewer <restrev@example.org>\nV:',
    );
    const people = indexMaintainers(parseMaintainers(withReviewer)).of([
      { path: 'tools/Makefile' },
    ]);
    expect(people.people.map(({ address }) => address)).toEqual([
      'tess@example.org',
      'restrev@example.org',
    ]);
  });

  it('knows the file of a Xen tree by its version entry', () => {
    expect(file.version).toBe('1');
    expect(parseMaintainers('LINUX THING\nM: a@example.org\nF: *\n').version).toBeUndefined();
  });

  it('reads a file of Linux as its own script does: the last section gives its list alone', () => {
    const linux = indexMaintainers(
      parseMaintainers(
        'XEN BLOCK\nM:\tBo <bo@example.org>\nS:\tMaintained\nF:\tdrivers/block/xen-blkback/\n\n' +
          'THE REST\nM:\tChief <chief@example.org>\nL:\tall@example.org\nS:\tOverworked\nF:\t*\nF:\t*/\n',
      ),
    );
    const answer = (path: string) => {
      const { people, lists, theRestOnly } = linux.of([{ path }]);
      return [...people, ...lists].map(({ address }) => address).concat(String(theRestOnly));
    };
    expect(answer('drivers/block/xen-blkback/common.h')).toEqual([
      'bo@example.org',
      'all@example.org',
      'false',
    ]);
    expect(answer('lib/x.c')).toEqual(['all@example.org', 'true']);
  });

  it('reads mailboxes as people write them', () => {
    expect(parseMailboxes('"A, B" <a@b.c>')).toEqual([{ name: 'A, B', address: 'a@b.c' }]);
    expect(parseMailboxes('a@b.c (moderated)')).toEqual([{ name: '', address: 'a@b.c' }]);
    expect(parseMailboxes('nobody')).toEqual([]);
  });

  it('answers for any text and any path', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, path) => {
        const lines = `${text}\nS\nM: a@b.c\nF: ${text}\nN: ${text}\nX: ${path}\nK: ${text}\n`;
        indexMaintainers(parseMaintainers(lines)).of([{ path, text }]);
      }),
      { numRuns: cases(4000) },
    );
  });
});
