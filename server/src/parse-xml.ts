import { SaxesParser } from 'saxes';
import type { XmlDocument, XmlElement } from '#core/numa';

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
  readonly line: number;
}

/** XML by the saxes library; what stands before the first fault is kept. */
export function parseXml(text: string): XmlDocument {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let problem: string | undefined;
  parser.on('error', (error) => {
    problem ??= error.message.replace(/^(?:undefined:)?(\d+):(\d+): /, 'line $1, column $2: ');
  });
  parser.on('opentag', (tag) => {
    if (problem !== undefined) return;
    const element: OpenElement = {
      name: tag.name,
      attributes: { ...tag.attributes },
      children: [],
      text: '',
      line: parser.line,
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (content) => {
    const inside = open.at(-1);
    if (problem === undefined && inside !== undefined) inside.text += content;
  });
  parser.on('closetag', () => {
    if (problem === undefined) open.pop();
  });
  parser.write(text).close();
  return { ...(root === undefined ? {} : { root }), ...(problem === undefined ? {} : { problem }) };
}
