import type { Span } from '#core/text';
import type { Assignment } from '../facts.ts';
import type { Expression, StructDeclaration, StructMember, Variable } from '../model.ts';
import { bare, lastField, rootName, rootOf } from '../paths.ts';
import { keysAmong, peerFields, peerPaths } from '../peers.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isGrantMap } from '../vocabulary.ts';
import { sizes, wireStructs } from '../wire-structs.ts';

const foreignType = /blkif_x86_(?:32|64)_\w+/;
const nativeType =
  /^(?:struct |union )?blkif_(?!x86_|back|front|common|sring)\w*(?:request|indirect|discard)\w*$/;

/** XR401: a slot in one ABI's layout read through another's. */
export function findAbiCasts(view: FunctionView, file: DriverView): Draft[] {
  const drafts: Draft[] = [];
  for (const assignment of view.facts.assignments) {
    if (assignment.target.kind !== 'name' || bare(assignment.value).kind === 'pointee') continue;
    const variable = view.facts.variables.get(assignment.target.name);
    const from = foreignRoot(assignment.value, view);
    if (
      !variable ||
      variable.pointerDepth !== 1 ||
      !from ||
      bare(assignment.value).kind === 'field'
    )
      continue;
    if (nativeType.test(variable.type) || isOtherAbi(variable.type, from.type))
      drafts.push(describeCast(assignment.span, from, variable.type, view));
  }
  for (const cast of view.facts.casts) {
    const type = cast.type
      .replace(/\s*\*+$/, '')
      .replace(/\bconst\b\s*/g, '')
      .trim();
    const from = bare(cast.operand).kind === 'field' ? undefined : foreignRoot(cast.operand, view);
    if (from && /\*/.test(cast.type) && (nativeType.test(type) || isOtherAbi(type, from.type)))
      drafts.push(describeCast(cast.span, from, type, view));
  }
  if (drafts.length === 0) drafts.push(...nativeForEveryone(view, file));
  return drafts.slice(0, 1);
}

const isOtherAbi = (a: string, b: string): boolean => {
  const one = /x86_(32|64)/.exec(a)?.[1];
  const other = /x86_(32|64)/.exec(b)?.[1];
  return one !== undefined && other !== undefined && one !== other;
};

function foreignRoot(value: Expression, view: FunctionView, depth = 0): Variable | undefined {
  const variable = view.facts.variables.get(rootName(value));
  if (!variable || variable.pointerDepth !== 1) return undefined;
  if (foreignType.test(variable.type)) return variable;
  const set = view.facts.assignments.find((each) => each.path === variable.name);
  const isPassing = /^(?:void|char|uint8_t|u8|PVOID)$/.test(variable.type) && depth < 2;
  return isPassing && set && bare(set.value).kind === 'name'
    ? foreignRoot(set.value, view, depth + 1)
    : undefined;
}

function describeCast(span: Span, from: Variable, type: string, view: FunctionView): Draft {
  return {
    span: placed(view, span),
    message: `${from.name} points to a ${from.type}, and is read as ${type}: the fields after the header lie at other offsets in that ABI. Use the type of the same ABI.`,
    evidence: [{ span: placed(view, from), message: `${from.name} is declared here` }],
  };
}

/** A block backend that maps grants and reads every frontend's slots in its own layout. */
function nativeForEveryone(view: FunctionView, file: DriverView): Draft[] {
  if (view.role !== 'backend' || /x86_32|protocol|BLKIF_PROTOCOL/i.test(file.source.text))
    return [];
  const mapsGrants = file.functions.some((each) =>
    each.facts.calls.some(
      (call) =>
        isGrantMap(call.callee) || call.args.some((arg) => /GNTTABOP_map/.test(textOf(each, arg))),
    ),
  );
  if (!mapsGrants) return [];
  const takes = view.facts.calls.find((call) => /RING_(?:GET|COPY)_REQUEST$/.test(call.callee));
  const isBlock = [...view.messages.values()].some(
    (message) =>
      message.what === 'request' && /^(?:struct )?blkif_request(?:_t)?$/.test(message.type),
  );
  if (!takes || !isBlock) return [];
  return [
    {
      span: placed(view, takes.span),
      message:
        'Every frontend is read in this side\'s own layout, whatever its "protocol" node says: a 32-bit guest places the fields elsewhere.',
    },
  ];
}

