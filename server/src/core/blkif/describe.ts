import {
  ABIS,
  tokenAt,
  type Abi,
  type Aggregate,
  type Meaning,
  type TokenAt,
  type Typedef,
  type Unit,
} from '#core/c-types';
import { mapAbis, perAbi } from './abi-layouts.ts';
import { aggregateOf, type CFile } from './c-file.ts';
import { describeConstant } from './describe-constant.ts';
import { describeField, type OwnedField } from './describe-field.ts';
import { describeRingMacro } from './describe-macro.ts';
import { describeName, describeHeader, isGuard } from './describe-name.ts';
import { describeNode } from './describe-node.ts';
import { aggregateTitle, describeAggregate } from './describe-struct.ts';
import { quoteOf } from './header-words.ts';
import { blocks, bytes, code, escape, listed } from './markdown.ts';
import type { Description, Knowledge } from './model.ts';
import { nodeLiteral } from './node-literal.ts';
import { sizesOf } from './ring-facts.ts';
import { concernsXenFile } from './xen-files.ts';

/** What a hover at an offset says; undefined when we know nothing that the compiler's own hover does not. */
export function describeAt(
  file: CFile,
  offset: number,
  knowledge: () => Knowledge,
): Description | undefined {
  const token = tokenAt(file.primary, offset);
  if (!token) return undefined;
  if (token.kind === 'string') return describeLiteral(file, token, knowledge);
  if (token.kind !== 'identifier' && token.kind !== 'keyword') return undefined;
  const { unit, meaning } = meaningOnAnyAbi(file, token, offset);
  const text =
    (meaning && describeMeaning(file, unit, token, meaning, knowledge)) ??
    describeName(file, token, knowledge);
  if (!text) return undefined;
  return { markdown: blocks([text, inactiveLine(token, unit)]), span: token.span };
}

function describeLiteral(
  file: CFile,
  token: TokenAt,
  knowledge: () => Knowledge,
): Description | undefined {
  const literal = nodeLiteral(file.primary, token);
  if (!literal) return undefined;
  for (const name of literal.names) {
    const markdown = describeNode(file.primary, name, knowledge());
    if (markdown) return { markdown, span: token.span };
  }
  return undefined;
}

/** A place left out for x86_64 may be read for another ABI: there the name means something. */
function meaningOnAnyAbi(
  file: CFile,
  token: TokenAt,
  offset: number,
): { readonly unit: Unit; readonly meaning: Meaning | undefined } {
  if (!token.inactive) return { unit: file.primary, meaning: token.meaning };
  for (const abi of ABIS) {
    const unit = file.wholeUnit(abi);
    const own = tokenAt(unit, offset);
    if (own && !own.inactive && own.meaning) return { unit, meaning: own.meaning };
  }
  return { unit: file.primary, meaning: token.meaning };
}

function inactiveLine(token: TokenAt, unit: Unit): string | undefined {
  if (!token.inactive) return undefined;
  const why = token.inactive.why;
  const sentence = /^inactive/i.test(why) ? why : `inactive on x86_64: ${why}`;
  const active = unit.abi === 'x86_64' ? '' : `; read as for ${unit.abi}`;
  return `*${escape(sentence + active)}*`;
}

function describeMeaning(
  file: CFile,
  unit: Unit,
  token: TokenAt,
  meaning: Meaning,
  knowledge: () => Knowledge,
): string | undefined {
  switch (meaning.kind) {
    case 'macro': {
      const macro = knowledge().macros.get(meaning.macro.name);
      if (macro) return describeRingMacro(macro, meaning.macro);
      if (!concernsXenFile(unit, meaning.macro.at.file)) return undefined;
      if (meaning.macro.parameters) return undefined;
      if (meaning.macro.body === '' && isGuard(file, meaning.macro.name))
        return describeHeader(file);
      return (
        describeConstant(file, meaning.macro, knowledge()) ?? typeMacro(file, meaning.macro.name)
      );
    }
    case 'enumerator':
      return concernsXenFile(unit, meaning.declaration.at.file)
        ? describeConstant(file, meaning.declaration, knowledge())
        : undefined;
    case 'tag':
      return concernsXenFile(unit, meaning.declaration.at.file)
        ? describeTag(file, meaning.declaration, knowledge())
        : undefined;
    case 'typedef':
      return concernsXenFile(unit, meaning.declaration.at.file)
        ? describeTypedef(file, unit, meaning.declaration, knowledge())
        : undefined;
    case 'field':
      return describeFieldUse(file, unit, token, meaning.fields, knowledge());
    case 'object':
    case 'include':
      return undefined;
  }
}

