import type { XmlDocument, XmlElement } from '#core/numa';

/** XML by the browser's own parser; it keeps what stands before a fault and adds a note about it. */
export function parseXml(text: string): XmlDocument {
  const parsed = new DOMParser().parseFromString(text.trimStart(), 'application/xml');
  const fault = parsed.querySelector('parsererror');
  const root = parsed.documentElement;
  const isOnlyFault = root === null || root.nodeName === 'parsererror' || root.nodeName === 'html';
  const problem = /line \d+ at column \d+: [^\n]*/.exec(fault?.textContent ?? '')?.[0];
  return {
    ...(isOnlyFault ? {} : { root: elementOf(root) }),
    ...(fault === null ? {} : { problem: problem ?? 'not well formed' }),
  };
}

function elementOf(element: Element): XmlElement {
  return {
    name: element.nodeName,
    attributes: Object.fromEntries(
      Array.from(element.attributes, (attribute) => [attribute.name, attribute.value]),
    ),
    children: Array.from(element.children)
      .filter((child) => child.nodeName !== 'parsererror')
      .map(elementOf),
    text: Array.from(element.childNodes)
      .filter((child) => child.nodeType === Node.TEXT_NODE)
      .map((child) => child.nodeValue ?? '')
      .join(''),
  };
}
