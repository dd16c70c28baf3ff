import {
  parseUnit,
  type Abi,
  type Aggregate,
  type Declaration,
  type Enumeration,
  type HeaderCache,
  type ResolveInclude,
  type CType,
  type Unit,
} from '#core/c-types';

/** What reading a file takes besides its text. */
export interface CFileSources {
  readonly resolveInclude?: ResolveInclude;
  readonly cache?: HeaderCache;
  /** `NAME` or `NAME=VALUE`. */
  readonly defines?: readonly string[];
}

/**
 * What Linux's configuration defines where other systems look at the compiler's own macros: its blkif.h pads by
 * CONFIG_X86_32 (include/xen/interface/io/blkif.h of Linux 6.1).
 */
const ABI_DEFINES: Readonly<Record<Abi, readonly string[]>> = {
  x86_64: ['CONFIG_X86=1', 'CONFIG_X86_64=1', 'CONFIG_64BIT=1'],
  i386: ['CONFIG_X86=1', 'CONFIG_X86_32=1'],
  arm64: ['CONFIG_ARM64=1', 'CONFIG_64BIT=1'],
  armv7: ['CONFIG_ARM=1'],
};

/** Function bodies of less than this together are not worth cutting out. */
const MIN_BODY_CHARACTERS = 2048;
const DIRECTIVE = /^[ \t]*#/m;

/** One open C file, read for each ABI when it is first asked for. */
export class CFile {
  readonly path: string;
  readonly text: string;
  private readonly sources: CFileSources;
  private readonly units = new Map<Abi, Unit>();
  private previous: CFile | undefined;
  private declared: string | undefined;

  /** `previous` is the file before the last edit, read with the same headers: what the edit left alone is kept. */
  constructor(path: string, text: string, sources: CFileSources, previous?: CFile) {
    this.path = path;
    this.text = text;
    this.sources = sources;
    // What was never read for another ABI has nothing to hand on; the one before it may.
    this.previous = previous && previous.units.size < 2 ? previous.previous : previous;
  }

  /** The reading that symbols, positions and comments are taken from. */
  get primary(): Unit {
    let unit = this.units.get('x86_64');
    if (!unit) this.units.set('x86_64', (unit = this.parse('x86_64', this.text)));
    return unit;
  }

  /** The reading for layouts. On other ABIs than the primary one its spans are not those of the text. */
  unit(abi: Abi): Unit {
    if (abi === 'x86_64') return this.primary;
    this.takeOver();
    let unit = this.units.get(abi);
    if (!unit) this.units.set(abi, (unit = this.parse(abi, this.declarations())));
    return unit;
  }

  /** The whole text as one ABI's compiler sees it, for places that the primary reading leaves out. */
  wholeUnit(abi: Abi): Unit {
    return abi === 'x86_64' ? this.primary : this.parse(abi, this.text);
  }

  /** After an edit inside a function the other ABIs' readings are still right. */
  private takeOver(): void {
    const { previous } = this;
    this.previous = undefined;
    if (!previous || previous.declared !== this.declarations()) return;
    for (const [abi, unit] of previous.units) if (abi !== 'x86_64') this.units.set(abi, unit);
  }

  private parse(abi: Abi, text: string): Unit {
    const { resolveInclude, cache, defines } = this.sources;
    const options = {
      path: this.path,
      abi,
      defines: [...ABI_DEFINES[abi], ...(defines ?? [])],
      ...(resolveInclude ? { resolveInclude } : {}),
    };
    return parseUnit(text, options, cache);
  }

  private declarations(): string {
    return (this.declared ??= this.withoutBodies());
  }

  /** Function bodies declare nothing that is laid out, unless they hold directives. */
  private withoutBodies(): string {
    const bodies = this.primary.declarations
      .flatMap((declaration) =>
        declaration.kind === 'function' && declaration.body?.file === this.path
          ? [declaration.body.span]
          : [],
      )
      .filter(({ start, end }) => !DIRECTIVE.test(this.text.slice(start, end)));
    const length = bodies.reduce((sum, { start, end }) => sum + end - start, 0);
    if (length < MIN_BODY_CHARACTERS) return this.text;
    const parts: string[] = [];
    let from = 0;
    for (const { start, end } of bodies) {
      if (start < from) continue;
      parts.push(this.text.slice(from, start), '{}');
      from = end;
    }
    parts.push(this.text.slice(from));
    return parts.join('');
  }
}

/** The same struct or union as another ABI's reading has it: by its tag, else by what it is written in. */
export function counterpart(unit: Unit, aggregate: Aggregate, own: Unit): Aggregate | undefined {
  if (unit === own) return aggregate;
  if (aggregate.name !== '') {
    const tagged = unit.scope.tag(aggregate.name);
    return tagged && tagged.kind !== 'enum' ? tagged : undefined;
  }
  const path = pathTo(aggregate, own);
  if (!path) return undefined;
  const [root, ...members] = path;
  let found = root!.startsWith('typedef ')
    ? typedefBody(unit, root!.slice(8))
    : asAggregate(unit.scope.tag(root!));
  for (const member of members) {
    const field = found?.fields.find((each, index) => memberName(each.name, index) === member);
    found = field && asAggregate(definitionIn(field.type));
  }
  return found;
}

