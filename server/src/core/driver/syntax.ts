/**
 * A node of a concrete C syntax tree, as an adapter gives it: the kinds and field names are those of the
 * tree-sitter C grammar. Only named nodes and nodes with a field name (operators) are listed; offsets are UTF-16
 * code units from the start of the file.
 */
export interface SyntaxNode {
  readonly kind: string;
  /** The field under which the parent holds this node, e.g. `condition`; undefined for none. */
  readonly field: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

/** The first child that the grammar names so. */
export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

/** All children that the grammar names so, in order. */
export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}
