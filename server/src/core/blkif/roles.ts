import { layoutOf, type Aggregate, type FieldLayout, type Layout, type Unit } from '#core/c-types';
import { aggregateOf } from './c-file.ts';
import type { Role } from './model.ts';

/** A field of Xen's own structure: what others call it, and how wide it is. */
interface FieldShape {
  readonly name: string;
  /** Names it goes by in other trees: `req_op`, `rsp_id`, `sge_first`. */
  readonly called: RegExp;
  readonly sizeBytes: number;
}

/** No structure of the protocol has nearly as many, padding included. */
const MOST_FIELDS = 64;

interface Shape {
  readonly role: Role;
  /** In the order of Xen's header. */
  readonly fields: readonly FieldShape[];
  /** Linux moves `operation` out of each form of the request: it may be missing. */
  readonly startOptional: boolean;
}

const is = (name: string, sizeBytes: number, called: RegExp): FieldShape => ({
  name,
  sizeBytes,
  called,
});
const operation = is('operation', 1, /(^|_)op(eration|code)?$/i);
const handle = is('handle', 2, /handle|unit|vdev|_pad1$/i);
const id = is('id', 8, /(^|_)id$/i);
const sector = is('sector_number', 8, /sect(or)?(_?n(umbe|o)?r?)?$/i);

const SHAPES: readonly Shape[] = [
  {
    role: 'blkif-segment',
    startOptional: false,
    fields: [is('gref', 4, /ref$/i), is('first_sect', 1, /first/i), is('last_sect', 1, /last/i)],
  },
  {
    role: 'blkif-request',
    startOptional: true,
    fields: [
      operation,
      is('nr_segments', 1, /n(r|um)?_?seg(ment)?s?$/i),
      handle,
      id,
      sector,
      is('seg', 88, /seg(ment)?s?$|sgl?$|sge?s?$/i),
    ],
  },
  {
    role: 'blkif-discard',
    startOptional: true,
    fields: [
      operation,
      is('flag', 1, /flags?$/i),
      handle,
      id,
      sector,
      is('nr_sectors', 8, /n(r|um)?_?sect(or)?s?$|count$/i),
    ],
  },
  {
    role: 'blkif-indirect',
    startOptional: true,
    fields: [
      operation,
      is('indirect_op', 1, /i(ndirect)?_?op$/i),
      is('nr_segments', 2, /n(r|um)?_?seg(ment)?s?$/i),
      id,
      sector,
      handle,
      is('indirect_grefs', 32, /ref(s|erences)?$/i),
    ],
  },
  {
    role: 'blkif-response',
    startOptional: false,
    fields: [id, operation, is('status', 2, /stat(us)?$/i)],
  },
];

/** A structure that plays a role, and which of its fields is which of Xen's. */
export interface Recognized {
  readonly role: Role;
  /** Its own field name by the name in Xen's header. */
  readonly names: ReadonlyMap<string, string>;
}

const PADDING = /pad|reserved|unused|^_+$/i;

/** Recognises a structure of the block protocol by the widths and names of its fields, in order. */
export function recognize(layout: Layout): Recognized | undefined {
  if (layout.aggregate.kind !== 'struct' || layout.fields.length > MOST_FIELDS) return undefined;
  const ring = ringRole(layout);
  if (ring) return ring;
  const { name } = layout.aggregate;
  if (name !== '' && !NAMED_LIKE_A_MESSAGE.test(name)) return undefined;
  for (const shape of SHAPES) {
    const match = matchShape(layout, shape, fits);
    if (match) return match;
  }
  for (const shape of SHAPES) {
    if (shape.fields.length < MIN_TELLING_FIELDS && !NAMED_AFTER_BLOCKS.test(name)) continue;
    const match = matchShape(layout, shape, isNamed);
    if (match) return match;
  }
  return otherRequest(layout);
}

/** Linux's form with nothing but the id that every request has. */
function otherRequest(layout: Layout): Recognized | undefined {
  const own = layout.fields.filter(
    (field) => !PADDING.test(field.name) && !/_pad\d$/.test(field.name),
  );
  const [only] = own;
  if (own.length !== 1 || layout.fields.length < 3 || !only || !fits(only, id)) return undefined;
  return { role: 'blkif-other', names: new Map([['id', only.name]]) };
}

/** Words in the tag of a structure of a block ring; an anonymous one is judged by its shape alone. */
const NAMED_LIKE_A_MESSAGE = /re?q|re?sp|seg|sg[el]|ring|blk|xb[df]|vbd|disk|discard|indirect/i;

type Fits = (field: FieldLayout, shape: FieldShape) => boolean;

function matchShape(layout: Layout, shape: Shape, fits: Fits): Recognized | undefined {
  const starts = shape.startOptional ? [0, 1] : [0];
  for (const start of starts) {
    const names = new Map<string, string>();
    let next = start;
    let strangers = 0;
    for (const field of layout.fields) {
      const expected = shape.fields[next];
      if (expected && fits(field, expected)) {
        names.set(expected.name, field.name);
        next++;
      } else if (!PADDING.test(field.name)) strangers++;
    }
    if (next === shape.fields.length && strangers === 0) return { role: shape.role, names };
  }
  return undefined;
}

