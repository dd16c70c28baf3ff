import type { MacroTable } from './macro-table.ts';
import type { ResolveInclude } from './model.ts';
import type { NameTable } from './names.ts';
import type { FileProduct, PackState } from './product.ts';
import { samePack } from './product.ts';
import type { SourceFile } from './source.ts';

/** What the preprocessor needs from outside. */
export interface Surroundings {
  readonly names: NameTable;
  readonly table: MacroTable;
  readonly resolve: ResolveInclude;
  /** The lexed file for a text. */
  source(path: string, text: string): SourceFile;
  /** Number of this parse: products checked in it are known to be current. */
  readonly parse: number;
}

/** Whether reading the file again, here and now, would give the same product. */
export function holds(product: FileProduct, pack: PackState, around: Surroundings): boolean {
  if (!samePack(product.packBefore, pack)) return false;
  const { reads, readMacros } = product;
  for (let i = 0; i < reads.length; i++) {
    if (around.table.peek(reads[i] ?? 0) !== readMacros[i]) return false;
  }
  return isCurrent(product, around);
}

/** Whether every include of the product, and of those below it, still finds the same text. */
function isCurrent(product: FileProduct, around: Surroundings): boolean {
  if (product.checkedIn === around.parse) return product.current;
  product.checkedIn = around.parse;
  product.current = false;
  const own = product.resolved.every(({ request, source }) => {
    const found = around.resolve(request);
    return found?.path === source?.path && found?.text === source?.text;
  });
  product.current = own && product.nested.every((nested) => isCurrent(nested, around));
  return product.current;
}