/** XR402: a struct meant to be a wire structure whose fields lie elsewhere. */
export function findDifferentLayouts(file: DriverView): Draft[] {
  return file.source.structs.flatMap((struct) => {
    if (struct.isUnion || /x86_?32|i386|x86_?64|_32\b|_64\b/.test(struct.name)) return [];
    const members = explicit(struct.members);
    const wire = wireStructs.find(
      (each) =>
        (each.name !== 'blkif_request'
          ? members.length === each.sizes.length
          : members.length >= 6) &&
        each.sizes.every((size, i) => sizeOf(members[i]) === size) &&
        members.some((member) => each.needs.test(member.name)) &&
        members.some((member) => /(?:^|_)id$/i.test(member.name)),
    );
    if (!wire) return [];
    const offsets = offsetsOf(members, packingOf(struct, file));
    const differs = wire.offsets.findIndex((offset, i) => offsets[i] !== offset);
    const member = members[differs];
    if (!member) return [];
    return [
      {
        span: { start: struct.span.start, end: struct.span.start + nameLength(struct, file) },
        message: `struct ${struct.name} has the fields of ${wire.name}, but ${member.name} lies at offset ${offsets[differs] ?? 0} instead of ${wire.offsets[differs] ?? 0} (x86_64, arm64).`,
        evidence: [{ span: member.span, message: 'The first field that lies elsewhere' }],
      },
    ];
  });
}

const explicit = (members: readonly StructMember[]): readonly StructMember[] => members;

const nameLength = (struct: StructDeclaration, file: DriverView): number => {
  const brace = file.source.text.indexOf('{', struct.span.start);
  return Math.max(1, brace - struct.span.start);
};

const sizeOf = (member: StructMember | undefined): number | undefined =>
  member && (member.pointerDepth > 0 ? 8 : sizes[member.type]);

/** 1 for packed, the pragma's number, or natural alignment. */
function packingOf(struct: StructDeclaration, file: DriverView): number {
  if (struct.packed) return 1;
  const before = file.source.text.slice(0, struct.span.start);
  let packing = 8;
  for (const match of before.matchAll(
    /#\s*pragma\s+pack\s*\(\s*(?:(push)\s*,\s*)?(?:(pop)|(\d*))\s*\)/g,
  ))
    packing = match[2] !== undefined || !match[3] ? 8 : Number(match[3]);
  return packing;
}

function offsetsOf(members: readonly StructMember[], packing: number): number[] {
  let at = 0;
  return members.map((member) => {
    const size = sizeOf(member) ?? 1;
    const align = Math.min(size, packing);
    at = Math.ceil(at / align) * align;
    const offset = at;
    at += size;
    return offset;
  });
}

const narrow =
  /^(?:unsigned(?: (?:long|int|short|char))*(?: int)?|(?:unsigned )?long|long int|int|short|char|u?int(?:8|16|32)_t|u(?:8|16|32)|u_int(?:8|16|32)_t|u_long|u_int|__u(?:8|16|32)|ULONG|UINT|UINT32|DWORD|uintptr_t|size_t)$/;

/** XR403: the 64-bit id of a request kept in fewer bits. */
export function findTruncatedIds(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'frontend') return [];
  const ids = peerPaths(
    view,
    file,
    ({ field, message }) =>
      message.what === 'request' && field === 'id' && isBlock(message.type, file),
  );
  if (ids.size === 0) return [];
  const drafts: Draft[] = [];
  for (const assignment of view.facts.assignments) {
    if (keysAmong(assignment.value, ids, view).size === 0 || !isPlainValue(assignment.value))
      continue;
    const place = declarationOf(assignment, view, file);
    if (place && narrow.test(place.type)) drafts.push(describeTruncated(place));
  }
  for (const call of view.facts.calls) {
    const callee = file.byName.get(call.callee);
    call.args.forEach((arg, i) => {
      const parameter = callee?.facts.body.parameters[i];
      if (!callee || !parameter || !isPlainValue(arg) || keysAmong(arg, ids, view).size === 0)
        return;
      if (parameter.pointerDepth === 0 && narrow.test(parameter.type))
        drafts.push(
          describeTruncated({
            type: parameter.type,
            name: parameter.name,
            span: placed(callee, parameter),
          }),
        );
    });
  }
  return drafts;
}

