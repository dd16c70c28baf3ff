import type { MessageKind } from '#core/knowledge';
import { headsOf, requiredLiterals, splitFirstTerm } from './heads.ts';
import { qualifierStops } from './qualifiers.ts';
import { HeadTree } from './head-tree.ts';

/** A kind and what its expression found. */
export interface KindMatch {
  readonly kind: MessageKind;
  readonly fields: Readonly<Record<string, string>>;
}

interface LooseKind {
  readonly index: number;
  /** The payload must contain one of these; none listed: it may be anything. */
  readonly literals: readonly string[];
}

const isBlank = (head: string): boolean => head.trim() === '';
const isDomain = (head: string): boolean => /^d(?:[\d\u0001](?:v\u0001)?|\[)?[: ]{0,2}$/.test(head);
/** Digits of a domain whose `d` was a term of its own. */
const isDomainNumber = (rest: string): boolean => /^\(\?<(?:dom|id)>/.test(rest);

/** Terms of an expression that `qualifierStops` steps over. */
const isQualifierTerm = (term: string): boolean =>
  /<vcpu>|<file>|<line>|\[\^ :\]|\\S\+:\\d|^\(\?<(?:dom|id)>|^d$|^\\s|^\(\?:\\s|^ /.test(term);

/** Beginnings of the part behind `file.c:12:`, `d1v0 ` and blanks; none when they cannot be told. */
function coreHeads(source: string): readonly string[] {
  let rest = source;
  for (;;) {
    const heads = headsOf(rest).map((head) => head.replace(/^[:\s\u00a0]+/, ''));
    if (!heads.some(isBlank) && !heads.every(isDomain) && !isDomainNumber(rest)) return heads;
    const split = splitFirstTerm(rest);
    if (split === undefined || !isQualifierTerm(split.term)) return [];
    rest = split.rest;
  }
}

/**
 * All message kinds, arranged so that a payload meets only those that can match it: by what they begin with,
 * by what follows a source place or vCPU, and a few by a text that they contain.
 */
export class MessageCatalogue {
  readonly kinds: readonly MessageKind[];
  /** Kinds by the beginning of the whole payload, and of the payload behind its qualifiers. */
  readonly startTree: HeadTree = new HeadTree();
  readonly coreTree: HeadTree = new HeadTree();
  /** All literal beginnings with their kind: of whole payloads, and of what stands behind qualifiers. */
  readonly heads: { readonly text: string; readonly kind: MessageKind }[] = [];
  private readonly byId: ReadonlyMap<string, MessageKind>;
  private readonly loose: readonly LooseKind[];

  constructor(kinds: readonly MessageKind[]) {
    this.kinds = kinds;
    this.byId = new Map(kinds.map((kind) => [kind.id, kind]));
    const loose: LooseKind[] = [];
    kinds.forEach((kind, index) => {
      if (kind.isGeneric && kind.onlyPrefix !== undefined) return;
      if (!this.place(kind, index))
        loose.push({ index, literals: requiredLiterals(kind.pattern.source) });
    });
    this.loose = loose;
    this.startTree.freeze();
    this.coreTree.freeze();
  }

  kind(id: string): MessageKind | undefined {
    return this.byId.get(id);
  }

  /**
   * The first kind that matches, specific ones before generic ones. A line that reports an error stays one where
   * a wider kind of lower severity stands before it.
   */
  match(payload: string, allows?: (kind: MessageKind) => boolean): KindMatch | undefined {
    const found: number[] = [];
    this.collect(payload, found);
    for (const { index, literals } of this.loose)
      if (literals.length === 0 || literals.some((literal) => payload.includes(literal)))
        found.push(index);
    let first: KindMatch | undefined;
    if (found.length > 1) found.sort((a, b) => a - b);
    for (const index of found) {
      const kind = this.kinds[index];
      if (kind === undefined || (allows !== undefined && !allows(kind))) continue;
      const match = kind.pattern.exec(payload);
      if (match === null) continue;
      if (first === undefined) first = { kind, fields: fieldsOf(match) };
      else if (kind.severity === 'error' && !kind.isGeneric)
        return { kind, fields: fieldsOf(match) };
      if (first.kind.severity === 'error' || first.kind.isGeneric) return first;
    }
    return first;
  }

  private addHead(tree: HeadTree, text: string, index: number): void {
    const kind = this.kinds[index];
    tree.add(text, index);
    if (kind !== undefined) this.heads.push({ text, kind });
  }

  private collect(payload: string, found: number[]): void {
    this.startTree.collect(payload, 0, found);
    for (const stop of qualifierStops(payload)) this.coreTree.collect(payload, stop, found);
  }

  /** Puts a kind into the trees; false when its beginnings cannot be told. */
  private place(kind: MessageKind, index: number): boolean {
    const heads = headsOf(kind.pattern.source);
    const isPlain = !heads.some(isBlank) && !heads.some(isDomain);
    const inner = isPlain ? [] : coreHeads(kind.pattern.source);
    if (!isPlain && inner.length === 0) return false;
    for (const head of heads)
      if (!isBlank(head) && !isDomain(head)) this.addHead(this.startTree, head, index);
    for (const head of inner) this.addHead(this.coreTree, head, index);
    return true;
  }
}

function fieldsOf(match: RegExpExecArray): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(match.groups ?? {}))
    if (value !== undefined) fields[name] = value;
  return fields;
}
