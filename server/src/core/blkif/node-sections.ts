import type { Span } from '#core/text';
import { nodeNamePattern } from '#core/knowledge';
import { commentLines, paragraphs, type CommentLine } from './comment-lines.ts';

/** A xenstore node as the user's own header documents it. */
export interface HeaderNode {
  readonly name: string;
  readonly side?: 'backend' | 'frontend';
  readonly section?: string;
  readonly isPrivate: boolean;
  readonly isDeprecated: boolean;
  readonly values?: string;
  readonly default?: string;
  readonly maximum?: string;
  /** Numbers of the notes it refers to. */
  readonly notes: readonly number[];
  readonly paragraphs: readonly string[];
  readonly span: Span;
}

/** All that a header's comments say about xenstore nodes. */
export interface HeaderNodes {
  readonly nodes: readonly HeaderNode[];
  readonly notes: ReadonlyMap<number, string>;
}

const BANNER = /^\*{10,}$/;
const SECTION = /^-{3,}\s*(.*?)\s*-{3,}$/;
const NODE_NAME = /^[A-Za-z0-9][A-Za-z0-9_%\-/.[\]<>]*$/;
const PROPERTY = /^(Values?|Default Value|Maximum Value|Minimum Value|Notes?)\s*:\s*(.*)$/i;
const NOTE_ITEM = /^\((\d+)\)\s*(.*)$/;

/** Reads the node sections (banner, section line, node name, properties, prose) and the numbered notes. */
export function readHeaderNodes(text: string, comments: readonly Span[]): HeaderNodes {
  const nodes: HeaderNode[] = [];
  const notes = new Map<number, string>();
  for (const comment of comments) {
    const source = text.slice(comment.start, comment.end);
    if (!/\bValues?\s*:|\n[ \t*]*\(\d+\) /.test(source)) continue;
    readComment(commentLines(text, comment), nodes, notes);
  }
  return { nodes, notes };
}

interface Place {
  side?: 'backend' | 'frontend';
  section?: string;
  isPrivate: boolean;
}

function readComment(
  lines: readonly CommentLine[],
  nodes: HeaderNode[],
  notes: Map<number, string>,
): void {
  const place: Place = { isPrivate: false };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (BANNER.test(line.text)) enterBanner(lines, at, place);
    else if (SECTION.test(line.text)) enterSection(line.text, place);
    else if (NOTE_ITEM.test(line.text)) at = readNote(lines, at, notes);
    else if (isNodeHeading(lines, at)) at = readNode(lines, at, place, nodes);
  }
}

/** A title between two banners changes the side; the second banner of the pair changes nothing. */
function enterBanner(lines: readonly CommentLine[], at: number, place: Place): void {
  const title = lines[at + 1]?.text ?? '';
  if (!BANNER.test(lines[at + 2]?.text ?? '') || BANNER.test(title)) return;
  delete place.section;
  place.isPrivate = false;
  if (/\bback-?end\b/i.test(title)) place.side = 'backend';
  else if (/\bfront-?end\b/i.test(title)) place.side = 'frontend';
  else delete place.side;
}

function enterSection(text: string, place: Place): void {
  const title = SECTION.exec(text)?.[1] ?? '';
  place.isPrivate = /\(PRIVATE\)/i.test(title);
  place.section = title.replace(/\s*\(PRIVATE\)/i, '');
}

/** A lone name whose next written line is one of its properties, deeper than the name. */
function isNodeHeading(lines: readonly CommentLine[], at: number): boolean {
  const line = lines[at]!;
  if (!NODE_NAME.test(line.text) || line.indent > 4) return false;
  const next = lines.slice(at + 1, at + 3).find(({ text }) => text !== '');
  return next !== undefined && next.indent > line.indent && PROPERTY.test(next.text);
}

