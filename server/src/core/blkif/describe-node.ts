import type { XenstoreNode } from '#core/knowledge';
import type { Unit } from '#core/c-types';
import type { Span } from '#core/text';
import { baseName, lineOf, nodesOf, quote } from './header-words.ts';
import { blocks, bullets, code, escape, listed, prose, shortened } from './markdown.ts';
import type { Knowledge } from './model.ts';
import { findHeaderNodes, mentionsOf, type HeaderNode } from './node-sections.ts';

const SHOWN_CHARACTERS = 500;

/** A node's entry in a header of the unit. */
export interface FoundNode {
  readonly file: string;
  readonly node: HeaderNode;
}

/** The user's own headers first: every entry for a literal, in the unit's files. */
export function headerNodes(unit: Unit, literal: string): readonly FoundNode[] {
  return unit.scope
    .files()
    .flatMap((file) =>
      findHeaderNodes(nodesOf(unit, file), literal).map((node) => ({ file, node })),
    );
}

/** A xenstore node: its entry in the user's header, else what prose says of it there, else the built-in summary. */
export function describeNode(
  unit: Unit,
  literal: string,
  knowledge: Knowledge,
): string | undefined {
  const found = headerNodes(unit, literal);
  const facts = knowledge.nodes.find(literal, protocolOf(unit));
  const mention = found.length === 0 ? firstMention(unit, literal) : undefined;
  if (found.length === 0 && facts.length === 0 && !mention) return undefined;
  return blocks([
    `**${escape(literal)}** — ${headline(found, facts)}`,
    ...(facts.length > 0 && found.length === 0 ? facts.map((fact) => summary(fact, facts)) : []),
    ...found.map((each) => entry(unit, each, found.length > 1)),
    mention && quote(mention.text, `${baseName(mention.file)}:${mention.line}`),
    ...practice(facts),
    facts[0] &&
      `*Built-in ${found.length === 0 ? 'summary' : 'notes'}, checked against ${escape(facts[0].source)}*`,
  ]);
}

function headline(found: readonly FoundNode[], facts: readonly XenstoreNode[]): string {
  const first = found[0]?.node ?? facts[0];
  const sides = new Set([...found.map(({ node }) => node.side), ...facts.map(({ side }) => side)]);
  sides.delete(undefined);
  const isBoth = sides.has('both') || (sides.has('backend') && sides.has('frontend'));
  const side = isBoth ? 'node of either end' : sides.size > 0 ? `${[...sides][0]} node` : 'node';
  const parts = [
    side,
    first?.values && `values ${escape(first.values)}`,
    first?.default !== undefined && `default ${escape(first.default)}`,
    first?.maximum !== undefined && `at most ${escape(first.maximum)}`,
    isDeprecated(found, facts) && '**deprecated**',
  ].filter(Boolean);
  return parts.join(', ');
}

const isDeprecated = (found: readonly FoundNode[], facts: readonly XenstoreNode[]): boolean =>
  found.some(({ node }) => node.isDeprecated) || facts.some((fact) => fact.deprecated === true);

function summary(fact: XenstoreNode, all: readonly XenstoreNode[]): string {
  const side = all.length > 1 && fact.side !== 'both' ? `*${fact.side}:* ` : '';
  return side + prose(fact.summary);
}

function entry(unit: Unit, { file, node }: FoundNode, several: boolean): string {
  const header = nodesOf(unit, file);
  const notes = node.notes.map((number) => header.notes.get(number)).filter(Boolean);
  const words = [...node.paragraphs, ...notes.map((note) => `Note: ${note}`)].join('\n\n');
  const place = `${baseName(file)}:${lineOf(unit, file, node.span.start)}`;
  const side = several && node.side ? `*${node.side}:*\n\n` : '';
  return side + quote(shortened(words, SHOWN_CHARACTERS), place);
}

/** What implementations do and which unit holds today: header texts differ between versions. */
function practice(facts: readonly XenstoreNode[]): readonly string[] {
  const units = new Set(facts.map((fact) => fact.unit).filter((unit) => unit !== undefined));
  const constants = [...new Set(facts.flatMap((fact) => fact.constants ?? []))];
  return [
    bullets([
      units.size > 0 ? `**Unit:** ${prose([...units].join('; '))}` : undefined,
      constants.length > 0 ? `Belongs to ${listed(constants.map(code))}.` : undefined,
      ...facts.flatMap((fact) => fact.practice ?? []).map(prose),
    ]),
  ];
}

interface Mention {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly span: Span;
}

/** Where prose of one of the unit's headers speaks of the node. */
export function firstMention(unit: Unit, literal: string): Mention | undefined {
  if (!/[-_]/.test(literal) || literal.length < 4) return undefined;
  for (const file of unit.scope.files()) {
    if (file === unit.path && !file.endsWith('.h')) continue;
    const text = unit.scope.textOf(file) ?? '';
    if (!text.includes(literal)) continue;
    const comments = unit.scope.commentsOf(file).map((comment) => comment.span);
    const [first] = mentionsOf(text, comments, literal);
    if (first) return { ...first, file, line: lineOf(unit, file, first.span.start) };
  }
  return undefined;
}

/** Which protocol a file speaks, by the headers it reads. */
function protocolOf(unit: Unit): string | undefined {
  const names = unit.scope.files().map(baseName);
  if (names.some((name) => /^blkif\.h$|^xen_blkif\.h$/.test(name))) return 'blkif';
  if (names.some((name) => name === 'netif.h')) return 'netif';
  const missing = unit.scope.missing().map((include) => baseName(include.name));
  if (missing.includes('blkif.h')) return 'blkif';
  return missing.includes('netif.h') ? 'netif' : undefined;
}
