import type { TreeCursor } from 'web-tree-sitter';
import type { SyntaxNode } from '#core/driver';

/** Nesting beyond this is cut off: no driver has it, and a hostile file must not exhaust the stack. */
const DEEPEST = 1200;

/**
 * A tree-sitter tree as plain objects, children read on first use: a caller that knows a function from its text
 * never pays for its nodes. Valid only as long as the tree it was made from.
 */
export function plainTree(cursor: TreeCursor): SyntaxNode {
  const children: SyntaxNode[] = [];
  const root = own(cursor, children);
  if (cursor.gotoFirstChild()) {
    do {
      if (cursor.nodeIsNamed) children.push(lazyNode(cursor));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return root;
}

function own(cursor: TreeCursor, children: readonly SyntaxNode[]): SyntaxNode {
  return {
    kind: cursor.nodeType,
    field: cursor.currentFieldName ?? undefined,
    start: cursor.startIndex,
    end: cursor.endIndex,
    children,
  };
}

function lazyNode(cursor: TreeCursor): SyntaxNode {
  const node = cursor.currentNode;
  let known: readonly SyntaxNode[] | undefined;
  return {
    kind: cursor.nodeType,
    field: cursor.currentFieldName ?? undefined,
    start: cursor.startIndex,
    end: cursor.endIndex,
    get children(): readonly SyntaxNode[] {
      if (!known) {
        const inner = node.walk();
        known = childrenAt(inner, 1);
        inner.delete();
      }
      return known;
    },
  };
}

/** Named children and those with a field name (operators); punctuation is left out. */
function childrenAt(cursor: TreeCursor, depth: number): readonly SyntaxNode[] {
  if (depth > DEEPEST || !cursor.gotoFirstChild()) return [];
  const children: SyntaxNode[] = [];
  do {
    const field = cursor.currentFieldName ?? undefined;
    const isNamed = cursor.nodeIsNamed;
    if (!isNamed && field === undefined) continue;
    const kind = cursor.nodeType;
    const start = cursor.startIndex;
    const end = cursor.endIndex;
    children.push({
      kind,
      field,
      start,
      end,
      children: isNamed ? childrenAt(cursor, depth + 1) : [],
    });
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return children;
}
