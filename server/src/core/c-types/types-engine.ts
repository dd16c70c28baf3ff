import { ABI_RULES } from './abi.ts';
import type { Engine, MemberSize, Resolved, Value } from './engine.ts';
import { unknown } from './engine.ts';
import { enumBaseOf, enumeratorValueOf } from './enumerations.ts';
import { evaluateExpression } from './evaluate.ts';
import type { AggregateLayout } from './layout.ts';
import { layOut } from './layout.ts';
import type {
  Abi,
  Aggregate,
  CType,
  Enumeration,
  Expression,
  IntegerBase,
  Layout,
  Scope,
  Unknown,
} from './model.ts';
import { measureType, resolveType } from './sizes.ts';
import type { AbiRules } from './abi.ts';

const ENGINES = new WeakMap<Scope, TypesEngine>();

/** The engine of a scope; it remembers every layout that it worked out. */
export function engineOf(scope: Scope): Engine {
  let engine = ENGINES.get(scope);
  if (engine === undefined) {
    engine = new TypesEngine(scope);
    ENGINES.set(scope, engine);
  }
  return engine;
}

const DEEPEST = 200;

class TypesEngine implements Engine {
  readonly scope: Scope;
  readonly abi: Abi;
  readonly rules: AbiRules;
  private readonly layouts = new Map<Aggregate, AggregateLayout | Unknown>();
  private readonly inProgress = new Set<Aggregate>();
  private readonly enumBases = new Map<Enumeration, IntegerBase | Unknown>();
  private readonly values = new Map<Enumeration, (bigint | Unknown)[]>();
  private readonly enumerators = new Map<string, Value | Unknown>();
  // Only what is known is remembered: an unknown may come from where the question was asked (too deep, in a circle).
  private readonly resolvedNames = new Map<string, Resolved>();
  private readonly measuredNames = new Map<string, MemberSize>();
  private readonly integers = new Map<Expression, bigint>();
  private depth = 0;

  constructor(scope: Scope) {
    this.scope = scope;
    this.abi = scope.abi;
    this.rules = ABI_RULES[scope.abi];
  }

  resolve(type: CType): Resolved | Unknown {
    if (type.kind !== 'named') return this.guarded(() => resolveType(type, this));
    const known = this.resolvedNames.get(type.name);
    if (known !== undefined) return known;
    const resolved = this.guarded(() => resolveType(type, this));
    if (resolved.kind !== 'unknown') this.resolvedNames.set(type.name, resolved);
    return resolved;
  }

  measure(type: CType): MemberSize | Unknown {
    if (type.kind !== 'named') return this.guarded(() => measureType(type, this));
    const known = this.measuredNames.get(type.name);
    if (known !== undefined) return known;
    const size = this.guarded(() => measureType(type, this));
    if (size.kind !== 'unknown') this.measuredNames.set(type.name, size);
    return size;
  }

  value(expression: Expression): Value | Unknown {
    return this.guarded(() => evaluateExpression(expression, this));
  }

  integer(expression: Expression): bigint | Unknown {
    const known = this.integers.get(expression);
    if (known !== undefined) return known;
    const value = this.value(expression);
    if (value.kind === 'unknown') return value;
    if (value.kind !== 'integer' || value.value === undefined)
      return unknown('its value is not constant', expression.at);
    this.integers.set(expression, value.value);
    return value.value;
  }

  layout(aggregate: Aggregate): Layout | Unknown {
    const known = this.entry(aggregate);
    return 'layout' in known ? known.layout : known;
  }

  userAligned(aggregate: Aggregate): boolean {
    const known = this.entry(aggregate);
    return 'layout' in known && known.userAligned;
  }

  enumBase(enumeration: Enumeration): IntegerBase | Unknown {
    let base = this.enumBases.get(enumeration);
    if (base === undefined) {
      // An enumerator's value that asks for the size of its own enumeration finds no answer rather than no end.
      this.enumBases.set(enumeration, unknown('an enumeration depends on its own size'));
      base = enumBaseOf(enumeration, this);
      this.enumBases.set(enumeration, base);
    }
    return base;
  }

  enumValues(enumeration: Enumeration): (bigint | Unknown)[] {
    let values = this.values.get(enumeration);
    if (values === undefined) {
      values = [];
      this.values.set(enumeration, values);
    }
    return values;
  }

  enumeratorValue(name: string): Value | Unknown | undefined {
    const known = this.enumerators.get(name);
    if (known !== undefined) return known;
    if (this.scope.enumerator(name) === undefined) return undefined;
    this.enumerators.set(name, unknown(`\`${name}\` depends on itself`));
    const value = this.guarded(() => enumeratorValueOf(name, this));
    this.enumerators.set(name, value);
    return value;
  }

  private entry(aggregate: Aggregate): AggregateLayout | Unknown {
    const known = this.layouts.get(aggregate);
    if (known !== undefined) return known;
    if (this.inProgress.has(aggregate)) {
      return unknown(`\`${aggregate.kind} ${aggregate.name}\` contains itself`, aggregate.nameAt);
    }
    this.inProgress.add(aggregate);
    const entry = this.guarded(() => layOut(aggregate, this));
    this.inProgress.delete(aggregate);
    this.layouts.set(aggregate, entry);
    return entry;
  }

  /** Types and expressions may be nested without end in a hostile file. */
  private guarded<Result>(compute: () => Result): Result | Unknown {
    if (this.depth >= DEEPEST) return unknown('its types are nested too deep');
    this.depth++;
    const result = compute();
    this.depth--;
    return result;
  }
}
