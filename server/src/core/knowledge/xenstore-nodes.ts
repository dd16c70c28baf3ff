/** The end that writes a node; `both` when each end has one of its own. */
export type NodeSide = 'backend' | 'frontend' | 'both';

/** A xenstore node of a paravirtual protocol, in our words; `source` is the text it was checked against. */
export interface XenstoreNode {
  /** As written below the device's directory; `%u` stands for any decimal number. */
  readonly name: string;
  /** `blkif`, `netif` or `xenbus` (every device). */
  readonly protocol: string;
  readonly side: NodeSide;
  readonly section: string;
  readonly values: string;
  readonly default?: string;
  readonly maximum?: string;
  readonly unit?: string;
  readonly private?: boolean;
  readonly deprecated?: boolean;
  readonly summary: string;
  /** What implementations do, with their version. */
  readonly practice?: readonly string[];
  /** Constants that belong to the node. */
  readonly constants?: readonly string[];
  readonly source: string;
}

/** The nodes of `data/xenstore-nodes.json`, found by the name in a string literal. */
export class NodeBook {
  readonly nodes: readonly XenstoreNode[];
  private readonly byName: ReadonlyMap<string, readonly XenstoreNode[]>;
  private readonly patterns: readonly { readonly pattern: RegExp; readonly node: XenstoreNode }[];

  constructor(nodes: readonly XenstoreNode[]) {
    this.nodes = nodes;
    const byName = new Map<string, XenstoreNode[]>();
    for (const node of nodes) {
      const same = byName.get(node.name);
      if (same) same.push(node);
      else byName.set(node.name, [node]);
    }
    this.byName = byName;
    this.patterns = nodes
      .filter((node) => node.name.includes('%u'))
      .map((node) => ({ pattern: nodeNamePattern(node.name), node }));
  }

  /** All nodes that a literal such as `ring-ref0` or `queue-%u/ring-ref` names; those of `protocol` first. */
  find(literal: string, protocol?: string): readonly XenstoreNode[] {
    const exact = this.byName.get(literal) ?? [];
    const found = exact.length > 0 ? exact : this.matching(literal);
    if (protocol === undefined) return found;
    const own = found.filter((node) => node.protocol === protocol || node.protocol === 'xenbus');
    return own.length > 0 ? own : found;
  }

  private matching(literal: string): readonly XenstoreNode[] {
    return this.patterns.filter(({ pattern }) => pattern.test(literal)).map(({ node }) => node);
  }
}

/** Matches a concrete name (`ring-ref3`) or a format of another spelling (`ring-ref%d`) against `ring-ref%u`. */
export function nodeNamePattern(name: string): RegExp {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('%u', '(?:\\d+|%l?[uid]|N|X+)')}$`);
}

/** Decodes the parsed `data/xenstore-nodes.json`; anything else gives an empty book. */
export function decodeNodeBook(data: unknown): NodeBook {
  const nodes = (data as { nodes?: readonly XenstoreNode[] } | null | undefined)?.nodes;
  return new NodeBook(Array.isArray(nodes) ? nodes : []);
}
