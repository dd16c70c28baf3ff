import { wellFormed } from './characters.ts';

/** Longest address that browsers and the server take without trouble. */
const addressLimit = 7500;

const cutNote = '\n\n(The rest is in report.md: paste it here.)';

/** A link that opens a new issue with title and text filled in; nothing is sent by opening it. */
export function newIssueLink(
  title: string,
  text: string,
  tracker = 'https://gitlab.com/xen-project/xen',
): string {
  const link = (description: string): string =>
    `${tracker}/-/issues/new?issue[title]=${encodeURIComponent(wellFormed(title))}&issue[description]=${encodeURIComponent(description)}`;
  const whole = wellFormed(text);
  if (link(whole).length <= addressLimit) return link(whole);
  let low = 0;
  let high = whole.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (link(wellFormed(whole.slice(0, middle)) + cutNote).length <= addressLimit) low = middle;
    else high = middle - 1;
  }
  const lastLine = whole.lastIndexOf('\n', low);
  return link(wellFormed(whole.slice(0, lastLine > 0 ? lastLine : low)) + cutNote);
}

/** A `mailto:` link with subject and as much of the text as mail programs take. */
export function mailtoLink(to: readonly string[], subject: string, body: string): string {
  const head = `mailto:${to.map(recipient).join(',')}?subject=${encodeURIComponent(wellFormed(subject))}`;
  const text = encodeURIComponent(wellFormed(body).replaceAll('\n', '\r\n'));
  return head.length + text.length < 1900 ? `${head}&body=${text}` : head;
}

/** The sign between name and host stays as it is: not every mail program decodes it there. */
const recipient = (address: string): string => encodeURIComponent(address).replaceAll('%40', '@');
