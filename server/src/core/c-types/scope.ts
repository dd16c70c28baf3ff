import type { Macro } from './macros.ts';
import { definitionOf } from './macros.ts';
import type {
  Abi,
  Aggregate,
  Comment,
  Declaration,
  EnumConstant,
  Enumeration,
  FunctionDeclaration,
  Include,
  MacroDefinition,
  Scope,
  Typedef,
  Variable,
} from './model.ts';
import type { NameTable } from './names.ts';
import type { NameSpace } from './declared-names.ts';
import type { FileProduct } from './product.ts';
import { closureOf, declarationsOf } from './product.ts';
import type { SourceFile } from './source.ts';
import type { SymbolTable } from './symbols.ts';

/** Looks names up through a file's own declarations and those of its headers, which other units share. */
export class UnitScope implements Scope {
  readonly abi: Abi;
  private readonly products: readonly FileProduct[];
  readonly names: NameTable;
  private readonly base: readonly Macro[];
  private macros: ReadonlyMap<number, Macro> | undefined;

  constructor(abi: Abi, root: FileProduct, base: readonly Macro[], names: NameTable) {
    this.abi = abi;
    this.products = closureOf(root);
    this.base = base;
    this.names = names;
  }

  tag(name: string): Aggregate | Enumeration | undefined {
    return this.find(name, 'tag', (symbols) => symbols.tags.get(name));
  }

  typedef(name: string): Typedef | undefined {
    return this.find(name, 'ordinary', (symbols) => symbols.typedefs.get(name));
  }

  enumerator(name: string): EnumConstant | undefined {
    return this.find(name, 'enumerator', (symbols) => symbols.enumerators.get(name));
  }

  object(name: string): Variable | FunctionDeclaration | undefined {
    return this.find(name, 'ordinary', (symbols) => symbols.objects.get(name));
  }

  macro(name: string): MacroDefinition | undefined {
    const macro = this.macroByName(name);
    return macro === undefined ? undefined : definitionOf(macro, this.names);
  }

  macroByName(name: string): Macro | undefined {
    return this.macroById(this.names.idOf(name));
  }

  /** The macro as the expander knows it, at the end of the unit. */
  macroById(id: number): Macro | undefined {
    this.macros ??= this.collectMacros();
    return this.macros.get(id);
  }

  files(): readonly string[] {
    return [...new Set(this.products.map(({ source }) => source.path))];
  }

  textOf(file: string): string | undefined {
    return this.sourceOf(file)?.text;
  }

  commentsOf(file: string): readonly Comment[] {
    const source = this.sourceOf(file);
    return source === undefined ? [] : commentsOf(source);
  }

  declarationsOf(file: string): readonly Declaration[] {
    const products = this.productsOf(file);
    const [only] = products;
    if (only !== undefined && products.length === 1) return declarationsOf(only);
    return products.flatMap(declarationsOf);
  }

  declarationsNaming(name: string): readonly Declaration[] {
    const id = this.names.idOf(name);
    return this.products.flatMap(({ runs }) => runs.flatMap((run) => run.naming(id)));
  }

  macrosOf(file: string): readonly MacroDefinition[] {
    return this.productsOf(file).flatMap(({ defines }) =>
      defines.map((macro) => definitionOf(macro, this.names)),
    );
  }

  missing(): readonly Include[] {
    const includes = this.products.flatMap(({ resolved }) =>
      resolved.filter(({ source }) => source === undefined).map(({ include }) => include),
    );
    return [...new Map(includes.map((include) => [include.name, include])).values()];
  }

  private find<Result>(
    name: string,
    space: NameSpace,
    ask: (symbols: SymbolTable) => Result | undefined,
  ): Result | undefined {
    const id = this.names.idOf(name);
    for (const { runs } of this.products) {
      for (let i = runs.length - 1; i >= 0; i--) {
        const found = runs[i]?.find(id, space, ask);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  private productsOf(file: string): readonly FileProduct[] {
    return this.products.filter(({ source }) => source.path === file);
  }

  private sourceOf(file: string): SourceFile | undefined {
    return this.products.find(({ source }) => source.path === file)?.source;
  }

  private collectMacros(): Map<number, Macro> {
    const macros = new Map(this.base.map((macro) => [macro.id, macro]));
    const root = this.products[0];
    for (const [index, id] of (root?.writes ?? []).entries()) {
      const macro = root?.writtenMacros[index];
      if (macro === undefined) macros.delete(id);
      else macros.set(id, macro);
    }
    return macros;
  }
}

/** The comments of a lexed file as values. */
export function commentsOf(source: SourceFile): readonly Comment[] {
  const comments: Comment[] = [];
  for (let i = 0; i + 2 < source.comments.length; i += 3) {
    const [start = 0, end = 0, line = 0] = source.comments.slice(i, i + 3);
    comments.push({ span: { start, end }, line: line === 1 });
  }
  return comments;
}
