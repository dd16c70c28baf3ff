import type { Abi, Aggregate, Layout } from '#core/c-types';
import type { Evidence, Finding } from '#core/findings';
import {
  fieldRows,
  groupAbis,
  knownLayouts,
  layoutsOf,
  mapAbis,
  type FieldRow,
} from './abi-layouts.ts';
import { allAggregates, type CFile } from './c-file.ts';
import { aggregateTitle } from './describe-struct.ts';
import { listed } from './markdown.ts';
import { ringPartOf } from './ring-facts.ts';
import { recognize, WIRE_OFFSETS, type Offsets, type Recognized } from './roles.ts';
import type { RuleContext } from './rules.ts';

const NAMED_FIELDS = 4;
/**
 * Fields pointed to: an editor shows all of them above the hover of the same name, whose table has them too. The first one
 * that moves says why the others do.
 */
const POINTED_FIELDS = 1;

/** Structures written in the file's own text, not made by a macro. */
function ownAggregates(file: CFile): readonly Aggregate[] {
  return allAggregates(file.primary.declarations).filter(
    (aggregate) => aggregate.fromMacro === undefined && aggregate.at.file === file.path,
  );
}

/** `layout-abi-differs`: information on a shared structure whose layout another ABI does not share. */
export function findAbiDifferences(context: RuleContext): readonly Finding[] {
  const { file } = context;
  if (!file.path.endsWith('.h')) return [];
  return ownAggregates(file).flatMap((aggregate) => {
    if (aggregate.name === '' || aggregate.kind === 'union') return [];
    const known = knownLayouts(layoutsOf(file, aggregate));
    const any = known.get('x86_64');
    if (!any || !isShared(context, aggregate, any)) return [];
    const difference = differenceText(known);
    if (!difference) return [];
    return [
      {
        rule: 'layout-abi-differs',
        severity: 'information',
        message: `${aggregateTitle(aggregate)} is laid out differently ${difference}`,
        range: context.lines.rangeOf(aggregate.nameAt.span),
        evidence: differingFields(context, aggregate, known),
      } satisfies Finding,
    ];
  });
}

/** Ring entries and the block protocol's own forms: what both ends read in one page. */
function isShared({ file }: RuleContext, aggregate: Aggregate, layout: Layout): boolean {
  const part = ringPartOf(file, aggregate);
  if (part) return part.as === 'request' || part.as === 'response';
  return recognize(layout)?.role.startsWith('blkif-') === true;
}

function differenceText(known: ReadonlyMap<Abi, Layout>): string | undefined {
  const groups = groupAbis(known, (layout) => signatureOf(layout));
  const [first, ...others] = groups;
  if (!first || others.length === 0) return undefined;
  return listed(
    others.map(({ value, abis }) => {
      const fields = value.fields
        .filter((field) => {
          const same = first.value.fields.find((each) => each.name === field.name);
          return same && same.offsetBytes !== field.offsetBytes;
        })
        .map((field) => {
          const same = first.value.fields.find((each) => each.name === field.name)!;
          return `${field.name} at ${field.offsetBytes}, not ${same.offsetBytes}`;
        });
      const shown = fields.slice(0, NAMED_FIELDS);
      if (fields.length > shown.length) shown.push(`${fields.length - shown.length} more`);
      const size =
        value.sizeBytes === first.value.sizeBytes
          ? `${value.sizeBytes} bytes as well`
          : `${value.sizeBytes} bytes, not ${first.value.sizeBytes}`;
      const fieldText = shown.length > 0 ? `; ${listed(shown)}` : '';
      return `on ${abis.join(', ')}: ${size}${fieldText} as on ${first.abis.join(', ')}`;
    }),
  ).concat('.');
}

const signatureOf = (layout: Layout): string =>
  `${layout.sizeBytes}:${layout.fields.map((field) => `${field.name}@${field.offsetBytes}`).join()}`;

function differingFields(
  { lines }: RuleContext,
  aggregate: Aggregate,
  known: ReadonlyMap<Abi, Layout>,
): readonly Evidence[] {
  return fieldRows(known)
    .filter((row) => row.moves)
    .flatMap((row) => {
      const field = aggregate.fields.find((each) => each.name === row.name);
      if (!field || field.fromMacro !== undefined) return [];
      return [{ range: lines.rangeOf(field.nameAt.span), message: rowText(row) }];
    })
    .slice(0, POINTED_FIELDS);
}

