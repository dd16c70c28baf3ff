import type { Aggregate, Field, Unit } from '#core/c-types';
import { LineIndex, type Span } from '#core/text';
import { DocComments, type HeaderDoc } from './doc-comments.ts';
import { escape, shortened } from './markdown.ts';
import { readHeaderNodes, type HeaderNodes } from './node-sections.ts';

/** What is read out of the comments of one text. */
interface ReadText {
  readonly comments: readonly Span[];
  docs?: DocComments;
  nodes?: HeaderNodes;
  lines?: LineIndex;
}

const SHOWN_CHARACTERS = 420;
const ONE_LINE_CHARACTERS = 90;
/** The texts spoken of last, so that a key typed in a driver does not read its headers' comments anew. */
const KEPT_TEXTS = 32;
const readTexts = new Map<string, ReadText>();

function readText(unit: Unit, file: string): { text: string; read: ReadText } {
  const text = file === unit.path ? unit.text : (unit.scope.textOf(file) ?? '');
  let read = readTexts.get(text);
  if (!read) {
    const comments = file === unit.path ? unit.comments : unit.scope.commentsOf(file);
    read = { comments: comments.map(({ span }) => span) };
    if (readTexts.size >= KEPT_TEXTS) readTexts.delete(readTexts.keys().next().value!);
    readTexts.set(text, read);
  }
  return { text, read };
}

/** The doc comments of a file of the unit. */
export function docsOf(unit: Unit, file: string): DocComments {
  const { text, read } = readText(unit, file);
  return (read.docs ??= new DocComments(text, read.comments));
}

/** The xenstore nodes that a file of the unit documents. */
export function nodesOf(unit: Unit, file: string): HeaderNodes {
  const { text, read } = readText(unit, file);
  return (read.nodes ??= readHeaderNodes(text, read.comments));
}

/** One-based line of an offset in a file of the unit. */
export function lineOf(unit: Unit, file: string, offset: number): number {
  const { text, read } = readText(unit, file);
  read.lines ??= new LineIndex(text);
  return read.lines.positionAt(offset).line + 1;
}

/** `blkif.h:638`. */
export function placeOf(unit: Unit, file: string, offset: number): string {
  return `${baseName(file)}:${lineOf(unit, file, offset)}`;
}

/** The last component of a path of either kind of system. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The header's own words about a declaration, as a quotation that names its place. */
export function quoteOf(
  unit: Unit,
  declaration: { readonly at: { readonly file: string; readonly span: Span } },
): string | undefined {
  const { file, span } = declaration.at;
  return quotation(unit, file, docsOf(unit, file).of(span));
}

/** The header's own words about a member. */
export function quoteOfMember(unit: Unit, owner: Aggregate, field: Field): string | undefined {
  const { file, span } = field.at;
  if (owner.at.file !== file) return undefined;
  const names = owner.fields.map((each) => each.name);
  const doc = docsOf(unit, file).ofMember(field.name, span, owner.at.span, names);
  return quotation(unit, file, doc);
}

function quotation(unit: Unit, file: string, doc: HeaderDoc | undefined): string | undefined {
  if (!doc) return undefined;
  const words = doc.paragraphs
    .map((paragraph) => paragraph.replace(/^@\w+\s*:\s*/, ''))
    .join('\n\n');
  if (words.length < 3) return undefined;
  return quote(words, placeOf(unit, file, doc.at));
}

/** A quotation with the place it is from. */
export function quote(words: string, place: string): string {
  if (words.length <= ONE_LINE_CHARACTERS && !words.includes('\n'))
    return `> ${escape(words)} — ${escape(place)}`;
  const lines = shortened(words, SHOWN_CHARACTERS)
    .split('\n')
    .map((line) => `> ${escape(line)}`);
  return `${lines.join('\n')}\n>\n> — ${escape(place)}`;
}
