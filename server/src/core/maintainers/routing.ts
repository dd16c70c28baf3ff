import type {
  ListAddress,
  MaintainerRole,
  MaintainersAnswer,
  MaintainersFile,
  MaintainersSection,
  Responsible,
  RoutedFile,
} from './model.ts';
import { parseMailboxes, theRest } from './parse.ts';
import { freeSpacedExpression, pathPattern, type PathPattern, type PathTest } from './patterns.ts';

/** A section with its expressions made ready once for all files asked about. */
interface ReadySection {
  readonly section: MaintainersSection;
  readonly order: number;
  readonly covered: readonly (PathPattern | RegExp)[];
  readonly excluded: readonly PathPattern[];
  readonly keywords: readonly RegExp[];
}

/** Answers who is responsible for files of one tree; made once per MAINTAINERS file. */
export interface MaintainersIndex {
  of(files: readonly RoutedFile[]): MaintainersAnswer;
}

/**
 * Makes a MAINTAINERS file ready for questions. `isFolder` says whether a path of the tree is a folder; without
 * it a folder written without its slash is taken for a file, the only question the text alone cannot answer.
 */
export function indexMaintainers(file: MaintainersFile, isFolder?: PathTest): MaintainersIndex {
  const ready = file.sections.map((section, order) => makeReady(section, order, isFolder));
  return { of: (files) => answer(ready, files, file.version !== undefined || isOldXen(file)) };
}

/** Xen's file before 4.8 carries no version entry; its last section is Supported all the same. */
const isOldXen = ({ sections }: MaintainersFile): boolean => sections.some(isTheRest);

function makeReady(
  section: MaintainersSection,
  order: number,
  isFolder: PathTest | undefined,
): ReadySection {
  const values = (tag: string): string[] =>
    section.entries.filter((entry) => entry.tag === tag).map((entry) => entry.value);
  const expressions = (tag: string): RegExp[] =>
    values(tag)
      .map(freeSpacedExpression)
      .filter((expression) => expression !== undefined);
  return {
    section,
    order,
    covered: [...values('F').map((value) => pathPattern(value, isFolder)), ...expressions('N')],
    excluded: values('X').map((value) => pathPattern(value, isFolder)),
    keywords: expressions('K'),
  };
}

/** How precisely a section covers a path: the depth of the last `F:` that does, 0 for `N:`; undefined when not at all. */
function precision({ covered, excluded }: ReadySection, path: string): number | undefined {
  if (excluded.some((pattern) => pattern.covers(path))) return undefined;
  let depth: number | undefined;
  for (const pattern of covered) {
    if (pattern instanceof RegExp ? pattern.test(path) : pattern.covers(path)) {
      depth = pattern instanceof RegExp ? 0 : pattern.depth;
    }
  }
  return depth;
}

function answer(
  ready: readonly ReadySection[],
  files: readonly RoutedFile[],
  isXen: boolean,
): MaintainersAnswer {
  const covering: MaintainersSection[] = [];
  let theRestOnly = false;
  for (const { path } of files) {
    const hits = ready
      .map((entry) => ({ entry, depth: precision(entry, path) }))
      .filter((hit) => hit.depth !== undefined)
      .sort((a, b) => (b.depth ?? 0) - (a.depth ?? 0) || a.entry.order - b.entry.order)
      .map(({ entry }) => entry.section);
    covering.push(...hits);
    theRestOnly ||= hits.every(isXen ? isTheRest : ({ title }) => title === theRest);
  }
  const everybody = covering.flatMap(responsibleOf);
  // Linux: the list of its last section is for everything, its head is nobody to write to about a file.
  const people = isXen
    ? dropTheRest(everybody, theRestOnly)
    : everybody.filter(({ section }) => section !== theRest);
  const named = ready.filter(({ keywords }) => files.some((file) => mentions(file, keywords)));
  const byKeyword = named.map(({ section }) => section);
  const sections = unique([...covering, ...byKeyword]);
  return {
    people: uniqueBy([...people, ...byKeyword.flatMap(responsibleOf)], addressKey),
    lists: uniqueBy(sections.flatMap(listsOf), ({ address }) => address.toLowerCase()),
    sections: unique(sections.map(({ title }) => title)),
    trees: sections.flatMap((section) => valuesOf(section, 'T')),
    pages: sections.flatMap((section) => valuesOf(section, 'W')),
    theRestOnly,
  };
}

/** The script knows THE REST by heading and by being Supported: with another status it is an ordinary section. */
const isTheRest = (section: MaintainersSection): boolean =>
  section.title === theRest && roleOf(section) === 'supporter';

const mentions = ({ path, text }: RoutedFile, keywords: readonly RegExp[]): boolean =>
  path !== 'MAINTAINERS' && text !== undefined && keywords.some((keyword) => keyword.test(text));

/**
 * Leaves the supporters of THE REST out when somebody else maintains the files; a section with reviewers only does
 * not count. Reviewers stay, those of THE REST too: they asked to see everything.
 */
function dropTheRest(people: readonly Responsible[], theRestOnly: boolean): readonly Responsible[] {
  const others = people.filter(({ section, role }) => section !== theRest || role !== 'supporter');
  const maintained = others.some(({ role }) => role !== 'reviewer');
  return theRestOnly || !maintained ? people : others;
}

function responsibleOf(section: MaintainersSection): readonly Responsible[] {
  const role = roleOf(section);
  return section.entries.flatMap(({ tag, value }) => {
    if (tag !== 'M' && tag !== 'R') return [];
    const mine = tag === 'R' ? 'reviewer' : role;
    return parseMailboxes(value).map((box) => ({ ...box, role: mine, section: section.title }));
  });
}

const rolesByStatus: Readonly<Record<string, MaintainerRole>> = {
  supported: 'supporter',
  maintained: 'maintainer',
  'odd fixes': 'odd fixer',
  orphan: 'orphan minder',
  obsolete: 'obsolete minder',
};

function roleOf(section: MaintainersSection): MaintainerRole {
  const status = valuesOf(section, 'S').at(-1) ?? '';
  return rolesByStatus[status.toLowerCase()] ?? 'unknown';
}

function listsOf(section: MaintainersSection): readonly ListAddress[] {
  return valuesOf(section, 'L').flatMap((value) => {
    const box = parseMailboxes(value)[0];
    if (!box) return [];
    const access = value.includes('subscribers-only')
      ? ('subscribers-only' as const)
      : value.includes('moderated')
        ? ('moderated' as const)
        : ('open' as const);
    return [{ address: box.address, access, section: section.title }];
  });
}

const valuesOf = (section: MaintainersSection, tag: string): readonly string[] =>
  section.entries.filter((entry) => entry.tag === tag).map(({ value }) => value);

/**
 * Somebody named by several sections is listed once, with the most precise one. Letter case counts, as the
 * script has it: the part before the @ is the mail host's to interpret.
 */
const addressKey = ({ address }: { readonly address: string }): string => address;

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function uniqueBy<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  const seen = new Map<string, T>();
  for (const value of values) if (!seen.has(key(value))) seen.set(key(value), value);
  return [...seen.values()];
}
