import type { Engine, Value } from './engine.ts';
import { unknown } from './engine.ts';
import { Expander } from './expand.ts';
import type { Macro } from './macros.ts';
import type {
  Aggregate,
  CType,
  Expression,
  IntegerValue,
  Layout,
  Scope,
  StringValue,
  TypeSize,
  Unknown,
} from './model.ts';
import { expressionOf } from './reader.ts';
import type { UnitScope } from './scope.ts';
import { engineOf } from './types-engine.ts';

/** The layout of a struct or union on the scope's ABI. */
export function layoutOf(aggregate: Aggregate, scope: Scope): Layout | Unknown {
  return engineOf(scope).layout(aggregate);
}

/** Size and alignment of any type. */
export function sizeOf(type: CType, scope: Scope): TypeSize | Unknown {
  const size = engineOf(scope).measure(type);
  if (size.kind === 'unknown') return size;
  const { sizeBytes, alignBytes, assumed } = size;
  return { kind: 'size', sizeBytes, alignBytes, assumed };
}

/** The struct or union that a type comes to when its typedefs are followed; undefined when it is none. */
export function aggregateOf(type: CType, scope: Scope): Aggregate | undefined {
  const resolved = engineOf(scope).resolve(type);
  const definition = resolved.kind === 'resolved' ? resolved.definition : undefined;
  return definition === undefined || definition.kind === 'enum' ? undefined : definition;
}

/** The value of an expression on the scope's ABI. */
export function evaluate(
  expression: Expression,
  scope: Scope,
): IntegerValue | StringValue | Unknown {
  const engine = engineOf(scope);
  return outward(engine.value(expression), engine);
}

/** The value of an object-like macro, at the end of the unit, or of an enumerator. */
export function constantOf(name: string, scope: Scope): IntegerValue | StringValue | Unknown {
  const engine = engineOf(scope);
  const unitScope = scope as UnitScope;
  const macro = unitScope.macroByName(name);
  if (macro === undefined) {
    const value = engine.enumeratorValue(name);
    return value === undefined
      ? unknown(`\`${name}\` is no constant here`)
      : outward(value, engine);
  }
  return constantOfMacro(macro, unitScope, engine);
}

function constantOfMacro(
  macro: Macro,
  scope: UnitScope,
  engine: Engine,
): IntegerValue | StringValue | Unknown {
  if (macro.parameters !== undefined) return unknown(`\`${macro.name}\` takes arguments`);
  const [first] = macro.body;
  if (first === undefined) return unknown(`\`${macro.name}\` stands for nothing`);
  const expander = new Expander({ lookup: (id) => scope.macroById(id) }, scope.names, {
    next: () => undefined,
    opensParenthesis: () => false,
    tokensRead: () => 0,
    dynamic: () => [],
  });
  macro.active++;
  const tokens = expander.expandList(macro.body, false);
  macro.active--;
  return outward(engine.value(expressionOf(tokens, first)), engine);
}

function outward(value: Value | Unknown, engine: Engine): IntegerValue | StringValue | Unknown {
  switch (value.kind) {
    case 'unknown':
      return value;
    case 'text':
      return { kind: 'string', text: value.text };
    case 'integer': {
      if (value.value === undefined) return unknown('its value is not constant');
      const { unsigned, sizeBytes } = engine.rules.base[value.base];
      return { kind: 'integer', value: value.value, unsigned, widthBits: sizeBytes * 8 };
    }
    default:
      return unknown('it is no integer');
  }
}
