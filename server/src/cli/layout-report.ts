import type {
  Abi,
  Aggregate,
  AbiLayout,
  FieldLayout,
  Location,
  Problem,
  Unit,
  Unknown,
} from '#core/c-types';
import {
  aggregateOf,
  aggregatesOf,
  constantOf,
  geometryOf,
  layoutOf,
  ringsOf,
} from '#core/c-types';
import { LineIndex } from '#core/text';

/** One FILE of the command line, read for each ABI. */
export interface ReadFile {
  /** As given. */
  readonly name: string;
  readonly path: string;
  readonly units: readonly Unit[];
}

interface FieldJson {
  readonly name: string | null;
  readonly offset: number;
  readonly size: number;
  readonly type: string;
  readonly dims?: readonly (number | null)[];
  readonly flexible?: true;
  readonly bitOffset?: number;
  readonly bitSize?: number;
  /** Key of the unnamed structure that the member is. */
  readonly anon_type?: string;
}

interface TypeJson {
  readonly kind: 'struct' | 'union';
  readonly file: string;
  readonly line: number;
  readonly macro?: string;
  readonly ring_tag?: string;
  readonly anonymous: boolean;
  readonly abi: Partial<Record<Abi, { size: number; align: number; fields: readonly FieldJson[] }>>;
  readonly assumed?: readonly string[];
}

export interface FoundType {
  readonly key: string;
  readonly json: TypeJson;
  readonly layouts: readonly AbiLayout[];
}

interface ConstantJson {
  readonly file: string;
  readonly line: number;
  readonly abi: Partial<Record<Abi, string>>;
}

interface RingJson {
  readonly file: string;
  readonly line: number;
  readonly abi: Partial<
    Record<Abi, { entrySize: number; ringOffset: number; entriesByOrder: readonly number[] }>
  >;
}

interface UnknownJson {
  readonly name: string;
  readonly why: string;
  readonly file: string;
  readonly line: number;
}

interface FindingJson {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What the command found, types and constants in the order of their files. */
export interface LayoutReport {
  readonly files: readonly string[];
  readonly types: readonly FoundType[];
  readonly constants: ReadonlyMap<string, ConstantJson>;
  readonly rings: ReadonlyMap<string, RingJson>;
  readonly unknown: readonly UnknownJson[];
  readonly findings: readonly FindingJson[];
  /** The key that a tag, `struct tag`, key or typedef stands for. */
  keyOf(name: string): string | undefined;
}

/** Collects what the files declare, and then what the headers that they include do; of a name the first counts. */
export function collectReport(read: readonly ReadFile[], abis: readonly Abi[]): LayoutReport {
  const collector = new Collector(read);
  for (const { units, path } of read) for (const unit of units) collector.add(unit, path);
  for (const { units } of read) {
    for (const unit of units) {
      for (const file of unit.scope.files()) collector.add(unit, file);
    }
  }
  return collector.report(abis);
}

class Collector {
  private readonly types = new Map<
    string,
    { file: string; anonymous: boolean; entries: Map<Abi, { unit: Unit; aggregate: Aggregate }> }
  >();
  private readonly constants = new Map<
    string,
    ConstantJson & { abi: Partial<Record<Abi, string>> }
  >();
  private readonly rings = new Map<string, RingJson & { abi: RingJson['abi'] }>();
  private readonly unknown = new Map<string, UnknownJson>();
  private readonly findings = new Map<string, FindingJson>();
  private readonly lines = new Map<string, LineIndex>();
  private readonly done = new Set<string>();
  private readonly read: readonly ReadFile[];

  constructor(read: readonly ReadFile[]) {
    this.read = read;
  }

  add(unit: Unit, file: string): void {
    // The same file under another unit may differ, but then it was read for another reason: the first one counts.
    const key = `${unit.abi} ${file}`;
    const own = file === unit.path;
    if (this.done.has(key)) return;
    this.done.add(key);
    this.addTypes(unit, file);
    this.addConstants(unit, file);
    this.addRings(unit, file);
    if (own) for (const problem of unit.problems) this.addProblem(problem, unit);
  }

  private shown(path: string): string {
    return this.read.find((file) => file.path === path)?.name ?? path;
  }

