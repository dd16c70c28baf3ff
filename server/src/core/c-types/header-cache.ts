import { FALLBACK_MACROS } from './fallbacks.ts';
import { MacroTable } from './macro-table.ts';
import type { Macro } from './macros.ts';
import { builtInMacro, macroFromText } from './macros.ts';
import type { Abi, IncludedText, ParseOptions } from './model.ts';
import { NameTable } from './names.ts';
import { DYNAMIC, predefined } from './predefined.ts';
import { Preprocessor } from './preprocess.ts';
import type { FileProduct } from './product.ts';
import { SourceFile } from './source.ts';

/** Names that a session may meet before everything is lexed anew. */
const MOST_NAMES = 400_000;

/**
 * What is read once and used many times: lexed files, and what each declared under which macros. One for a session;
 * files that change are simply given again with their new text.
 */
export class HeaderCache {
  private currentNames = new NameTable();
  private readonly table = new MacroTable();
  private readonly sources = new Map<string, SourceFile>();
  private readonly macros = new Map<string, Macro>();
  private readonly bases = new Map<string, readonly Macro[]>();
  private parses = 0;

  /** The spellings behind the ids of everything that the cache holds. */
  get names(): NameTable {
    return this.currentNames;
  }

  /** Drops what was read of a file, e.g. when its editor is closed. */
  forget(path: string): void {
    this.sources.delete(path);
  }

  /** Reads a file for one ABI. */
  read(text: string, options: ParseOptions): { product: FileProduct; base: readonly Macro[] } {
    if (this.currentNames.size > MOST_NAMES) this.clear();
    const root = this.source(options.path, text);
    const base = this.baseMacros(options.abi, options.defines ?? []);
    this.table.reset(base, this.currentNames.size);
    this.parses++;
    const found = new Map<string, IncludedText | undefined>();
    const preprocessor = new Preprocessor({
      names: this.currentNames,
      table: this.table,
      parse: this.parses,
      source: (path, headerText) => this.source(path, headerText),
      resolve: (request) => {
        const key = `${request.quoted ? '"' : '<'}${request.next ? '+' : ''}${request.name}\0${request.from}`;
        if (!found.has(key)) found.set(key, options.resolveInclude?.(request));
        return found.get(key);
      },
    });
    return { product: preprocessor.read(root), base };
  }

  private clear(): void {
    this.currentNames = new NameTable();
    this.sources.clear();
    this.macros.clear();
    this.bases.clear();
  }

  private source(path: string, text: string): SourceFile {
    const known = this.sources.get(path);
    if (known?.text === text) return known;
    const source = new SourceFile(path, text, this.currentNames);
    this.sources.set(path, source);
    return source;
  }

  private baseMacros(abi: Abi, defines: readonly string[]): readonly Macro[] {
    const key = [abi, ...defines].join('\0');
    let base = this.bases.get(key);
    if (base === undefined) {
      base = [
        ...FALLBACK_MACROS.map((text) => this.macro(text, 'fallback')),
        ...Object.keys(DYNAMIC).map((text) => this.macro(text, 'abi')),
        ...predefined(abi).map((text) => this.macro(text, 'abi')),
        ...defines.map((text) => this.macro(definitionText(text), 'text')),
      ];
      this.bases.set(key, base);
    }
    return base;
  }

  /** Equal text gives the same object, so that ABIs that agree share what depends on it. */
  private macro(text: string, origin: Macro['origin']): Macro {
    const key = `${origin} ${text}`;
    let macro = this.macros.get(key);
    if (macro === undefined) {
      macro =
        origin === 'text'
          ? macroFromText(text, origin, this.currentNames)
          : builtInMacro(text, origin, this.currentNames, DYNAMIC[text]);
      this.macros.set(key, macro);
    }
    return macro;
  }
}

/** `A=B` as after `-D` becomes `A B`; `A` alone is 1. */
function definitionText(option: string): string {
  const equals = option.indexOf('=');
  return equals < 0 ? `${option} 1` : `${option.slice(0, equals)} ${option.slice(equals + 1)}`;
}
