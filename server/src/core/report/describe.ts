import { parseMailboxes } from '#core/maintainers';
import type { ReportStatus } from './check.ts';
import type { Routing } from './model.ts';

/** `Complete: 82 of 100 · 3 things missing`, for a code lens. */
export function describeScore({ completeness }: Pick<ReportStatus, 'completeness'>): string {
  const missing = completeness.checks.filter((check) => check.missing !== undefined).length;
  const rest =
    missing === 0
      ? 'nothing missing'
      : missing === 1
        ? '1 thing missing'
        : `${missing} things missing`;
  return `Complete: ${completeness.score} of 100 · ${rest}`;
}

/** `Send to: xen-devel` or `Security first: public routes closed`, for a code lens. */
export function describeRoute({ destinations, publicRoutesOpen }: Routing): string {
  const names = destinations.map(({ name }) => name);
  if (!publicRoutesOpen) return `Security first: public routes closed · ${names[0] ?? ''}`;
  return `Goes to: ${names.join(', ')}`;
}

/** Who a mail about the report goes to. Without an open mail route there is nobody. */
export function mailAddresses(routing: Routing): {
  readonly to: readonly string[];
  readonly cc: readonly string[];
} {
  const target = routing.destinations.find(({ mail }) => mail !== undefined);
  if (target?.mail === undefined) return { to: [], cc: [] };
  if (!target.isPublic) return { to: [target.mail], cc: [] };
  const people = (routing.maintainers?.people ?? []).map(({ name, address }) =>
    name === '' ? address : `${name} <${address}>`,
  );
  const lists = (routing.maintainers?.lists ?? [])
    .filter(({ access }) => access !== 'subscribers-only')
    .map(({ address }) => address);
  const isNew = (address: string): boolean =>
    parseMailboxes(address)[0]?.address.toLowerCase() !== target.mail?.toLowerCase();
  return { to: [target.mail], cc: [...people, ...lists].filter(isNew) };
}
