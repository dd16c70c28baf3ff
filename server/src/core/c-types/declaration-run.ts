import type { NameSpace } from './declared-names.ts';
import { readPlaces, type Places } from './declared-names.ts';
import { parseDeclarations } from './declarations.ts';
import type { Declaration, Problem } from './model.ts';
import type { SymbolTable } from './symbols.ts';
import { collectSymbols } from './symbols.ts';
import type { Token } from './tokens.ts';

/**
 * The expanded tokens of a file between two of its includes. A declaration is parsed when somebody asks for it, alone or
 * with all others: of the headers that a file includes hardly any ever is.
 */
export class DeclarationRun {
  private tokens: readonly Token[];
  private places: Places | undefined;
  private parts: readonly Part[] | undefined;
  private all: readonly Declaration[] | undefined;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get declarations(): readonly Declaration[] {
    return (this.all ??= this.split().flatMap((part) => part.declarations));
  }

  get problems(): readonly Problem[] {
    return this.split().flatMap((part) => part.problems);
  }

  /** Asks the declarations that may declare the name with this id, the last of them first. */
  find<Result>(
    id: number,
    space: NameSpace,
    ask: (symbols: SymbolTable) => Result | undefined,
  ): Result | undefined {
    const parts = this.split();
    const { places } = this;
    if (places === undefined || places.names === undefined) return askAll(parts, ask);
    const { names } = places;
    for (let at = names.first(id); at >= 0; at = names.next(at)) {
      const part = names.mayBe(at, space) ? parts[names.part(at)] : undefined;
      const found = part && ask(part.symbols);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The declarations in which the name with this id occurs. */
  naming(id: number): readonly Declaration[] {
    const parts = this.split();
    const names = this.places?.names;
    if (names === undefined) return this.declarations;
    const found: Declaration[] = [];
    for (let at = names.first(id); at >= 0; at = names.next(at))
      found.unshift(...(parts[names.part(at)]?.declarations ?? []));
    return found;
  }

  private split(): readonly Part[] {
    if (this.parts !== undefined) return this.parts;
    this.places = readPlaces(this.tokens);
    const { tokens } = this;
    this.parts = this.places.parts.map(
      ({ from, to, packBytes }) => new Part(tokens.slice(from, to), packBytes),
    );
    this.tokens = [];
    return this.parts;
  }
}

function askAll<Result>(
  parts: readonly Part[],
  ask: (symbols: SymbolTable) => Result | undefined,
): Result | undefined {
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i];
    const found = part && ask(part.symbols);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One declaration up to its `;`, with what stands before it and has none. */
class Part {
  private tokens: readonly Token[];
  private readonly packBytes: number;
  private parsed: ReturnType<typeof parseDeclarations> | undefined;
  private table: SymbolTable | undefined;

  constructor(tokens: readonly Token[], packBytes: number) {
    this.tokens = tokens;
    this.packBytes = packBytes;
  }

  get declarations(): readonly Declaration[] {
    return this.parse().declarations;
  }

  get problems(): readonly Problem[] {
    return this.parse().problems;
  }

  get symbols(): SymbolTable {
    return (this.table ??= collectSymbols(this.declarations));
  }

  private parse(): ReturnType<typeof parseDeclarations> {
    if (this.parsed === undefined) {
      this.parsed = parseDeclarations(this.tokens, this.packBytes);
      this.tokens = [];
    }
    return this.parsed;
  }
}
