import type { Dialect, LogEvent } from './model.ts';
import { qualifierStops } from './qualifiers.ts';

/** Writers whose messages stand as formats in a Xen or Linux tree. */
const formatted: ReadonlySet<Dialect> = new Set([
  'xen-console',
  'linux-kernel',
  'guest-console',
  'libxl',
  'libxc',
  'xl',
]);

/** Whether the messages of a writer can be found in a Xen or Linux source tree. */
export const isFormatted = (dialect: Dialect): boolean => formatted.has(dialect);

/**
 * Offsets in an event's text where the message that its writer formatted may begin: at the start, behind what
 * `gprintk` and `dprintk` put in front, and behind the place and domain that libxl prints.
 */
export function messageStarts(event: Pick<LogEvent, 'text' | 'fields'>): readonly number[] {
  const starts = new Set([0, ...qualifierStops(event.text)]);
  const message = event.fields['msg'];
  const at = message === undefined ? -1 : event.text.lastIndexOf(message);
  if (at > 0) starts.add(at);
  return [...starts];
}