  private position(
    at: Location,
    unit: Unit,
  ): { line: number; column: number; endLine: number; endColumn: number } {
    let lines = this.lines.get(at.file);
    if (lines === undefined) {
      lines = new LineIndex(unit.scope.textOf(at.file) ?? unit.text);
      this.lines.set(at.file, lines);
    }
    const start = lines.positionAt(at.span.start);
    const end = lines.positionAt(at.span.end);
    return {
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
  }

  private addTypes(unit: Unit, file: string): void {
    for (const { key, aggregate, anonymous } of aggregatesOf(unit, file)) {
      let type = this.types.get(key);
      if (type === undefined) {
        type = { file, anonymous, entries: new Map() };
        this.types.set(key, type);
      }
      if (!type.entries.has(unit.abi)) type.entries.set(unit.abi, { unit, aggregate });
    }
  }

  private addConstants(unit: Unit, file: string): void {
    const enumerators = unit.scope
      .declarationsOf(file)
      .flatMap((declaration) => (declaration.kind === 'enum' ? declaration.constants : []));
    for (const { name, nameAt } of [...unit.scope.macrosOf(file), ...enumerators]) {
      const known = this.constants.get(name);
      if (known?.abi[unit.abi] !== undefined) continue;
      const value = constantOf(name, unit.scope);
      if (value.kind !== 'integer') continue;
      const constant = known ?? {
        file: this.shown(nameAt.file),
        line: this.position(nameAt, unit).line,
        abi: {},
      };
      constant.abi[unit.abi] = String(value.value);
      this.constants.set(name, constant);
    }
  }

  private addRings(unit: Unit, file: string): void {
    for (const ring of ringsOf(unit, file)) {
      const geometry = geometryOf(ring, unit.scope);
      const { nameAt } = ring.sring;
      if (geometry.kind === 'unknown') {
        this.addUnknown(`struct ${ring.sring.name}`, geometry, nameAt, unit);
        continue;
      }
      const known = this.rings.get(ring.tag) ?? {
        file: this.shown(nameAt.file),
        line: this.position(nameAt, unit).line,
        abi: {},
      };
      const { entrySizeBytes: entrySize, ringOffsetBytes: ringOffset, entriesByOrder } = geometry;
      known.abi[unit.abi] ??= { entrySize, ringOffset, entriesByOrder };
      this.rings.set(ring.tag, known);
    }
  }

  private addUnknown(name: string, reason: Unknown, place: Location, unit: Unit): void {
    const at = reason.at ?? place;
    const { line } = this.position(at, unit);
    const entry = { name, why: reason.why, file: this.shown(at.file), line };
    this.unknown.set(`${name}\0${reason.why}`, entry);
  }

  private addProblem({ id, severity, message, at }: Problem, unit: Unit): void {
    const finding: FindingJson = {
      rule: id,
      severity: severity === 'information' ? 'hint' : severity,
      message,
      file: this.shown(at.file),
      ...this.position(at, unit),
    };
    this.findings.set(JSON.stringify(finding), finding);
  }

  report(abis: readonly Abi[]): LayoutReport {
    const types = [...this.types].map(([key, type]) => this.typeOf(key, type, abis));
    return {
      files: this.read.map(({ name }) => name),
      types,
      constants: this.constants,
      rings: this.rings,
      unknown: [...this.unknown.values()],
      findings: [...this.findings.values()],
      keyOf: (name) => this.keyOf(name),
    };
  }

  private typeOf(
    key: string,
    type: {
      file: string;
      anonymous: boolean;
      entries: Map<Abi, { unit: Unit; aggregate: Aggregate }>;
    },
    abis: readonly Abi[],
  ): FoundType {
    const layouts: AbiLayout[] = [];
    const abi: TypeJson['abi'] = {};
    const assumed = new Set<string>();
    let place: { unit: Unit; aggregate: Aggregate } | undefined;
    for (const name of abis) {
      const entry = type.entries.get(name);
      if (entry === undefined) continue;
      place ??= entry;
      const layout = layoutOf(entry.aggregate, entry.unit.scope);
      layouts.push({ abi: name, layout, scope: entry.unit.scope });
      if (layout.kind === 'unknown') {
        this.addUnknown(key, layout, entry.aggregate.nameAt, entry.unit);
        continue;
      }
      for (const one of layout.assumed) assumed.add(one);
      const fields = layout.fields.map((field) => this.fieldOf(key, field));
      abi[name] = { size: layout.sizeBytes, align: layout.alignBytes, fields };
    }
    return { key, layouts, json: this.json(type, place, { abi, assumed: [...assumed] }) };
  }

  private json(
    type: { file: string; anonymous: boolean },
    place: { unit: Unit; aggregate: Aggregate } | undefined,
    rest: { abi: TypeJson['abi']; assumed: readonly string[] },
  ): TypeJson {
    const { abi, assumed } = rest;
    const macro = place?.aggregate.fromMacro;
    return {
      kind: place?.aggregate.kind ?? 'struct',
      file: this.shown(place?.aggregate.nameAt.file ?? type.file),
      line: place === undefined ? 1 : this.position(place.aggregate.nameAt, place.unit).line,
      ...(macro === undefined ? {} : { macro }),
      anonymous: type.anonymous,
      abi,
      ...(assumed.length === 0 ? {} : { assumed }),
    };
  }

  private fieldOf(owner: string, field: FieldLayout): FieldJson {
    const key = `${owner}.${field.name === '' ? `<anon@${field.offsetBytes}>` : field.name}`;
    const { dimensions, bitOffset, widthBits } = field;
    return {
      name: field.name === '' ? null : field.name,
      offset: field.offsetBytes,
      size: field.sizeBytes,
      type: field.type,
      ...(dimensions === undefined ? {} : { dims: dimensions.map((length) => length ?? null) }),
      ...(field.flexible ? { flexible: true as const } : {}),
      ...(bitOffset === undefined ? {} : { bitOffset }),
      ...(widthBits === undefined ? {} : { bitSize: widthBits }),
      ...(this.types.has(key) ? { anon_type: key } : {}),
    };
  }

  private keyOf(name: string): string | undefined {
    const plain = [name, `struct ${name}`, `union ${name}`].find((key) => this.types.has(key));
    if (plain !== undefined) return plain;
    for (const { units } of this.read) {
      for (const unit of units) {
        const typedef = unit.scope.typedef(name);
        const aggregate = typedef && aggregateOf(typedef.type, unit.scope);
        if (aggregate !== undefined) return `${aggregate.kind} ${aggregate.name}`;
      }
    }
    return undefined;
  }
}
