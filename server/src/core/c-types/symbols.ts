import { placeConstants } from './enumerations.ts';
import type {
  Aggregate,
  Declaration,
  EnumConstant,
  Enumeration,
  FunctionDeclaration,
  Typedef,
  Variable,
} from './model.ts';

/** What some declarations declare, by name; of two with one name the later. */
export interface SymbolTable {
  readonly tags: ReadonlyMap<string, Aggregate | Enumeration>;
  readonly typedefs: ReadonlyMap<string, Typedef>;
  readonly enumerators: ReadonlyMap<string, EnumConstant>;
  readonly objects: ReadonlyMap<string, Variable | FunctionDeclaration>;
}

export function collectSymbols(declarations: readonly Declaration[]): SymbolTable {
  const tags = new Map<string, Aggregate | Enumeration>();
  const typedefs = new Map<string, Typedef>();
  const enumerators = new Map<string, EnumConstant>();
  const objects = new Map<string, Variable | FunctionDeclaration>();
  for (const declaration of declarations) {
    switch (declaration.kind) {
      case 'struct':
      case 'union':
      case 'enum':
        if (declaration.name !== '') tags.set(declaration.name, declaration);
        if (declaration.kind !== 'enum') break;
        placeConstants(declaration);
        for (const constant of declaration.constants) enumerators.set(constant.name, constant);
        break;
      case 'typedef':
        typedefs.set(declaration.name, declaration);
        break;
      case 'variable':
      case 'function':
        objects.set(declaration.name, declaration);
        break;
      case 'static-assert':
        break;
    }
  }
  return { tags, typedefs, enumerators, objects };
}
