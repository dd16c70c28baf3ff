import { assumedType } from './assumed-types.ts';
import type { BaseSize } from './abi.ts';
import type { Engine, MemberSize, Resolved } from './engine.ts';
import { unknown } from './engine.ts';
import { typeOfOperand } from './evaluate.ts';
import type { BaseName, CType, Expression, TypeAttributes, Unknown } from './model.ts';

/** Larger than any address space that we lay out. */
const LARGEST_BYTES = 2 ** 47;
const LONGEST_CHAIN = 64;

/** Follows typedefs, `typeof` and attributes down to what a type is. */
export function resolveType(type: CType, engine: Engine, depth = 0): Resolved | Unknown {
  if (depth > LONGEST_CHAIN) return unknown('its typedefs lead in a circle');
  switch (type.kind) {
    case 'named':
      return resolveName(type, engine, depth);
    case 'typeof': {
      const operand = typeOfOperand(type.expression, engine);
      return operand.kind === 'unknown' ? operand : resolveType(operand, engine, depth + 1);
    }
    case 'attributed': {
      const { mode } = type.attributes;
      if (mode !== undefined) return modeOf(mode, engine);
      return resolveType(type.of, engine, depth + 1);
    }
    case 'tagged': {
      const definition = type.definition ?? engine.scope.tag(type.name);
      const fits = definition?.kind === type.tagKind;
      return { kind: 'resolved', type, ...(fits ? { definition } : {}), assumed: [] };
    }
    case 'unknown':
      return type;
    default:
      return { kind: 'resolved', type, assumed: [] };
  }
}

function resolveName(
  type: Extract<CType, { kind: 'named' }>,
  engine: Engine,
  depth: number,
): Resolved | Unknown {
  const typedef = engine.scope.typedef(type.name);
  if (typedef !== undefined) {
    const resolved = resolveType(typedef.type, engine, depth + 1);
    if (resolved.kind === 'unknown' || !typedef.assumed) return resolved;
    return { ...resolved, assumed: [...resolved.assumed, type.name] };
  }
  const builtIn = assumedType(type.name, engine.abi);
  if (builtIn === undefined)
    return unknown(`\`${type.name}\` is declared nowhere in what was read`, type.at);
  const assumed = [type.name];
  if (builtIn.kind === 'base') {
    return {
      kind: 'resolved',
      type: { kind: 'base', base: builtIn.base, qualifiers: [] },
      assumed,
    };
  }
  if (builtIn.kind === 'pointer') {
    const to: CType = { kind: 'base', base: 'void', qualifiers: [] };
    return { kind: 'resolved', type: { kind: 'pointer', to, qualifiers: [] }, assumed };
  }
  const { sizeBytes, alignBytes } = builtIn;
  return { kind: 'resolved', type, builtIn: { sizeBytes, alignBytes }, assumed };
}

const MODES: Readonly<Record<string, BaseName>> = {
  QI: 'signed char',
  byte: 'signed char',
  HI: 'short int',
  SI: 'int',
  DI: 'long long int',
  TI: '__int128',
  SF: 'float',
  DF: 'double',
  TF: '_Float128',
  XF: 'long double',
};

function modeOf(mode: string, engine: Engine): Resolved | Unknown {
  const word = ['word', 'pointer', 'unwind_word'].includes(mode);
  const base = word ? (engine.rules.pointerBytes === 8 ? 'long int' : 'int') : MODES[mode];
  if (base === undefined) return unknown(`\`mode(${mode})\` is not known here`);
  return { kind: 'resolved', type: { kind: 'base', base, qualifiers: [] }, assumed: [] };
}

/** Size and alignment of a type, as a member's too. */
export function measureType(type: CType, engine: Engine): MemberSize | Unknown {
  switch (type.kind) {
    case 'base':
      return ofBase(engine.rules.base[type.base], []);
    case 'pointer': {
      const bytes = engine.rules.pointerBytes;
      return plain(bytes, bytes, []);
    }
    case 'array':
      return measureArray(type, engine);
    case 'function':
      return unknown('a function has no size');
    case 'attributed':
      return measureAttributed(type.of, type.attributes, engine);
    case 'named': {
      const typedef = engine.scope.typedef(type.name);
      if (typedef === undefined) return measureResolved(type, engine);
      const size = engine.measure(typedef.type);
      if (size.kind === 'unknown' || !typedef.assumed) return size;
      return { ...size, assumed: [...size.assumed, type.name] };
    }
    default:
      return measureResolved(type, engine);
  }
}

function plain(sizeBytes: number, alignBytes: number, assumed: readonly string[]): MemberSize {
  const common = { userAligned: false, flexible: false, assumed };
  return { kind: 'size', sizeBytes, alignBytes, memberAlignBytes: alignBytes, ...common };
}

function ofBase(base: BaseSize, assumed: readonly string[]): MemberSize {
  const { sizeBytes, alignBytes, memberAlignBytes } = base;
  return { ...plain(sizeBytes, alignBytes, assumed), memberAlignBytes };
}

