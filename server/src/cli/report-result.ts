import { securityProcess, type ReportStatus, type Routing } from '#core/report';

/** What both `report new` and `report check` answer as JSON (cli.md). */
export interface ReportResult {
  readonly version: 1;
  readonly folder: string;
  readonly title: string;
  /** 0 to 100. */
  readonly completeness: number;
  readonly checks: readonly {
    readonly id: string;
    readonly points: number;
    readonly got: number;
  }[];
  readonly missing: readonly {
    readonly id: string;
    readonly label: string;
    readonly section: string;
    readonly points: number;
    readonly what: string;
    readonly commands: readonly string[];
  }[];
  readonly route: RouteResult;
  readonly notices: readonly {
    readonly kind: string;
    readonly title: string;
    readonly text: string;
    readonly advisories: readonly string[];
  }[];
  /** In a new report: what was replaced. In a check: what still should be. */
  readonly redactions: readonly {
    readonly kind: string;
    readonly pseudonym: string;
    readonly count: number;
    readonly file: string;
    readonly line: number;
  }[];
  readonly facts: Readonly<Record<string, string>>;
  readonly crash?: {
    readonly kind: string;
    readonly line: number;
    readonly cause: string;
    readonly signature: string;
    readonly domain?: number;
    readonly trace: readonly string[];
  };
}

interface RouteResult {
  /** `xen-bug`, `linux-or-qemu`, `configuration`, `hardware` or `no-fault`. */
  readonly kind: string;
  readonly why: string;
  readonly security: {
    readonly askFirst: boolean;
    readonly why: readonly string[];
    readonly against: readonly string[];
  };
  readonly publicRoutesOpen: boolean;
  /** Open destinations, the first to try first. Nothing is sent. */
  readonly to: readonly {
    readonly id: string;
    readonly name: string;
    readonly mail?: string;
    readonly url?: string;
    readonly how: string;
  }[];
  readonly withheld: readonly string[];
  readonly downstream: string | null;
  readonly cc: readonly {
    readonly name: string;
    readonly address: string;
    readonly role: string;
    readonly section: string;
  }[];
  readonly lists: readonly string[];
}

type Redactions = ReportStatus['leftovers'];

/** Joins a status and what was (or should be) redacted into the answer. Private texts themselves are not repeated. */
export function resultOf(
  folder: string,
  status: Omit<ReportStatus, 'leftovers' | 'document' | 'decodedFault'> & {
    readonly title: string;
  },
  redactions: Redactions,
): ReportResult {
  const { completeness, notices, fault, facts, routing, title } = status;
  const { crash } = fault;
  return {
    version: 1,
    folder,
    title,
    completeness: completeness.score,
    checks: completeness.checks.map(({ id, points, got }) => ({ id, points, got })),
    missing: completeness.checks.flatMap(
      ({ id, label, section, points, got, missing, commands }) =>
        missing === undefined
          ? []
          : [
              {
                id,
                label,
                section,
                points: Math.round((points - got) * 10) / 10,
                what: missing,
                commands: commands.filter((command) => command !== ''),
              },
            ],
    ),
    route: routeOf(routing, fault.why),
    notices: notices.map(({ kind, title: heading, text, advisories }) => ({
      kind,
      title: heading,
      text,
      advisories: advisories.map(({ number }) => `XSA-${number}`),
    })),
    redactions: redactions.map(({ kind, pseudonym, count, file, line }) => ({
      kind,
      pseudonym,
      count,
      file,
      line,
    })),
    facts: Object.fromEntries(Object.entries(facts).map(([key, fact]) => [key, fact.value])),
    ...(crash
      ? {
          crash: {
            kind: crash.kind,
            line: crash.line,
            cause: crash.cause,
            signature: crash.signature,
            ...(crash.domain === undefined ? {} : { domain: crash.domain }),
            trace: crash.callTrace.map(({ file, symbol, address }) =>
              symbol === undefined
                ? `0x${address.toString(16)}`
                : file === undefined
                  ? symbol
                  : `${file}#${symbol}`,
            ),
          },
        }
      : {}),
  };
}

function routeOf(routing: Routing, why: string): RouteResult {
  const { kind, security, publicRoutesOpen, destinations, withheld, downstream, maintainers } =
    routing;
  // While public routes are closed, nobody is to be put in Cc.
  const people = publicRoutesOpen ? (maintainers?.people ?? []) : [];
  return {
    kind,
    why,
    security: {
      askFirst: security.askFirst,
      why: security.reasons.map((reason) => reason.why),
      against: security.against,
    },
    publicRoutesOpen,
    to: destinations.map(({ id, name, mail, url, how }) => ({
      id,
      name,
      ...(mail === undefined ? {} : { mail }),
      ...(url === undefined ? {} : { url }),
      how,
    })),
    withheld: withheld.map(({ id }) => id),
    downstream: downstream ?? null,
    cc: people.map(({ name, address, role, section }) => ({ name, address, role, section })),
    lists: publicRoutesOpen ? (maintainers?.lists ?? []).map(({ address }) => address) : [],
  };
}

/** The answer for people. */
export function resultText(result: ReportResult, redactionsLabel: string): string {
  const { route, missing, notices, redactions } = result;
  const lines = [
    `${result.folder}: ${result.title}`,
    '',
    ...notices.map(({ title, text }) => `Before you send: ${title}. ${text}`),
    ...(notices.length > 0 ? [''] : []),
    `Complete: ${result.completeness} of 100`,
    ...missing.map(
      ({ label, points, what, commands }) =>
        `  -${points}  ${label}: ${what}${commands.length > 0 ? ` (${commands.join('; ')})` : ''}`,
    ),
    '',
    ...(route.publicRoutesOpen
      ? []
      : [
          'SECURITY FIRST: public routes are closed.',
          ...route.security.why.map((why) => `  ${why}`),
          ...securityProcess.map((text) => `  ${text}`),
          '',
        ]),
    `Goes to: ${route.to.map(({ name, mail, url }) => `${name}${mail === undefined ? (url === undefined ? '' : ` <${url}>`) : ` <${mail}>`}`).join(', ')}`,
    ...route.cc.map(
      ({ name, address, role, section }) => `  Cc ${name} <${address}> (${role}, ${section})`,
    ),
    '',
    `${redactionsLabel}: ${redactions.length === 0 ? 'nothing' : countByKind(redactions)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function countByKind(redactions: ReportResult['redactions']): string {
  const counts = new Map<string, number>();
  for (const { kind } of redactions) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}
