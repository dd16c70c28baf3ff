import type { Engine, MemberSize } from './engine.ts';
import { unknown } from './engine.ts';
import type { Aggregate, CType, Field, FieldLayout, Gap, Layout, Unknown } from './model.ts';
import { alignmentOf } from './sizes.ts';
import { spellType } from './spell.ts';

/** A field on its way into the structure; everything in bits, as the ABIs' rules count. */
interface Placed {
  readonly field: Field;
  readonly size: MemberSize;
  /** Undefined unless it is a bit-field. */
  readonly width: number | undefined;
  readonly packed: boolean;
  /** Alignment that the field itself is placed at. */
  align: number;
  userAligned: boolean;
}

export interface AggregateLayout {
  readonly layout: Layout;
  /** An attribute asked for the alignment, somewhere inside. */
  readonly userAligned: boolean;
}

/**
 * Lays out a struct or union as gcc does for System V and AAPCS: `packed`, `aligned` and `#pragma pack` in every place,
 * bit-fields that may not straddle more units of their type than the type has, i386's 4-byte members.
 */
export function layOut(aggregate: Aggregate, engine: Engine): AggregateLayout | Unknown {
  const { unclear, aligned } = aggregate.attributes;
  if (unclear !== undefined)
    return unknown(`The layout cannot be known: ${unclear}.`, aggregate.nameAt);
  let startAlign = 8;
  for (const one of aligned) {
    const bytes = alignmentOf(one, engine);
    if (typeof bytes !== 'number') return bytes;
    startAlign = Math.max(8, bytes * 8);
  }
  const builder = new Builder(aggregate, engine, startAlign);
  for (const field of aggregate.fields) {
    const placed = prepare(field, aggregate, engine);
    if (placed.kind === 'unknown') return blame(placed, field, aggregate);
    builder.add(placed.placed);
  }
  return { layout: builder.finish(), userAligned: builder.userAligned || aligned.length > 0 };
}

function blame(reason: Unknown, field: Field, aggregate: Aggregate): Unknown {
  // One sentence, however deep the cause lies.
  if (reason.why.startsWith('The layout')) return reason;
  const of = field.name === '' ? 'an unnamed member' : `\`${field.name}\``;
  const tag = aggregate.name === '' ? aggregate.kind : `${aggregate.kind} ${aggregate.name}`;
  return unknown(
    `The layout of ${tag} cannot be known at ${of}: ${reason.why}.`,
    reason.at ?? field.nameAt,
  );
}

function prepare(
  field: Field,
  owner: Aggregate,
  engine: Engine,
): { readonly kind: 'placed'; readonly placed: Placed } | Unknown {
  const { attributes } = field;
  if (attributes.unclear !== undefined) return unknown(attributes.unclear, field.nameAt);
  const size = engine.measure(typeWith(field));
  if (size.kind === 'unknown') return size;
  let width: number | undefined;
  if (field.widthBits !== undefined) {
    const bits = engine.integer(field.widthBits);
    if (typeof bits !== 'bigint') return bits;
    width = Number(bits);
    if (width < 0 || width > size.sizeBytes * 8)
      return unknown(`a bit-field of ${bits} bits does not fit its type`);
  }
  let align = 1;
  let userAligned = false;
  // Of several `aligned` on a member the strictest counts.
  for (const one of attributes.aligned) {
    const bytes = alignmentOf(one, engine);
    if (typeof bytes !== 'number') return bytes;
    align = Math.max(align, bytes * 8);
    userAligned = true;
  }
  const packed = owner.attributes.packed || attributes.packed;
  return { kind: 'placed', placed: { field, size, width, packed, align, userAligned } };
}

/** The field's type with the attributes of its declaration that change the type. */
function typeWith(field: Field): CType {
  const { vectorBytes, mode } = field.attributes;
  if (vectorBytes === undefined && mode === undefined) return field.type;
  return { kind: 'attributed', of: field.type, attributes: { ...field.attributes, aligned: [] } };
}

