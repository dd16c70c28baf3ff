import { HeaderCache } from './header-cache.ts';
import { inactiveRegion } from './inactive.ts';
import type { Macro } from './macros.ts';
import { definitionOf } from './macros.ts';
import type {
  Abi,
  Comment,
  Declaration,
  InactiveRegion,
  Include,
  MacroDefinition,
  MacroUse,
  ParseOptions,
  Problem,
  Unit,
} from './model.ts';
import type { NameTable } from './names.ts';
import type { FileProduct } from './product.ts';
import { declarationsOf, problemsOf } from './product.ts';
import { commentsOf, UnitScope } from './scope.ts';
import { engineOf } from './types-engine.ts';

/** Characters of the largest file that is read: beyond lies generated data, not a header. */
export const LARGEST_FILE: number = 4 * 1024 * 1024;

/**
 * Reads one file with its headers for one ABI. Never throws: what is wrong with the text is in `problems`, and whatever
 * could be read around it is there.
 */
export function parseUnit(
  text: string,
  options: ParseOptions,
  cache: HeaderCache = new HeaderCache(),
): Unit {
  const tooLarge = text.length > LARGEST_FILE;
  const { product, base } = cache.read(tooLarge ? '' : text, options);
  return new ParsedUnit({ text, abi: options.abi, product, base, names: cache.names, tooLarge });
}

interface Parts {
  readonly text: string;
  readonly abi: Abi;
  readonly product: FileProduct;
  readonly base: readonly Macro[];
  readonly names: NameTable;
  readonly tooLarge: boolean;
}

/** A unit that makes its lists when they are asked for: most callers want only a few. */
export class ParsedUnit implements Unit {
  readonly path: string;
  readonly abi: Abi;
  readonly text: string;
  readonly scope: UnitScope;
  /** What the file came to, shared with other ABIs that agree. */
  readonly product: FileProduct;
  private readonly names: NameTable;
  private readonly tooLarge: boolean;
  private knownProblems: readonly Problem[] | undefined;
  private knownInactive: readonly InactiveRegion[] | undefined;

  constructor(parts: Parts) {
    this.product = parts.product;
    this.path = parts.product.source.path;
    this.abi = parts.abi;
    this.text = parts.text;
    this.names = parts.names;
    this.tooLarge = parts.tooLarge;
    this.scope = new UnitScope(parts.abi, parts.product, parts.base, parts.names);
  }

  get declarations(): readonly Declaration[] {
    return declarationsOf(this.product);
  }

  get includes(): readonly Include[] {
    return this.product.resolved
      .filter(({ include }) => include.at.file === this.path)
      .map(({ include }) => include);
  }

  get macros(): readonly MacroDefinition[] {
    return this.product.defines.map((macro) => definitionOf(macro, this.names));
  }

  get macroUses(): readonly MacroUse[] {
    return this.product.uses.map(({ macro, start, nameEnd, end }) => ({
      macro: definitionOf(macro, this.names),
      nameAt: { file: this.path, span: { start, end: nameEnd } },
      at: { file: this.path, span: { start, end } },
    }));
  }

  get inactive(): readonly InactiveRegion[] {
    this.knownInactive ??= this.product.skipped.map((skipped) =>
      inactiveRegion(skipped, this.product.source, this.abi),
    );
    return this.knownInactive;
  }

  get comments(): readonly Comment[] {
    return commentsOf(this.product.source);
  }

  get problems(): readonly Problem[] {
    this.knownProblems ??= [
      ...problemsOf(this.product),
      ...this.failedAssertions(),
      ...this.size(),
    ];
    return this.knownProblems;
  }

  private size(): readonly Problem[] {
    if (!this.tooLarge) return [];
    const message = `Too large to read: ${this.text.length} characters, and the limit is ${LARGEST_FILE}.`;
    const at = { file: this.path, span: { start: 0, end: 0 } };
    return [{ id: 'c-too-large', severity: 'error', message, at }];
  }

  private failedAssertions(): readonly Problem[] {
    const problems: Problem[] = [];
    const engine = engineOf(this.scope);
    for (const declaration of this.declarations) {
      if (declaration.kind !== 'static-assert') continue;
      const value = engine.integer(declaration.condition);
      if (value !== 0n) continue;
      const said = declaration.message === '' ? '' : ` (${declaration.message})`;
      const message = `This static assertion fails on ${this.abi}${said}.`;
      problems.push({ id: 'c-static-assert', severity: 'error', message, at: declaration.at });
    }
    return problems;
  }
}
