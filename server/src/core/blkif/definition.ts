import { tokenAt, type Location, type Meaning } from '#core/c-types';
import type { CFile } from './c-file.ts';
import { headerNodes } from './describe-node.ts';
import { nodeLiteral } from './node-literal.ts';

/** Where the name at an offset is declared, in this file or an included one; a node's literal leads to its entry. */
export function definitionAt(file: CFile, offset: number): readonly Location[] {
  const unit = file.primary;
  const token = tokenAt(unit, offset);
  if (!token) return [];
  if (token.kind === 'string' && token.meaning === undefined) {
    const literal = nodeLiteral(unit, token);
    return (literal?.names ?? [])
      .slice(0, 1)
      .flatMap((name) => headerNodes(unit, name))
      .map(({ file: path, node }) => ({ file: path, span: node.span }));
  }
  return token.meaning ? locationsOf(token.meaning) : [];
}

function locationsOf(meaning: Meaning): readonly Location[] {
  switch (meaning.kind) {
    case 'macro':
      return meaning.macro.builtIn ? [] : [meaning.macro.nameAt];
    case 'tag':
    case 'typedef':
    case 'enumerator':
    case 'object':
      return places(meaning.declaration);
    case 'field':
      return meaning.fields.flatMap(({ field }) => places(field));
    case 'include': {
      const { path } = meaning.include;
      return path === undefined ? [] : [{ file: path, span: { start: 0, end: 0 } }];
    }
  }
}

/** A name that a macro made leads to its spelling in the macro, else to the macro's use. */
function places(declaration: {
  readonly nameAt: Location;
  readonly spelledAt?: Location;
  readonly assumed: boolean;
}): readonly Location[] {
  return declaration.assumed ? [] : [declaration.nameAt];
}