function measureResolved(type: CType, engine: Engine): MemberSize | Unknown {
  const resolved = engine.resolve(type);
  if (resolved.kind === 'unknown') return resolved;
  const { definition, builtIn, assumed } = resolved;
  if (builtIn !== undefined) {
    const raised = builtIn.alignBytes > 4 && engine.abi === 'i386';
    return { ...plain(builtIn.sizeBytes, builtIn.alignBytes, assumed), userAligned: raised };
  }
  if (resolved.type.kind !== 'tagged') {
    const size = engine.measure(resolved.type);
    return size.kind === 'unknown' ? size : { ...size, assumed: [...size.assumed, ...assumed] };
  }
  if (definition === undefined) {
    const { tagKind, name, at } = resolved.type;
    return unknown(`\`${tagKind} ${name}\` is defined nowhere in what was read`, at);
  }
  if (definition.kind === 'enum') {
    const base = engine.enumBase(definition);
    if (typeof base !== 'string') return base;
    return withAligned(ofBase(engine.rules.base[base], []), definition.attributes.aligned, engine);
  }
  const layout = engine.layout(definition);
  if (layout.kind === 'unknown') return layout;
  const size = plain(layout.sizeBytes, layout.alignBytes, layout.assumed);
  return { ...size, userAligned: engine.userAligned(definition) };
}

function measureArray(
  type: Extract<CType, { kind: 'array' }>,
  engine: Engine,
): MemberSize | Unknown {
  const element = engine.measure(type.of);
  if (element.kind === 'unknown') return element;
  if (element.sizeBytes % element.alignBytes !== 0 && element.userAligned) {
    return unknown(
      'the elements of an array are aligned to more than their size, which no compiler accepts',
    );
  }
  if (type.length === undefined) return { ...element, sizeBytes: 0, flexible: true };
  const length = engine.integer(type.length);
  if (typeof length !== 'bigint')
    return unknown(`the length of an array cannot be worked out: ${length.why}`, type.length.at);
  if (length < 0n) return unknown(`the length of an array is negative (${length})`, type.length.at);
  const bytes = length * BigInt(element.sizeBytes);
  if (bytes > BigInt(LARGEST_BYTES))
    return unknown(`an array of ${length} elements is too large`, type.length.at);
  return { ...element, sizeBytes: Number(bytes), flexible: length === 0n };
}

function measureAttributed(
  of: CType,
  attributes: TypeAttributes,
  engine: Engine,
): MemberSize | Unknown {
  const { vectorBytes, mode, unclear } = attributes;
  if (unclear !== undefined) return unknown(unclear);
  if (vectorBytes !== undefined) return measureVector(of, vectorBytes, engine);
  const size = mode === undefined ? engine.measure(of) : measureMode(mode, engine);
  return size.kind === 'unknown' ? size : withAligned(size, attributes.aligned, engine);
}

function measureMode(mode: string, engine: Engine): MemberSize | Unknown {
  const resolved = modeOf(mode, engine);
  return resolved.kind === 'unknown' ? resolved : engine.measure(resolved.type);
}

/** `vector_size` of an array makes its elements vectors. */
function measureVector(of: CType, vectorBytes: Expression, engine: Engine): MemberSize | Unknown {
  if (of.kind === 'array') {
    const attributes: TypeAttributes = { packed: false, aligned: [], vectorBytes };
    const vector: CType = { kind: 'attributed', of: of.of, attributes };
    return engine.measure({ ...of, of: vector });
  }
  const bytes = engine.integer(vectorBytes);
  if (typeof bytes !== 'bigint') return bytes;
  const size = Number(bytes);
  if (size <= 0 || size > 4096 || (size & (size - 1)) !== 0)
    return unknown(`a vector of ${bytes} bytes cannot be`);
  return plain(size, Math.min(size, engine.rules.vectorAlignBytes), []);
}

/** Of several `aligned` on a type the last counts; it may lower the alignment. */
function withAligned(
  size: MemberSize,
  aligned: readonly (Expression | 'largest')[],
  engine: Engine,
): MemberSize | Unknown {
  const last = aligned[aligned.length - 1];
  if (last === undefined) return size;
  const bytes = alignmentOf(last, engine);
  if (typeof bytes !== 'number') return bytes;
  return { ...size, alignBytes: bytes, memberAlignBytes: bytes, userAligned: true };
}

/** The bytes of one `aligned(...)` or `_Alignas(...)`. */
export function alignmentOf(aligned: Expression | 'largest', engine: Engine): number | Unknown {
  if (aligned === 'largest') return engine.rules.largestAlignBytes;
  const operand = engine.value(aligned);
  if (operand.kind === 'integer' && operand.value !== undefined) {
    const bytes = Number(operand.value);
    const power = bytes > 0 && bytes <= 2 ** 28 && Number.isInteger(Math.log2(bytes));
    return power ? bytes : unknown(`\`aligned(${operand.value})\` is no power of two`, aligned.at);
  }
  // `_Alignas(type)`.
  const type = typeOfOperand(aligned, engine);
  const size = type.kind === 'unknown' ? type : engine.measure(type);
  if (size.kind === 'size') return size.memberAlignBytes;
  return unknown(
    `an alignment cannot be worked out: ${operand.kind === 'unknown' ? operand.why : size.why}`,
    aligned.at,
  );
}
