import { layoutOf, type Aggregate, type Declaration, type Unit } from '#core/c-types';
import type { Span } from '#core/text';
import { bytes } from './markdown.ts';

/** A symbol of a file, for outlines; plain data. */
export interface OutlineEntry {
  readonly name: string;
  readonly detail: string;
  readonly kind:
    | 'struct'
    | 'union'
    | 'enum'
    | 'field'
    | 'enumerator'
    | 'typedef'
    | 'constant'
    | 'macro'
    | 'function'
    | 'variable';
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineEntry[];
}

/** What a file declares and defines, with sizes and offsets (x86_64), in the order of its text. */
export function outlineOf(unit: Unit): readonly OutlineEntry[] {
  // What has no name (an aggregate inside a macro's expansion) cannot be shown: editors refuse the whole outline.
  const declared = unit.declarations
    .flatMap((declaration) => entryOf(unit, declaration))
    .filter(({ name }) => name !== '');
  const guard = includeGuard(unit);
  const defined = unit.macros
    .filter((macro) => macro.at.file === unit.path && macro.name !== guard)
    .map((macro) => ({
      name: macro.name,
      detail: macro.parameters ? `(${macro.parameters.join(', ')})` : macro.body.slice(0, 60),
      kind: macro.parameters ? ('macro' as const) : ('constant' as const),
      span: macro.at.span,
      nameSpan: macro.nameAt.span,
      children: [],
    }));
  return [...declared, ...defined].sort((a, b) => a.span.start - b.span.start);
}

function entryOf(unit: Unit, declaration: Declaration): readonly OutlineEntry[] {
  if (declaration.kind === 'static-assert' || declaration.at.file !== unit.path) return [];
  const span = declaration.at.span;
  const nameSpan = inside(declaration.nameAt.span, span);
  const { name } = declaration;
  switch (declaration.kind) {
    case 'struct':
    case 'union':
      return name === '' && declaration.fromMacro === undefined
        ? []
        : [aggregateEntry(unit, declaration)];
    case 'enum':
      return [
        {
          name: name || '(enum)',
          detail: '',
          kind: 'enum',
          span,
          nameSpan,
          children: declaration.constants.map((constant) => ({
            name: constant.name,
            detail: '',
            kind: 'enumerator' as const,
            span: constant.at.span,
            nameSpan: inside(constant.nameAt.span, constant.at.span),
            children: [],
          })),
        },
      ];
    case 'typedef':
    case 'variable':
    case 'function':
      return [{ name, detail: '', kind: declaration.kind, span, nameSpan, children: [] }];
  }
}

function aggregateEntry(unit: Unit, aggregate: Aggregate): OutlineEntry {
  const layout = layoutOf(aggregate, unit.scope);
  const known = layout.kind === 'layout' ? layout : undefined;
  const { span } = aggregate.at;
  return {
    name: aggregate.name,
    detail: known ? bytes(known.sizeBytes) : '',
    kind: aggregate.kind,
    span,
    nameSpan: inside(aggregate.nameAt.span, span),
    children:
      aggregate.fromMacro === undefined
        ? aggregate.fields
            .filter((field) => field.name !== '' && field.at.file === unit.path)
            .map((field) => {
              const place = known?.fields.find((each) => each.field === field);
              return {
                name: field.name,
                detail: place ? `at ${place.offsetBytes}, ${bytes(place.sizeBytes)}` : '',
                kind: 'field' as const,
                span: field.at.span,
                nameSpan: inside(field.nameAt.span, field.at.span),
                children: [],
              };
            })
        : [],
  };
}

/** Editors refuse a symbol whose name lies outside of it. */
function inside(name: Span, whole: Span): Span {
  return name.start >= whole.start && name.end <= whole.end ? name : whole;
}

/** The macro that the file's first #ifndef asks for and its first #define defines. */
function includeGuard(unit: Unit): string | undefined {
  const first = unit.macros.find((macro) => macro.at.file === unit.path);
  if (!first || first.body !== '') return undefined;
  const before = unit.text.slice(0, first.at.span.start);
  const asked = /#[ \t]*ifndef[ \t]+(\w+)\s*$/.exec(before)?.[1];
  return asked === first.name ? asked : undefined;
}