function readNote(
  lines: readonly CommentLine[],
  start: number,
  notes: Map<number, string>,
): number {
  const first = NOTE_ITEM.exec(lines[start]!.text)!;
  const words = [first[2] ?? ''];
  let at = start + 1;
  for (; at < lines.length; at++) {
    const { text } = lines[at]!;
    if (text === '' || NOTE_ITEM.test(text) || BANNER.test(text)) break;
    words.push(text);
  }
  notes.set(Number(first[1]), words.join(' '));
  return at - 1;
}

interface Properties {
  values?: string;
  default?: string;
  maximum?: string;
  notes: number[];
  isDeprecated: boolean;
}

function readNode(
  lines: readonly CommentLine[],
  start: number,
  place: Place,
  nodes: HeaderNode[],
): number {
  const heading = lines[start]!;
  const properties: Properties = { notes: [], isDeprecated: false };
  let at = start + 1;
  let valueIndent = 0;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    const property = PROPERTY.exec(line.text);
    if (property) {
      setProperty(properties, property[1]!, property[2]!);
      valueIndent = line.indent + 12;
    } else if (line.text === '' || line.indent < valueIndent) break;
    else if (properties.values !== undefined) properties.values += ` ${line.text}`;
  }
  const body: CommentLine[] = [];
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.text !== '' && line.indent <= heading.indent) break;
    body.push(line);
  }
  nodes.push({
    name: heading.text,
    ...place,
    ...properties,
    isDeprecated: properties.isDeprecated || body.some(({ text }) => /^DEPRECATED\b/.test(text)),
    paragraphs: paragraphs(body),
    span: { start: heading.offset, end: heading.offset + heading.text.length },
  });
  return at - 1;
}

function setProperty(properties: Properties, key: string, value: string): void {
  const name = key.toLowerCase();
  if (name.startsWith('note')) {
    properties.notes = (value.match(/\d+/g) ?? []).map(Number);
    properties.isDeprecated = /\b(DEPRECATED|OBSOLETE)\b/i.test(value);
  } else if (name.startsWith('default')) properties.default = value;
  else if (name.startsWith('maximum')) properties.maximum = value;
  else if (name.startsWith('value')) properties.values = value;
}

/** The entries whose name or pattern a string literal spells: `ring-ref0` finds `ring-ref%u`. */
export function findHeaderNodes(header: HeaderNodes, literal: string): readonly HeaderNode[] {
  const exact = header.nodes.filter((node) => node.name === literal);
  if (exact.length > 0) return exact;
  return header.nodes.filter(
    (node) => /%u|<[^>]*>/.test(node.name) && patternOf(node.name).test(literal),
  );
}

const patternOf = (name: string): RegExp => nodeNamePattern(name.replace(/<[^>]*>/g, '%u'));

/** Where prose (not a node section) speaks of a node: its paragraph, undecorated. */
export interface NodeMention {
  readonly text: string;
  readonly span: Span;
}

/** Paragraphs of a header's comments that name the node in quotes or as the end of a xenstore path. */
export function mentionsOf(
  text: string,
  comments: readonly Span[],
  node: string,
): readonly NodeMention[] {
  const found: NodeMention[] = [];
  const escaped = node.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const quoted = new RegExp(`["'\`]${escaped}["'\`]`);
  const path = new RegExp(`/${escaped}(?![\\w-])`);
  for (const comment of comments) {
    const source = text.slice(comment.start, comment.end);
    if (!source.includes(node) || !(quoted.test(source) || path.test(source))) continue;
    let block: CommentLine[] = [];
    for (const line of [...commentLines(text, comment), emptyLine(comment.end)]) {
      if (line.text !== '') block.push(line);
      else if (block.length > 0) {
        const words = block.map((each) => each.text).join(' ');
        if (quoted.test(words) || path.test(words))
          found.push({
            text: words.replace(/[ \t]{2,}/g, ' '),
            span: { start: block[0]!.offset, end: block.at(-1)!.offset },
          });
        block = [];
      }
    }
  }
  // A quoted name is prose about the node, a path only an example of it.
  return found.sort((a, b) => Number(quoted.test(b.text)) - Number(quoted.test(a.text)));
}

const emptyLine = (offset: number): CommentLine => ({ text: '', indent: 0, offset });
