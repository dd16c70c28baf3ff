import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CFile, checkHeader, describeAt, type Knowledge } from '#core/blkif';
import { HeaderCache } from '#core/c-types';
import type { Finding } from '#core/findings';
import { decodeNodeBook, decodePvProtocols, decodeRingMacros } from '#core/knowledge';
import { HeaderSearch } from '../../../server/src/header-search.ts';
import { nodePorts } from '../../../server/src/node-ports.ts';

const folder = path.resolve(import.meta.dirname, '../../../server/src/core/knowledge/data');
const data = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));

export const knowledge: Knowledge = {
  nodes: decodeNodeBook(data('xenstore-nodes')),
  macros: decodeRingMacros(data('ring-macros')),
  protocols: decodePvProtocols(data('pv-protocols')),
};

const search = new HeaderSearch(nodePorts(folder));
const cache = new HeaderCache();

/** A file as the server reads it, with the headers that stand where they stand. */
export function fileOf(file: string, text: string): CFile {
  const places = { includePaths: [], folders: [], trusted: true };
  return new CFile(file, text, { cache, resolveInclude: search.resolver(places) });
}

/** What a hover says at the caret `|` of a text (`||` is a bar); empty when it says nothing. */
export function hoverAt(marked: string, file = '/usr/include/xen/io/sample.h'): string {
  const plain = marked.replaceAll('||', '\0');
  const offset = plain.indexOf('|');
  if (offset < 0) throw new Error('the text has no caret');
  const text = plain.replace('|', '').replaceAll('\0', '|');
  return describeAt(fileOf(file, text), offset, () => knowledge)?.markdown ?? '';
}

/** As `hoverAt`, in a real file: the caret is in `needle`, whose first match is taken. */
export function hoverInFile(file: string, needle: string): string {
  const text = readFileSync(file, 'utf8');
  const at = text.indexOf(needle.replace('|', ''));
  if (at < 0) throw new Error(`${file} does not contain ${needle}`);
  const offset = at + needle.indexOf('|');
  return describeAt(fileOf(file, text), offset, () => knowledge)?.markdown ?? '';
}

/** What the rules find in a text. */
export function findingsIn(
  text: string,
  file = '/usr/include/xen/io/sample.h',
): readonly Finding[] {
  return checkHeader(fileOf(file, text), knowledge);
}
