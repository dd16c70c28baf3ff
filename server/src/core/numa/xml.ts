/** An element of an XML document, as much of it as could be read. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text directly inside. */
  readonly text: string;
  /** One-based line of the start tag, where the parser knows it. */
  readonly line?: number;
}

/** What an XML parser made of a text; both when it broke off half-way. */
export interface XmlDocument {
  readonly root?: XmlElement;
  /** A plain sentence about the first fault. */
  readonly problem?: string;
}

/** The porch gives the parser: a library in Node, the browser's own in a panel. The core stays free of both. */
export type ParseXml = (text: string) => XmlDocument;

/** All elements below and including this one, in document order. */
export function* descendants(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* descendants(child);
}

/** The first child with this name. */
export function childNamed(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}
