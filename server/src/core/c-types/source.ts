import type { Directive } from './directives.ts';
import { guardOf, readDirectives } from './directives.ts';
import { lex } from './lex.ts';
import type { NameTable } from './names.ts';
import type { FileProduct } from './product.ts';
import type { Token, TokenSource } from './tokens.ts';

/** A file as lexed: made once for each text, whatever the ABI, and shared by all units that read it. */
export class SourceFile implements TokenSource {
  readonly path: string;
  readonly text: string;
  readonly names: NameTable;
  readonly tokens: readonly Token[];
  readonly comments: readonly number[];
  readonly directives: readonly Directive[];
  /** Id of the macro that guards the whole file, or 0. */
  readonly guard: number;
  /** Id of an unspellable name that is defined once a `#pragma once` file has been read. */
  readonly onceId: number;
  /** What reading it gave, one for each way the macros around it were set. */
  readonly products: FileProduct[] = [];

  constructor(path: string, text: string, names: NameTable) {
    this.path = path;
    this.text = text;
    this.names = names;
    const { tokens, comments, hashes } = lex(this, names);
    this.tokens = tokens;
    this.comments = comments;
    this.directives = readDirectives(tokens, hashes);
    this.guard = guardOf(tokens, this.directives);
    this.onceId = names.idOf(`#once ${path}`);
  }
}