const memberName = (name: string, index: number): string => (name === '' ? `#${index}` : name);
const asAggregate = (found: Aggregate | Enumeration | undefined): Aggregate | undefined =>
  found && found.kind !== 'enum' ? found : undefined;

function typedefBody(unit: Unit, name: string): Aggregate | undefined {
  const typedef = unit.scope.typedef(name);
  return typedef && asAggregate(definitionIn(typedef.type));
}

/** `[tag, member, ...]` or `[typedef NAME, member, ...]`: how an aggregate without a tag is reached. */
function pathTo(aggregate: Aggregate, unit: Unit): readonly string[] | undefined {
  for (const declaration of unit.scope.declarationsOf(aggregate.at.file)) {
    const root = rootOf(declaration);
    const path = root && pathWithin(root.body, aggregate);
    if (path) return [root.name, ...path];
  }
  return undefined;
}

function rootOf(declaration: Declaration): { name: string; body: Aggregate } | undefined {
  if (declaration.kind === 'struct' || declaration.kind === 'union')
    return declaration.name === '' ? undefined : { name: declaration.name, body: declaration };
  if (declaration.kind !== 'typedef') return undefined;
  const body = asAggregate(definitionIn(declaration.type));
  return body && { name: `typedef ${declaration.name}`, body };
}

function pathWithin(outer: Aggregate, inner: Aggregate): readonly string[] | undefined {
  if (outer === inner) return [];
  for (const [index, field] of outer.fields.entries()) {
    const held = asAggregate(definitionIn(field.type));
    const path = held && pathWithin(held, inner);
    if (path) return [memberName(field.name, index), ...path];
  }
  return undefined;
}

/** Every struct and union of some declarations, those written inside others included. */
export function allAggregates(declarations: readonly Declaration[]): readonly Aggregate[] {
  const found = new Set<Aggregate>();
  for (const declaration of declarations) {
    if (declaration.kind === 'struct' || declaration.kind === 'union') collect(declaration, found);
    else if (declaration.kind === 'typedef' || declaration.kind === 'variable') {
      const inside = definitionIn(declaration.type);
      if (inside && inside.kind !== 'enum') collect(inside, found);
    }
  }
  return [...found];
}

function collect(aggregate: Aggregate, found: Set<Aggregate>): void {
  if (found.has(aggregate)) return;
  found.add(aggregate);
  for (const field of aggregate.fields) {
    const inside = definitionIn(field.type);
    if (inside && inside.kind !== 'enum') collect(inside, found);
  }
}

/** The body that a type is written with, through arrays and pointers. */
export function definitionIn(type: CType): Aggregate | Enumeration | undefined {
  switch (type.kind) {
    case 'tagged':
      return type.definition;
    case 'array':
    case 'attributed':
      return definitionIn(type.of);
    case 'pointer':
      return definitionIn(type.to);
    case 'base':
    case 'named':
    case 'function':
    case 'typeof':
    case 'unknown':
      return undefined;
  }
}

/** The struct or union that a type holds by value, typedefs and arrays looked through. */
export function aggregateOf(type: CType, unit: Unit, depth = 0): Aggregate | undefined {
  if (depth > 16) return undefined;
  switch (type.kind) {
    case 'tagged': {
      const found = type.definition ?? unit.scope.tag(type.name);
      return found && found.kind !== 'enum' ? found : undefined;
    }
    case 'named': {
      const typedef = unit.scope.typedef(type.name);
      return typedef ? aggregateOf(typedef.type, unit, depth + 1) : undefined;
    }
    case 'array':
    case 'attributed':
      return aggregateOf(type.of, unit, depth + 1);
    case 'base':
    case 'pointer':
    case 'function':
    case 'typeof':
    case 'unknown':
      return undefined;
  }
}

/** As `aggregateOf`, and through pointers: what `->` or `.` behind an expression of the type reaches. */
export function reachedAggregate(type: CType, unit: Unit, depth = 0): Aggregate | undefined {
  if (depth > 16) return undefined;
  if (type.kind === 'pointer') return reachedAggregate(type.to, unit, depth + 1);
  if (type.kind === 'array' || type.kind === 'attributed')
    return reachedAggregate(type.of, unit, depth + 1);
  if (type.kind === 'named') {
    const typedef = unit.scope.typedef(type.name);
    return typedef ? reachedAggregate(typedef.type, unit, depth + 1) : undefined;
  }
  return aggregateOf(type, unit, depth);
}