interface Limits {
  /** `#pragma pack`, 0 for none. */
  readonly packBits: number;
  /** How far an integer is aligned inside a structure: 32 on i386. */
  readonly integerBits: number;
}

/**
 * Settles where the field may stand: its own wish, its type's, `packed` and `#pragma pack`. `wholeAlign` is above 1 for
 * a bit-field that fills a whole integer at its place.
 */
function settle(placed: Placed, wholeAlign: number, limits: Limits): void {
  const { packBits } = limits;
  const { size, width } = placed;
  let { align, userAligned } = placed;
  const zeroWidth = width === 0;
  const packed = placed.packed && !zeroWidth;
  const asked = placed.userAligned;
  align = Math.max(align, wholeAlign);
  const takesTypes = width === undefined ? !(packed && userAligned) : zeroWidth;
  if (takesTypes && size.alignBytes * 8 > align) {
    align = size.alignBytes * 8;
    ({ userAligned } = size);
  }
  if (packed && !asked) align = Math.min(align, 8);
  if (!packed && !userAligned && size.memberAlignBytes < size.alignBytes) {
    align = Math.min(align, size.memberAlignBytes * 8);
  }
  if (!packed && !userAligned && wholeAlign > 1) align = Math.min(align, limits.integerBits);
  if (packBits !== 0 && !zeroWidth) align = Math.min(align, packBits);
  placed.align = align;
  placed.userAligned = userAligned;
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

class Builder implements Limits {
  userAligned = false;
  private at = 0;
  private align: number;
  private readonly fields: FieldLayout[] = [];
  private readonly assumed = new Set<string>();
  private readonly aggregate: Aggregate;
  private readonly engine: Engine;
  readonly packBits: number;
  readonly integerBits: number;

  constructor(aggregate: Aggregate, engine: Engine, startAlign: number) {
    this.aggregate = aggregate;
    this.engine = engine;
    this.align = startAlign;
    this.packBits = aggregate.packBytes * 8;
    const { memberAlignBytes, sizeBytes } = engine.rules.base['long long int'];
    this.integerBits = memberAlignBytes < sizeBytes ? memberAlignBytes * 8 : Infinity;
  }

  add(placed: Placed): void {
    const whole = this.wholeAlign(placed);
    settle(placed, whole, this);
    this.raiseAlignment(placed);
    const { width, size } = placed;
    const bits = width ?? size.sizeBytes * 8;
    if (this.aggregate.kind === 'union') {
      this.record(placed, 0);
      this.at = Math.max(this.at, roundUp(bits, 8));
      return;
    }
    this.at = roundUp(this.at, placed.align);
    if (width !== undefined && width > 0 && whole === 1) this.avoidStraddling(placed, width);
    this.record(placed, this.at);
    this.at += bits;
  }

  /** The alignment of the integer that a bit-field fills exactly, when it stands at such a place; else 1. */
  private wholeAlign({ width, packed }: Placed): number {
    if (width === undefined || ![8, 16, 32, 64, 128].includes(width)) return 1;
    if (width > 8 && packed) return 1;
    const known = this.aggregate.kind === 'union' ? 0 : this.at;
    return known % width === 0 ? width : 1;
  }

  /** A bit-field may not touch more units of its type's alignment than the type itself has. */
  private avoidStraddling({ size, packed }: Placed, width: number): void {
    if (this.packBits !== 0 || packed) return;
    const unit = this.unitAlign(size);
    const touched = Math.floor((this.at + width + unit - 1) / unit) - Math.floor(this.at / unit);
    if (touched > (size.sizeBytes * 8) / unit) this.at = roundUp(this.at, unit);
    this.userAligned ||= size.userAligned;
  }

  private unitAlign(size: MemberSize): number {
    return (size.userAligned ? size.alignBytes : size.memberAlignBytes) * 8;
  }

  private raiseAlignment(placed: Placed): void {
    const { width, size, field, packed } = placed;
    this.userAligned ||= placed.userAligned;
    if (width === undefined) {
      this.align = Math.max(this.align, placed.align);
      return;
    }
    if (field.name === '' && !this.engine.rules.unnamedBitFieldAligns) return;
    let unit = this.unitAlign(size);
    if (width > 0) {
      if (this.packBits !== 0) unit = Math.min(unit, this.packBits);
      else if (packed) unit = Math.min(unit, 8);
    }
    this.userAligned ||= size.userAligned;
    this.align = Math.max(this.align, unit, placed.align);
  }

  private record({ field, size, width }: Placed, bit: number): void {
    for (const name of size.assumed) this.assumed.add(name);
    const { type } = field;
    const known = {
      name: field.name,
      offsetBytes: Math.floor(bit / 8),
      sizeBytes: size.sizeBytes,
      alignBytes: size.memberAlignBytes,
      type: spellType(type, this.engine),
      flexible: size.flexible && type.kind === 'array',
      field,
      assumed: size.assumed,
    };
    const plain = type.kind === 'named' || type.kind === 'base' || type.kind === 'pointer';
    if (plain && width === undefined) this.fields.push(known);
    else this.fields.push({ ...known, ...this.details(type, width, bit) });
  }

  /** What only some fields have. */
  private details(type: CType, width: number | undefined, bit: number): Partial<FieldLayout> {
    const dimensions = dimensionsOf(type, this.engine);
    const aggregate = inlineAggregate(type);
    return {
      ...(dimensions.length === 0 ? {} : { dimensions }),
      ...(width === undefined ? {} : { bitOffset: bit, widthBits: width }),
      ...(aggregate === undefined ? {} : { aggregate }),
    };
  }

  finish(): Layout {
    const size = roundUp(roundUp(this.at, 8), this.align);
    return {
      kind: 'layout',
      aggregate: this.aggregate,
      abi: this.engine.abi,
      sizeBytes: size / 8,
      alignBytes: this.align / 8,
      fields: this.fields,
      gaps: this.gaps(size / 8),
      assumed: [...this.assumed],
    };
  }

  private gaps(sizeBytes: number): readonly Gap[] {
    const gaps: Gap[] = [];
    let end = 0;
    let after = '';
    if (this.aggregate.kind === 'struct') {
      for (const field of this.fields) {
        const { offsetBytes, name } = field;
        if (offsetBytes > end)
          gaps.push({ kind: 'hole', offsetBytes: end, sizeBytes: offsetBytes - end, after });
        end = Math.max(end, endOf(field));
        if (name !== '' || field.widthBits === undefined) after = name;
      }
    } else end = Math.max(0, ...this.fields.map(endOf));
    if (sizeBytes > end)
      gaps.push({ kind: 'tail', offsetBytes: end, sizeBytes: sizeBytes - end, after });
    return gaps;
  }
}

/** The first byte behind a field. An unnamed bit-field holds nothing, so its bits are padding. */
function endOf(field: FieldLayout): number {
  if (field.bitOffset === undefined) return field.offsetBytes + field.sizeBytes;
  return field.name === '' ? 0 : Math.ceil((field.bitOffset + (field.widthBits ?? 0)) / 8);
}

function inlineAggregate(type: CType): Aggregate | undefined {
  let inner = type;
  while (inner.kind === 'array' || inner.kind === 'attributed') inner = inner.of;
  if (inner.kind !== 'tagged' || inner.definition === undefined) return undefined;
  return inner.definition.kind === 'enum' ? undefined : inner.definition;
}

function dimensionsOf(type: CType, engine: Engine): (number | undefined)[] {
  const dimensions: (number | undefined)[] = [];
  let inner = type;
  while (inner.kind === 'array') {
    const length = inner.length === undefined ? undefined : engine.integer(inner.length);
    dimensions.push(typeof length === 'bigint' ? Number(length) : undefined);
    inner = inner.of;
  }
  return dimensions;
}
