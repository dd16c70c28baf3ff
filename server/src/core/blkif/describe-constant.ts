import {
  ABIS,
  constantOf,
  evaluate,
  type Abi,
  type EnumConstant,
  type MacroDefinition,
  type Unit,
} from '#core/c-types';
import type { ConstantFact } from '#core/knowledge';
import { mapAbis, perAbi } from './abi-layouts.ts';
import type { CFile } from './c-file.ts';
import { footer } from './describe-struct.ts';
import { quoteOf } from './header-words.ts';
import { blocks, bullets, code, escape, prose } from './markdown.ts';
import type { Knowledge } from './model.ts';

type Value = bigint | string;

/** A constant: its value on each ABI, what it stands for, where it is negotiated. */
export function describeConstant(
  file: CFile,
  constant: MacroDefinition | EnumConstant,
  knowledge: Knowledge,
): string | undefined {
  const { name } = constant;
  const values = constantValues(file, name);
  if (values.size === 0) return describeUnknown(file, constant);
  const fact = knowledge.protocols.constants.get(name);
  const expected = fact?.value ?? knowledge.protocols.wire.get(name);
  return blocks([
    `**${escape(name)}** = ${perAbi(values, valueText)}${fact ? ` — ${fact.kind}` : ''}`,
    changed(values, expected),
    fact && prose(fact.summary),
    bullets([
      values.size < ABIS.length ? `Defined on ${[...values.keys()].join(', ')} only.` : undefined,
      fact?.node && `Negotiated by xenstore node ${code(fact.node)}.`,
      fact?.defaults && `**In practice:** ${prose(fact.defaults)}`,
    ]),
    quoteOf(file.primary, constant),
    footer(undefined, fact?.source),
  ]);
}

/** A constant that rests on something unknown: the reason, and the constants in it that are known. */
function describeUnknown(
  file: CFile,
  constant: MacroDefinition | EnumConstant,
): string | undefined {
  if (constant.kind !== 'macro' || constant.body === '') return undefined;
  const value = constantOf(constant.name, file.primary.scope);
  const names = [...new Set(constant.body.match(/[A-Za-z_]\w*/g))];
  const known = names.flatMap((name) => {
    const values = constantValues(file, name);
    return values.size > 0 ? [`${code(name)} = ${perAbi(values, valueText)}`] : [];
  });
  if (value.kind !== 'unknown' || known.length === 0) return undefined;
  return blocks([
    `**${escape(constant.name)}** — value unknown: ${escape(value.why)}`,
    bullets(known),
  ]);
}

/** The value of a macro or enumerator on every ABI that has one. */
export function constantValues(file: CFile, name: string): ReadonlyMap<Abi, Value> {
  const units = new Map<Abi, Unit>(ABIS.map((abi) => [abi, file.unit(abi)]));
  return mapAbis(units, (unit) => valueIn(unit, name));
}

function valueIn(unit: Unit, name: string): Value | undefined {
  const value = constantOf(name, unit.scope);
  if (value.kind === 'integer') return value.value;
  if (value.kind === 'string') return value.text;
  const enumerator = unit.scope.enumerator(name);
  const own = enumerator?.value && evaluate(enumerator.value, unit.scope);
  return own?.kind === 'integer' ? own.value : undefined;
}

function valueText(value: Value): string {
  if (typeof value === 'string') return code(JSON.stringify(value));
  return value > 255n ? `${value} (0x${value.toString(16)})` : String(value);
}

/** A sentence when a protocol constant has another value than both ends rely on. */
function changed(
  values: ReadonlyMap<Abi, Value>,
  expected: ConstantFact['value'] | undefined,
): string | undefined {
  if (expected === undefined) return undefined;
  const other = [...values.values()].some((value) => value !== BigInt(expected));
  return other ? `**Changed here:** the protocol's value is ${expected}.` : undefined;
}