/** Short forms share their field names with other protocols: width unseen, they need a telling tag. */
const MIN_TELLING_FIELDS = 5;
const NAMED_AFTER_BLOCKS = /blk|xb[df]|vbd/i;

/** Xen's own name, whatever the width: a changed copy of Xen's header. */
const isNamed: Fits = (field, shape) => field.name === shape.name;

const fits: Fits = (field, shape) =>
  field.widthBits === undefined &&
  field.sizeBytes === shape.sizeBytes &&
  shape.called.test(field.name);

const RING_FIELDS: Readonly<Record<'sring' | 'front-ring' | 'back-ring', readonly string[]>> = {
  sring: ['req_prod', 'req_event', 'rsp_prod', 'rsp_event'],
  'front-ring': ['req_prod_pvt', 'rsp_cons', 'sring'],
  'back-ring': ['rsp_prod_pvt', 'req_cons', 'sring'],
};

function ringRole(layout: Layout): Recognized | undefined {
  const fields = new Set(layout.fields.map((field) => field.name));
  for (const role of ['sring', 'front-ring', 'back-ring'] as const)
    if (RING_FIELDS[role].every((name) => fields.has(name)))
      return { role, names: new Map([...fields].map((name) => [name, name])) };
  // OpenBSD's xbf.c names the same four indices after its own ends.
  const [a, b, c, d] = layout.fields.map((field) => field.name);
  if (
    layout.fields.slice(0, 4).every((field) => field.sizeBytes === 4) &&
    a?.endsWith('prod') &&
    b?.endsWith('prod_event') &&
    c?.endsWith('cons') &&
    d?.endsWith('cons_event')
  )
    return {
      role: 'sring',
      names: new Map([
        ['req_prod', a!],
        ['req_event', b!],
        ['rsp_prod', c!],
        ['rsp_event', d!],
      ]),
    };
  return undefined;
}

/** The role of a struct or union in one reading of its file. */
export function roleOf(aggregate: Aggregate, unit: Unit): Recognized | undefined {
  const layout = layoutOf(aggregate, unit.scope);
  if (layout.kind !== 'layout') return undefined;
  return recognize(layout) ?? enclosingRequest(layout, unit);
}

/** Linux: the operation, then a union of the forms of the request. */
function enclosingRequest(layout: Layout, unit: Unit): Recognized | undefined {
  const [first, forms] = layout.fields;
  if (layout.fields.length !== 2 || !first || !fits(first, operation)) return undefined;
  if (forms?.aggregate?.kind !== 'union') return undefined;
  const isRequest = forms.aggregate.fields.some((field) => {
    const form = aggregateOf(field.type, unit);
    return form !== undefined && roleOf(form, unit)?.role === 'blkif-request';
  });
  if (!isRequest) return undefined;
  return { role: 'blkif-request', names: new Map([['operation', first.name]]) };
}

/** Xen's name for a field of a recognised structure. */
export function canonicalName(recognized: Recognized, field: string): string | undefined {
  for (const [canonical, own] of recognized.names) if (own === field) return canonical;
  return undefined;
}

/** Offsets that Xen's own header gives the fields of a role, on 64-bit ABIs (and armv7) and on i386. */
export const WIRE_OFFSETS: Readonly<
  Partial<Record<Role, { readonly wide: Offsets; readonly i386: Offsets }>>
> = {
  'blkif-segment': {
    wide: { gref: 0, first_sect: 4, last_sect: 5 },
    i386: { gref: 0, first_sect: 4, last_sect: 5 },
  },
  'blkif-request': {
    wide: { operation: 0, nr_segments: 1, handle: 2, id: 8, sector_number: 16, seg: 24 },
    i386: { operation: 0, nr_segments: 1, handle: 2, id: 4, sector_number: 12, seg: 20 },
  },
  'blkif-discard': {
    wide: { operation: 0, flag: 1, handle: 2, id: 8, sector_number: 16, nr_sectors: 24 },
    i386: { operation: 0, flag: 1, handle: 2, id: 4, sector_number: 12, nr_sectors: 20 },
  },
  'blkif-indirect': {
    wide: {
      operation: 0,
      indirect_op: 1,
      nr_segments: 2,
      id: 8,
      sector_number: 16,
      handle: 24,
      indirect_grefs: 28,
    },
    i386: {
      operation: 0,
      indirect_op: 1,
      nr_segments: 2,
      id: 4,
      sector_number: 12,
      handle: 20,
      indirect_grefs: 24,
    },
  },
  'blkif-response': {
    wide: { id: 0, operation: 8, status: 10 },
    i386: { id: 0, operation: 8, status: 10 },
  },
};

/** Byte offsets by field name. */
export type Offsets = Readonly<Record<string, number>>;