function describeTag(
  file: CFile,
  declaration: Extract<Meaning, { kind: 'tag' }>['declaration'],
  knowledge: Knowledge,
): string | undefined {
  if (declaration.kind !== 'enum') return describeAggregate(file, declaration, knowledge);
  return blocks([
    `**enum ${escape(declaration.name)}** — ${declaration.constants.length} values`,
    quoteOf(file.primary, declaration),
  ]);
}

function describeTypedef(
  file: CFile,
  unit: Unit,
  declaration: Typedef,
  knowledge: Knowledge,
): string | undefined {
  const aggregate = aggregateOf(declaration.type, unit);
  if (aggregate && declaration.type.kind !== 'pointer')
    return describeAggregate(file, aggregate, knowledge, declaration.name);
  const sizes = sizesOf(file, declaration.name);
  if (sizes.size === 0) return undefined;
  return blocks([
    `**${escape(declaration.name)}** — ${perAbi(sizes, bytes)}`,
    quoteOf(file.primary, declaration),
  ]);
}

/** A type that is a #define: `blkif_vdev_t` of Xen's own blkif.h. */
function typeMacro(file: CFile, name: string): string | undefined {
  const bodies = mapAbis(
    new Map<Abi, Unit>(ABIS.map((abi) => [abi, file.unit(abi)])),
    (unit) => unit.scope.macro(name)?.body,
  );
  const body = bodies.values().next().value;
  if (!body || !/^[A-Za-z_]\w*$/.test(body)) return undefined;
  const sizes = sizesOf(file, body);
  if (sizes.size === 0) return undefined;
  return `**${escape(name)}** — ${perAbi(sizes, bytes)}, ${code(body)} by #define`;
}

function describeFieldUse(
  file: CFile,
  unit: Unit,
  token: TokenAt,
  candidates: readonly OwnedField[],
  knowledge: Knowledge,
): string | undefined {
  const known = candidates.filter(({ owner }) => concernsXenFile(unit, owner.at.file));
  const [first, ...others] = known;
  if (!first) return undefined;
  const text = describeField(file, first, knowledge);
  if (!text || others.length === 0) return text;
  const titles = [...new Set(others.map(({ owner }) => aggregateTitle(owner)))].slice(0, 4);
  return blocks([
    text,
    `*The type of the object is not known here; also a field of ${listed(titles.map(code))}.*`,
  ]);
}

/** The struct or union at an offset, for the layout view: by its tag, typedef, or the declaration around it. */
export function aggregateAt(file: CFile, offset: number): Aggregate | undefined {
  const token = tokenAt(file.primary, offset);
  const { unit, meaning } = token
    ? meaningOnAnyAbi(file, token, offset)
    : { unit: file.primary, meaning: undefined };
  switch (meaning?.kind) {
    case 'tag':
      if (meaning.declaration.kind !== 'enum') return meaning.declaration;
      break;
    case 'typedef': {
      const aggregate = aggregateOf(meaning.declaration.type, unit);
      if (aggregate) return aggregate;
      break;
    }
    case 'field': {
      const [reached] = meaning.fields;
      if (reached) return reached.owner;
      break;
    }
    case 'macro':
    case 'enumerator':
    case 'object':
    case 'include':
    case undefined:
      break;
  }
  return aggregateAround(file.primary, offset);
}

function aggregateAround(unit: Unit, offset: number): Aggregate | undefined {
  for (const declaration of unit.declarations) {
    if (declaration.kind !== 'struct' && declaration.kind !== 'union') continue;
    const { span } = declaration.at;
    if (span.start <= offset && offset <= span.end) return declaration;
  }
  return undefined;
}
