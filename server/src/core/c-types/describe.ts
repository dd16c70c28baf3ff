import type { Abi, Aggregate, FieldLayout, Gap, Layout, Scope, Unknown } from './model.ts';
import { spellDeclaration } from './spell.ts';
import { engineOf } from './types-engine.ts';

const CACHE_LINE_BYTES = 64;
const NAME_COLUMNS = 44;

/** One ABI's answer about a type. */
export interface AbiLayout {
  readonly abi: Abi;
  readonly layout: Layout | Unknown;
  readonly scope: Scope;
}

/**
 * A structure written out as C with offset, size, padding and totals, once for each group of ABIs that agree. Plain
 * text in the manner of pahole, for a terminal or a read-only document.
 */
export function describeLayouts(
  key: string,
  kind: Aggregate['kind'],
  layouts: readonly AbiLayout[],
): string {
  const groups = new Map<string, { readonly abis: Abi[]; readonly lines: readonly string[] }>();
  for (const one of layouts) {
    const lines = bodyOf(one);
    const same = groups.get(lines.join('\n'));
    if (same === undefined) groups.set(lines.join('\n'), { abis: [one.abi], lines });
    else same.abis.push(one.abi);
  }
  const blocks = [...groups.values()].map(({ abis, lines }) =>
    [`${headOf(key, kind)} { /* ${abis.join(', ')} */`, ...lines, '};'].join('\n'),
  );
  return `${blocks.join('\n')}\n`;
}

/** A typedef's key and a member's are no C type names: a comment says what they are. */
function headOf(key: string, kind: Aggregate['kind']): string {
  return /^(?:struct|union) [^.]*$/.test(key) ? key : `/* ${key} */ ${kind}`;
}

function bodyOf({ layout, scope }: AbiLayout): readonly string[] {
  if (layout.kind === 'unknown') return [`\t/* ${layout.why} */`];
  const lines: string[] = [];
  const gaps = [...layout.gaps];
  for (const field of layout.fields) {
    while (gaps[0] !== undefined && gaps[0].offsetBytes < field.offsetBytes) {
      lines.push(gapLine(gaps.shift()));
    }
    lines.push(fieldLine(field, scope));
  }
  for (const gap of gaps) lines.push(gapLine(gap));
  return [...lines, '', ...totals(layout)];
}

function fieldLine(field: FieldLayout, scope: Scope): string {
  const { type } = field.field;
  const width = field.widthBits === undefined ? '' : `:${field.widthBits}`;
  const text = `${spellDeclaration(type, field.name, engineOf(scope))}${width};`.padEnd(
    NAME_COLUMNS,
  );
  const offset = String(field.offsetBytes).padStart(5);
  const bit = field.bitOffset === undefined ? '' : `:${field.bitOffset % 8}`;
  return `\t${text} /* ${offset}${bit.padEnd(2)} ${String(field.sizeBytes).padStart(5)} */`;
}

function gapLine(gap: Gap | undefined): string {
  if (gap === undefined) return '';
  const what = gap.kind === 'tail' ? 'padding at the end' : 'hole';
  return `\t/* ${gap.sizeBytes} ${gap.sizeBytes === 1 ? 'byte' : 'bytes'} ${what} at ${gap.offsetBytes} */`;
}

function totals(layout: Layout): readonly string[] {
  const padding = layout.gaps.reduce((sum, gap) => sum + gap.sizeBytes, 0);
  const lines = Math.ceil(layout.sizeBytes / CACHE_LINE_BYTES);
  const parts = [`size: ${layout.sizeBytes}`, `align: ${layout.alignBytes}`];
  parts.push(`padding: ${padding}`, `cache lines: ${lines}`);
  const assumed =
    layout.assumed.length === 0 ? [] : [`\t/* assumed: ${layout.assumed.join(', ')} */`];
  return [`\t/* ${parts.join(', ')} */`, ...assumed];
}
