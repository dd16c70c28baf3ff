/** One Xen security advisory. Fields are undefined where no public source told (see `xsa.json`, `generated_from`). */
export interface Advisory {
  readonly number: number;
  readonly title: string | undefined;
  /** True when the title is the subject of the fixing patch, because the advisory's own was not seen. */
  readonly isPatchTitle: boolean;
  readonly cves: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly publicDate: string | undefined;
  /** Latest day on which it can have become public, where the day itself is not known. */
  readonly publicNotLaterThan: string | undefined;
  /** First release of each series with the fix: `{ "4.17": "4.17.7" }`; `after 4.3.4` when no release of it has it. */
  readonly fixedIn: Readonly<Record<string, string>>;
  /** Files that the fixes change, from the top of xen.git. */
  readonly files: readonly string[];
  readonly commits: readonly string[];
  readonly url: string;
  readonly notes: readonly string[];
}

/** All advisories, to be asked by number, by CVE and by version. */
export interface Advisories {
  readonly all: readonly Advisory[];
  byNumber(number: number): Advisory | undefined;
  /** Several advisories can share a CVE. */
  byCve(cve: string): readonly Advisory[];
}

/** A mention of an advisory or a CVE in a text: UTF-16 offsets, the end not included. */
export interface AdvisoryMention {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly advisories: readonly Advisory[];
}

type Json = Readonly<Record<string, unknown>>;

/** Decodes the parsed `xsa.json`; entries without a number are left out. */
export function readAdvisories(data: unknown): Advisories {
  const entries = (data as { readonly advisories?: unknown } | null)?.advisories;
  const all = (Array.isArray(entries) ? (entries as readonly Json[]) : [])
    .filter((entry) => typeof entry['xsa'] === 'number')
    .map(advisory);
  const numbers = new Map(all.map((entry) => [entry.number, entry]));
  const cves = new Map<string, Advisory[]>();
  for (const entry of all) {
    for (const cve of entry.cves) cves.set(cve, [...(cves.get(cve) ?? []), entry]);
  }
  return {
    all,
    byNumber: (number) => numbers.get(number),
    byCve: (cve) => cves.get(cve.toUpperCase()) ?? [],
  };
}

function advisory(entry: Json): Advisory {
  const number = entry['xsa'] as number;
  return {
    number,
    title: words(entry['title']),
    isPatchTitle: words(entry['title_kind'])?.startsWith('subject of the fixing patch') ?? false,
    cves: wordList(entry['cves']),
    publicDate: words(entry['public_date']),
    publicNotLaterThan: words(entry['public_not_later_than']),
    fixedIn: (entry['fixed_in'] ?? {}) as Readonly<Record<string, string>>,
    files: wordList(entry['files']),
    commits: (Array.isArray(entry['fix_commits']) ? (entry['fix_commits'] as Json[]) : []).flatMap(
      ({ commit }) => (typeof commit === 'string' ? [commit] : []),
    ),
    url: words(entry['url']) ?? `https://xenbits.xen.org/xsa/advisory-${number}.html`,
    notes: wordList(entry['notes']),
  };
}

const words = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const wordList = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

const mentionPattern = /\bXSA[- ]?(\d{1,4})\b|\bCVE-\d{4}-\d{4,7}\b/gi;

/** Every `XSA-7`, `XSA 7`, `xsa7` and `CVE-2012-0217` of a text that an advisory is known for. */
export function findAdvisoryMentions(
  text: string,
  advisories: Advisories,
): readonly AdvisoryMention[] {
  return [...text.matchAll(mentionPattern)].flatMap((match) => {
    const [whole, number] = match;
    const one = number === undefined ? undefined : advisories.byNumber(Number(number));
    const found = number === undefined ? advisories.byCve(whole) : one ? [one] : [];
    if (found.length === 0) return [];
    const start = match.index;
    return [{ start, end: start + whole.length, text: whole, advisories: found }];
  });
}

/** `4.17` and the numbers of `4.17.7+13-g2445b30a44-0+deb12u1`: series, point release. */
export function parseXenVersion(
  version: string,
): { readonly series: string; readonly point: number } | undefined {
  const match = /^(\d+\.\d+)(?:\.(\d+))?/.exec(version);
  if (!match) return undefined;
  // A series without its point number is a development tree (`4.20-unstable`): older than any release of it.
  return { series: match[1] ?? '', point: match[2] === undefined ? -1 : Number(match[2]) };
}

/**
 * The advisories whose fix a release lacks, by its version alone: a distribution may have added the fixes to the
 * same version, so this is what to ask about, not a verdict. Series that an advisory does not list are left out.
 */
export function advisoriesNotFixedIn(version: string, advisories: Advisories): readonly Advisory[] {
  const parsed = parseXenVersion(version);
  if (!parsed) return [];
  return advisories.all.filter(({ fixedIn }) => {
    const fixed = fixedIn[parsed.series];
    if (fixed === undefined) return false;
    const isLater = fixed.startsWith('after ');
    const release = parseXenVersion(isLater ? fixed.slice('after '.length) : fixed);
    if (!release) return false;
    return isLater ? parsed.point <= release.point : parsed.point < release.point;
  });
}

/** True when a fix changes this file; a file printed without its folder (`traps.c`, old builds) fits by its name. */
export function touchesFile(advisory: Advisory, file: string): boolean {
  const printed = file.replace(/^(?:\.\/|xen\/)/, '');
  return advisory.files.some((changed) => changed === file || changed.endsWith(`/${printed}`));
}

/** The advisory as Markdown lines: title, date, CVEs, fixed releases, files, link. */
export function describeAdvisory(advisory: Advisory): readonly string[] {
  const { number, title, isPatchTitle, cves, fixedIn, files, notes, url } = advisory;
  const releases = Object.entries(fixedIn).map(([series, release]) =>
    release.startsWith('after ') ? `${series}: no release (${release})` : release,
  );
  const shownFiles = files.slice(0, 6).map((file) => `\`${file}\``);
  return [
    `**XSA-${number}**: ${title ?? 'title not known'}${isPatchTitle ? ' (subject of the fixing patch)' : ''}`,
    `Public: ${dateOf(advisory)}${cves.length > 0 ? ` · ${cves.join(', ')}` : ' · no CVE known'}`,
    releases.length > 0
      ? `Fixed in ${releases.join(', ')}; earlier releases of these series are affected.`
      : 'Which releases have the fix is not known here: see the advisory.',
    ...(files.length > 0
      ? [
          `Fix touches ${shownFiles.join(', ')}${files.length > 6 ? ` and ${files.length - 6} more` : ''}.`,
        ]
      : []),
    ...notes,
    `[${url}](${url})`,
  ];
}

function dateOf({ publicDate, publicNotLaterThan }: Advisory): string {
  if (publicDate !== undefined) return publicDate;
  return publicNotLaterThan === undefined
    ? 'date not known'
    : `not later than ${publicNotLaterThan}`;
}