const isBlock = (type: string, file: DriverView): boolean =>
  /blkif/.test(type) ||
  (type === '' && /\bblkif_\w+/.test(file.source.text) && !/\bnetif_/.test(file.source.text));

const isPlainValue = (value: Expression): boolean => {
  const inner = bare(value);
  return inner.kind === 'field' || inner.kind === 'name';
};

interface Declared {
  readonly name: string;
  readonly type: string;
  /** File offsets. */
  readonly span: Span;
}

function declarationOf(
  assignment: Assignment,
  view: FunctionView,
  file: DriverView,
): Declared | undefined {
  const { target } = assignment;
  if (target.kind === 'name') {
    const variable = view.facts.variables.get(target.name);
    return variable && variable.pointerDepth === 0
      ? { name: variable.name, type: variable.type, span: placed(view, variable) }
      : undefined;
  }
  if (target.kind !== 'field') return undefined;
  const root = rootOf(target);
  const type = root.kind === 'name' ? (view.facts.variables.get(root.name)?.type ?? '') : '';
  const resolved = file.source.typedefs.get(type) ?? type;
  const name = resolved.replace(/^(?:struct|union) /, '');
  const struct =
    file.source.structs.find((each) => each.name === name) ??
    file.source.structs.find((each) => each.name === type);
  const member = struct?.members.find((each) => each.name === target.field);
  return member && member.pointerDepth === 0
    ? { name: member.name, type: member.type, span: member.span }
    : undefined;
}

const describeTruncated = (place: Declared): Draft => ({
  span: place.span,
  message: `${place.name} receives a request's id, which has 64 bits in every ABI, and is ${place.type}: where that has 32 bits, the response carries another id. Use uint64_t.`,
});

const sectorSize = /(?:sector|sect|block|blk|sec)_?size|\bssize\b/i;
const backTo512 =
  /\b512\b|<<\s*9|>>\s*9|SECTOR_SHIFT|SECTOR_BITS|DEV_BSIZE|DEV_BSHIFT|XEN_BSIZE|VBD_SECTOR/i;

/** XR404: wire sectors computed with the device's sector size. */
export function findSectorUnits(view: FunctionView, file: DriverView): Draft[] {
  const drafts: Draft[] = [];
  for (const assignment of view.facts.assignments) {
    const field = assignment.target.kind === 'field' ? assignment.target.field : '';
    if (!/^(?:sector_number|first_sect|last_sect|nr_sectors)$/.test(field)) continue;
    const text = textOf(view, assignment.value);
    if (usesSectorSize(assignment.value, view) && !backTo512.test(text))
      drafts.push(describeUnit(assignment.span, field, view));
  }
  if (view.role !== 'frontend') drafts.push(...scaledSectors(view, file));
  return drafts.slice(0, 1);
}

function usesSectorSize(value: Expression, view: FunctionView): boolean {
  return view.facts.arithmetic.some(
    (each) =>
      /^[*/%]$/.test(each.operator) &&
      each.span.start >= value.start &&
      each.span.end <= value.end &&
      (isSectorSize(each.left) || isSectorSize(each.right)),
  );
}

const isSectorSize = (expression: Expression): boolean => {
  const inner = bare(expression);
  return (inner.kind === 'name' || inner.kind === 'field') && sectorSize.test(lastField(inner));
};

function scaledSectors(view: FunctionView, file: DriverView): Draft[] {
  const sectors = new Set(
    peerFields(view, file)
      .filter(({ field, message }) => message.what === 'request' && field === 'sector_number')
      .map(({ access }) => access.path),
  );
  return view.facts.arithmetic.flatMap((each) => {
    if (each.operator !== '*' || backTo512.test(textOf(view, each.span))) return [];
    const scaled =
      (isSectorSize(each.right) && keysAmong(each.left, sectors, view).size > 0) ||
      (isSectorSize(each.left) && keysAmong(each.right, sectors, view).size > 0);
    return scaled ? [describeUnit(each.span, 'sector_number', view)] : [];
  });
}

const describeUnit = (span: Span, field: string, view: FunctionView): Draft => ({
  span: placed(view, span),
  message: `${field} counts units of 512 bytes on the wire, whatever sector-size says; here it is computed with the device's sector size.`,
});