function rowText(row: FieldRow): string {
  return groupAbis(row.offsets)
    .map(({ value, abis }) => `${row.name} is at ${value} on ${abis.join(', ')}`)
    .join('; ');
}

/** XR402: reads like a structure of the block protocol, but no ABI of the protocol has its offsets. */
export function findProtocolDifferences(context: RuleContext): readonly Finding[] {
  return ownAggregates(context.file).flatMap((aggregate) => {
    const known = knownLayouts(layoutsOf(context.file, aggregate));
    const wrong = new Map<Abi, Difference>();
    for (const [abi, layout] of known) {
      const recognized = recognize(layout);
      const difference = recognized && nearestDifference(layout, recognized);
      if (difference) wrong.set(abi, difference);
    }
    const [first] = wrong;
    if (!first) return [];
    return [protocolFinding(context, aggregate, wrong)];
  });
}

interface Difference {
  readonly recognized: Recognized;
  /** Field name in the file, where it is, where the protocol has it. */
  readonly fields: readonly {
    readonly name: string;
    readonly is: number;
    readonly expected: number;
  }[];
}

/**
 * Fields off the protocol's offsets, measured against the nearer of its two layouts: a compatible structure for
 * 32-bit guests has i386's offsets on every ABI. Linux's forms start one byte later, behind the operation.
 */
function nearestDifference(layout: Layout, recognized: Recognized): Difference | undefined {
  const wire = WIRE_OFFSETS[recognized.role];
  if (!wire) return undefined;
  const startsLate = wire.wide['operation'] === 0 && !recognized.names.has('operation');
  const start = startsLate ? 1 : 0;
  let best: Difference | undefined;
  for (const offsets of [wire.wide, wire.i386]) {
    const fields = wrongFields(layout, recognized, offsets, start);
    if (fields.length === 0) return undefined;
    if (!best || fields.length < best.fields.length) best = { recognized, fields };
  }
  return best;
}

function wrongFields(
  layout: Layout,
  recognized: Recognized,
  offsets: Offsets,
  start: number,
): Difference['fields'] {
  return [...recognized.names].flatMap(([canonical, name]) => {
    const field = layout.fields.find((each) => each.name === name);
    const expected = offsets[canonical];
    if (!field || expected === undefined) return [];
    const is = field.offsetBytes + start;
    return is === expected ? [] : [{ name, is: field.offsetBytes, expected: expected - start }];
  });
}

const ROLE_NAMES: Readonly<Record<string, string>> = {
  'blkif-request': 'a read/write request (struct blkif_request)',
  'blkif-segment': 'a segment (struct blkif_request_segment)',
  'blkif-discard': 'a discard request (struct blkif_request_discard)',
  'blkif-indirect': 'an indirect request (struct blkif_request_indirect)',
  'blkif-response': 'a response (struct blkif_response)',
};

function protocolFinding(
  context: RuleContext,
  aggregate: Aggregate,
  wrong: ReadonlyMap<Abi, Difference>,
): Finding {
  const [first] = wrong.values();
  const texts = mapAbis(wrong, ({ fields }) =>
    listed(fields.map(({ name, is, expected }) => `${name} is at ${is} instead of ${expected}`)),
  );
  const places = groupAbis(texts)
    .map(({ value, abis }) => `${value} (${abis.join(', ')})`)
    .join('; ');
  const role = ROLE_NAMES[first!.recognized.role] ?? first!.recognized.role;
  return {
    rule: 'XR402',
    severity: 'warning',
    message: `${aggregateTitle(aggregate)} reads like ${role} of the block protocol, but ${places}. The other end looks where the protocol has them.`,
    range: context.lines.rangeOf(aggregate.nameAt.span),
    evidence: first!.fields.flatMap(({ name, expected }) => {
      const field = aggregate.fields.find((each) => each.name === name);
      if (!field || field.nameAt.file !== context.file.path) return [];
      return [
        {
          range: context.lines.rangeOf(field.nameAt.span),
          message: `the protocol has it at ${expected}`,
        },
      ];
    }),
  };
}
