import { describe, expect, test } from 'vitest';
import type { Abi, Aggregate, Layout, Unit } from '#core/c-types';
import { ABIS, layoutOf, parseUnit } from '#core/c-types';
import { cases } from '../../effort.ts';
import { compile, haveCompiler } from './gcc.ts';
import type { Generated } from './generate-structs.ts';
import { Chance, GCC_PRELUDE, generate, PRELUDE } from './generate-structs.ts';

const BATCH = 100;
const COMMON = `${PRELUDE}typedef __float128 _Float128_t;\n`;
/** Arm has no __float128: there the name is another type, on both sides. */
const ARM = `${PRELUDE}typedef long double _Float128_t;\n`;

function preludeOf(abi: Abi): string {
  return abi.startsWith('arm') ? ARM : COMMON;
}

interface Probe {
  /** What is compared, for the message. */
  readonly what: string;
  /** Constant expression for gcc. */
  readonly asked: string;
  readonly ours: number;
}

interface BitProbe {
  readonly what: string;
  /** `.m1.m2`. */
  readonly designator: string;
  readonly bit: number;
  readonly width: number;
}

interface Probes {
  readonly type: string;
  readonly numbers: readonly Probe[];
  readonly bits: readonly BitProbe[];
}

/** Everything that we say of a structure, as questions to the compiler. */
function probesOf(type: string, unit: Unit): Probes | string {
  const aggregate = unit.scope.tag(type.split(' ')[1] ?? '') as Aggregate | undefined;
  if (aggregate === undefined) return `${type} was not found`;
  const layout = layoutOf(aggregate, unit.scope);
  if (layout.kind === 'unknown') return layout.why;
  const numbers: Probe[] = [
    { what: 'size', asked: `sizeof(${type})`, ours: layout.sizeBytes },
    { what: 'align', asked: `_Alignof(${type})`, ours: layout.alignBytes },
  ];
  const bits: BitProbe[] = [];
  const walk = (part: Layout, path: string, offset: number): void => {
    for (const field of part.fields) {
      const name = field.name === '' ? path : path === '' ? field.name : `${path}.${field.name}`;
      if (field.bitOffset !== undefined) {
        const bit = offset * 8 + field.bitOffset;
        if (field.name !== '')
          bits.push({ what: name, designator: `.${name}`, bit, width: field.widthBits ?? 0 });
        continue;
      }
      const at = offset + field.offsetBytes;
      if (field.name !== '') {
        numbers.push({
          what: `${name} offset`,
          asked: `__builtin_offsetof(${type}, ${name})`,
          ours: at,
        });
        if (field.dimensions?.[0] !== undefined || field.dimensions === undefined) {
          numbers.push({
            what: `${name} size`,
            asked: `sizeof(((${type} *)0)->${name})`,
            ours: field.sizeBytes,
          });
        }
      }
      const inner =
        field.aggregate !== undefined && field.dimensions === undefined
          ? layoutOf(field.aggregate, unit.scope)
          : undefined;
      if (inner?.kind === 'layout') walk(inner, name, at);
    }
  };
  walk(layout, '', 0);
  return { type, numbers, bits };
}

/** Bits that are 1 in a variable of which one bit-field is all ones. */
function onesOf(bytes: Uint8Array): number[] {
  const ones: number[] = [];
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) if (((byte >> bit) & 1) === 1) ones.push(index * 8 + bit);
  }
  return ones;
}

/** Leaves out what gcc refuses, so that the rest can be compared. */
function accepted(structures: readonly Generated[], abi: Abi): readonly Generated[] {
  let left = structures;
  for (let round = 0; round < 6; round++) {
    let line = (GCC_PRELUDE + preludeOf(abi)).split('\n').length;
    const starts = left.map(({ text }) => {
      const start = line;
      line += text.split('\n').length;
      return start;
    });
    const text = `${GCC_PRELUDE}${preludeOf(abi)}${left.map((one) => `${one.text}\n`).join('')}`;
    const outcome = compile(text, abi);
    if ('object' in outcome) return left;
    const wrong = new Set(
      outcome.wrongLines.map((bad) => starts.findLastIndex((start) => start <= bad)),
    );
    left = left.filter((_, index) => !wrong.has(index));
  }
  throw new Error('gcc refuses what is left');
}

function compareBatch(structures: readonly Generated[], abi: Abi): number {
  const valid = accepted(structures, abi);
  const declarations = valid.map(({ text }) => `${text}\n`).join('');
  const unit = parseUnit(`${preludeOf(abi)}${declarations}`, { path: 'generated.c', abi });
  expect(unit.problems).toEqual([]);
  const all: Probes[] = [];
  for (const { type, text } of valid) {
    const probes = probesOf(type, unit);
    if (typeof probes === 'string') throw new Error(`${abi}: ${probes}\n${text}`);
    all.push(probes);
  }
  const questions = all.flatMap(({ numbers }, index) => {
    const list = numbers.map(({ asked }) => asked).join(', ');
    return `const unsigned long long n${index}[] = { ${list} };`;
  });
  const bits = all.flatMap(({ bits: fields, type }, index) =>
    fields.map(
      ({ designator }, field) => `const ${type} b${index}_${field} = { ${designator} = -1 };`,
    ),
  );
  const outcome = compile(
    `${GCC_PRELUDE}${preludeOf(abi)}${declarations}${questions.join('\n')}\n${bits.join('\n')}\n`,
    abi,
  );
  if (!('object' in outcome)) throw new Error(outcome.said.slice(0, 2000));
  for (const [index, probes] of all.entries()) {
    const bytes = outcome.object.bytesOf(`n${index}`);
    if (bytes === undefined) throw new Error(`no answer for ${probes.type}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const theirs = probes.numbers.map((_, at) => Number(view.getBigUint64(at * 8, true)));
    const named = (values: readonly number[]): readonly string[] =>
      values.map((value, at) => `${probes.numbers[at]?.what} ${value}`);
    const text = `${abi}: ${valid[index]?.text}`;
    expect({ text, answer: named(probes.numbers.map(({ ours }) => ours)) }).toEqual({
      text,
      answer: named(theirs),
    });
    for (const [field, { what, bit, width }] of probes.bits.entries()) {
      const variable = outcome.object.bytesOf(`b${index}_${field}`) ?? new Uint8Array();
      const ones = Array.from({ length: width }, (_, at) => bit + at);
      expect({ text, what, ones }).toEqual({ text, what, ones: onesOf(variable) });
    }
  }
  return valid.length;
}

describe.each(ABIS)('generated structures against gcc on %s', (abi) => {
  test.runIf(haveCompiler(abi))('no difference', { timeout: 600_000 }, () => {
    const wanted = cases(2000);
    const seed = Number(process.env['SEED'] ?? 20261125);
    const chance = new Chance(seed);
    let compared = 0;
    for (let index = 0; compared < wanted;) {
      const size = Math.min(BATCH, wanted);
      const batch = Array.from({ length: size }, () => generate(index++, chance));
      compared += compareBatch(batch, abi);
    }
    expect(compared).toBeGreaterThanOrEqual(wanted);
  });
});
