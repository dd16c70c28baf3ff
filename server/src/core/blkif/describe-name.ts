import {
  ABIS,
  geometryOf,
  layoutOf,
  sizeOf,
  type Abi,
  type Ring,
  type TokenAt,
  type Unit,
} from '#core/c-types';
import { mapAbis, perAbi } from './abi-layouts.ts';
import { allAggregates, type CFile } from './c-file.ts';
import { describeAggregate } from './describe-struct.ts';
import { factLines } from './describe-field.ts';
import { describeRingMacro } from './describe-macro.ts';
import { baseName } from './header-words.ts';
import { blocks, bullets, bytes, code, escape, listed, prose } from './markdown.ts';
import type { Knowledge } from './model.ts';
import { entriesPerPage, visibleRings } from './ring-facts.ts';
import { isPublicHeader } from './xen-files.ts';

const STANDARD_TYPE = /^(u?int(8|16|32|64|ptr|max)_t|s?size_t|_*[us](8|16|32|64))$/;

/** A name that the reading gives no meaning: built-in types, guards, names in macros and conditions. */
export function describeName(
  file: CFile,
  token: TokenAt,
  knowledge: () => Knowledge,
): string | undefined {
  const name = token.text;
  if (STANDARD_TYPE.test(name)) return describeStandardType(file, name);
  if (/RING_|^DEFINE_/.test(name)) {
    const macro = knowledge().macros.get(name);
    if (macro) return describeRingMacro(macro);
  }
  if (isGuard(file, name)) return describeHeader(file);
  if (token.directive === 'define') return describeCounter(name, knowledge());
  if (token.directive !== undefined) return describeCondition(file, name);
  return describeTag(file, token, knowledge);
}

/** The i386 psABI aligns no scalar member of a structure to more than this, whatever `_Alignof` says. */
const I386_MEMBER_ALIGN_BYTES = 4;

/** Size and alignment: i386 aligns 64-bit types to 4, which is what makes layouts differ. */
function describeStandardType(file: CFile, name: string): string | undefined {
  const units = new Map<Abi, Unit>(ABIS.map((abi) => [abi, file.unit(abi)]));
  const nowhere = { file: file.path, span: { start: 0, end: 0 } };
  const sizes = mapAbis(units, ({ scope }) => {
    const size = sizeOf({ kind: 'named', name, at: nowhere, qualifiers: [] }, scope);
    return size.kind === 'size' ? size : undefined;
  });
  if (sizes.size === 0) return undefined;
  const size = perAbi(
    mapAbis(sizes, (each) => each.sizeBytes),
    bytes,
  );
  const aligned = mapAbis(sizes, ({ alignBytes }, abi) =>
    abi === 'i386' ? Math.min(alignBytes, I386_MEMBER_ALIGN_BYTES) : alignBytes,
  );
  return `**${escape(name)}** — ${size}, aligned to ${perAbi(aligned)} in a structure`;
}

/** The macro of an include guard: the first #ifndef of a header. */
export function isGuard(file: CFile, name: string): boolean {
  if (!file.path.endsWith('.h')) return false;
  const asked = /^[ \t]*#[ \t]*ifndef[ \t]+(\w+)/m.exec(file.text);
  return asked?.[1] === name && new RegExp(`#[ \\t]*define[ \\t]+${name}\\b`).test(file.text);
}

/**
 * What a header declares, read for one ABI only: a guard is where a new file's first hover falls, which must not wait
 * for the other three.
 */
export function describeHeader(file: CFile): string {
  const unit = file.primary;
  const own = allAggregates(unit.declarations).filter(
    ({ name, fromMacro }) => name !== '' && fromMacro === undefined,
  );
  const unknown = own.filter((aggregate) => layoutOf(aggregate, unit.scope).kind === 'unknown');
  const kind = isPublicHeader(file.path) ? 'header of Xen’s public interface' : 'header';
  return blocks([
    `**${escape(baseName(file.path))}** — ${kind}, ${own.length} structures`,
    bullets([
      ...visibleRings(file)
        .filter(({ sring }) => sring.at.file === file.path)
        .map((ring) => ringLine(ring, unit)),
      own.length > 0 ? `Declares ${named(own.map(({ name }) => name))}` : undefined,
      unknown.length > 0 ? `Layout unknown: ${named(unknown.map(({ name }) => name))}` : undefined,
    ]),
  ]);
}

function ringLine(ring: Ring, unit: Unit): string {
  const geometry = geometryOf(ring, unit.scope);
  const figures =
    geometry.kind === 'ring'
      ? `slots of ${bytes(geometry.entrySizeBytes)}, ${entriesPerPage(geometry)} per page on ${unit.abi}`
      : escape(geometry.why);
  return `Ring ${code(ring.tag)}: ${figures}`;
}

const SHOWN_NAMES = 6;

function named(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).map(code);
  return names.length > SHOWN_NAMES
    ? `${shown.join(', ')} and ${names.length - SHOWN_NAMES} more`
    : listed(shown);
}

/** A counter of the ring's structures inside a macro of ring.h, where no type says whose it is. */
function describeCounter(name: string, { protocols }: Knowledge): string | undefined {
  for (const role of ['sring', 'front-ring', 'back-ring']) {
    const struct = protocols.roles.get(role);
    const fact = struct?.fields[name];
    if (struct && fact)
      return blocks([
        `**${escape(name)}** — ${escape(struct.title)}`,
        prose(fact.meaning),
        bullets(factLines(fact)),
      ]);
  }
  return undefined;
}

/** A name in #ifdef or #if that only some ABIs define. */
function describeCondition(file: CFile, name: string): string | undefined {
  const defined = ABIS.filter((abi) => file.unit(abi).scope.macro(name) !== undefined);
  if (defined.length === 0 || defined.length === ABIS.length) return undefined;
  return `**${escape(name)}** — defined on ${listed(defined)} only`;
}

/** The tag given to DEFINE_RING_TYPES: the ring it makes. */
function describeTag(file: CFile, token: TokenAt, knowledge: () => Knowledge): string | undefined {
  const ring = visibleRings(file).find(
    ({ tag, sring }) =>
      tag === token.text &&
      sring.at.file === file.path &&
      sring.at.span.start <= token.span.start &&
      token.span.end <= sring.at.span.end,
  );
  return ring && describeAggregate(file, ring.sring, knowledge());
}
