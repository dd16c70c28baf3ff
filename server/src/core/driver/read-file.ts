import type { Span } from '#core/text';
import { factsOf, type FunctionFacts } from './facts.ts';
import { ExpressionReader, typeWords } from './lower-expression.ts';
import { StatementReader } from './lower-statement.ts';
import type { FunctionBody, StructDeclaration, StructMember, Variable } from './model.ts';
import { childOf, childrenOf, type SyntaxNode } from './syntax.ts';
import { wrappersIn, type Wrapper } from './wrappers.ts';

/** A function where it stands in the file; the facts hold offsets relative to `baseOffset`. */
export interface PlacedFunction {
  readonly facts: FunctionFacts;
  readonly baseOffset: number;
}

/** One driver source file, read. */
export interface DriverSource {
  readonly text: string;
  readonly functions: readonly PlacedFunction[];
  readonly structs: readonly StructDeclaration[];
  /** `typedef` names and the type words behind them. */
  readonly typedefs: ReadonlyMap<string, string>;
  /** Variables declared at file scope. */
  readonly globals: readonly Variable[];
  /** Macros of the file that stand for one call. */
  readonly wrappers: ReadonlyMap<string, Wrapper>;
}

interface Collector {
  readonly text: string;
  readonly wrappers: ReadonlyMap<string, Wrapper>;
  readonly known: ReadonlyMap<string, FunctionFacts>;
  readonly functions: PlacedFunction[];
  readonly structs: StructDeclaration[];
  readonly typedefs: Map<string, string>;
  readonly globals: Variable[];
}

/**
 * Reads a file's syntax tree. Functions whose text is unchanged since `previous` keep their facts, so that typing in
 * one function costs one function.
 */
export function readDriverSource(
  root: SyntaxNode,
  text: string,
  previous?: DriverSource,
): DriverSource {
  const known = new Map<string, FunctionFacts>();
  const wrappers = wrappersIn(text);
  if (previous && JSON.stringify([...wrappers]) === JSON.stringify([...previous.wrappers]))
    for (const { facts } of previous.functions) known.set(facts.body.text, facts);
  const collector: Collector = {
    text,
    wrappers,
    known,
    functions: [],
    structs: [],
    typedefs: new Map(),
    globals: [],
  };
  collect(root.children, collector, 0);
  return collector;
}

function collect(nodes: readonly SyntaxNode[], into: Collector, depth: number): void {
  nodes.forEach((node, i) => {
    if (node.kind === 'function_definition') readFunction(node, into);
    else if (node.kind === 'compound_statement') readHeadless(node, nodes[i - 1], into);
    else if (node.kind === 'declaration' || node.kind === 'type_definition')
      readDeclaration(node, into);
    else if (node.kind === 'struct_specifier' || node.kind === 'union_specifier')
      readStruct(node, '', into);
    else if (depth < 50 && /^preproc_|^linkage|^ERROR$|declaration_list/.test(node.kind))
      collect(node.children, into, depth + 1);
  });
}

function readFunction(node: SyntaxNode, into: Collector): void {
  // Known from its text: its nodes are never asked for.
  const known = into.known.get(into.text.slice(node.start, node.end));
  if (known) {
    into.functions.push({ facts: known, baseOffset: node.start });
    return;
  }
  const declarator = functionDeclarator(childOf(node, 'declarator'));
  const body = childOf(node, 'body');
  if (!body) return;
  const header = into.text.slice(node.start, body.start);
  const reader = new ExpressionReader(into.text, node.start, into.wrappers);
  const name = declarator ? nameOf(declarator, into.text) : nameBeforeBlock(header);
  const list = declarator && childOf(declarator, 'parameters');
  const type = childOf(node, 'type');
  add(into, { start: node.start, end: node.end }, (text) => ({
    name,
    returnType: type ? typeWords(into.text, type) : '',
    isStatic: /\bstatic\b/i.test(header),
    parameters:
      header.search(annotation) >= 0 ? parametersOfText(header) : parametersOf(list, node, reader),
    body: new StatementReader(reader).read(body),
    text,
  }));
}

/** Words by which Windows drivers say what a parameter is for; the grammar takes them for the type. */
const annotation =
  /\b(?:IN|OUT|INOUT|OPTIONAL|CONST|__(?:in|out|inout|deref\w*|drv_\w+)|_(?:In|Out|Inout|Outptr|COM|Ret|When|IRQL|Requires|Acquires|Releases)\w*_)(?=[\s(])/g;

/** Parameters in their order; in the old style their types stand between the header and the body. */
function parametersOf(
  list: SyntaxNode | undefined,
  node: SyntaxNode,
  reader: ExpressionReader,
): readonly Variable[] {
  const declared = node.children
    .filter((each) => each.kind === 'declaration')
    .flatMap((each) => reader.variablesOf(each));
  return (list?.children ?? []).flatMap((each) => {
    if (each.kind !== 'identifier') return reader.variablesOf(each);
    return declared.find((variable) => variable.name === reader.textOf(each)) ?? [];
  });
}

/** A block at file scope: a function whose header the grammar could not read (annotations of other compilers). */
function readHeadless(node: SyntaxNode, before: SyntaxNode | undefined, into: Collector): void {
  const start = before && before.kind !== 'function_definition' ? before.start : node.start;
  const header = into.text.slice(start, node.start);
  const name = nameBeforeBlock(header);
  if (!name) return;
  const reader = new ExpressionReader(into.text, start, into.wrappers);
  add(into, { start, end: node.end }, (text) => ({
    name,
    returnType: '',
    isStatic: /\bstatic\b/i.test(header),
    parameters: parametersOfText(header),
    body: new StatementReader(reader).read(node),
    text,
  }));
}

function add(into: Collector, span: Span, read: (text: string) => FunctionBody): void {
  const text = into.text.slice(span.start, span.end);
  const facts = into.known.get(text) ?? factsOf(read(text));
  into.functions.push({ facts, baseOffset: span.start });
}

function functionDeclarator(node: SyntaxNode | undefined): SyntaxNode | undefined {
  let at = node;
  while (at && at.kind !== 'function_declarator') at = childOf(at, 'declarator');
  return at;
}

function nameOf(declarator: SyntaxNode, text: string): string {
  let at: SyntaxNode | undefined = childOf(declarator, 'declarator');
  while (at && at.kind !== 'identifier') at = childOf(at, 'declarator') ?? at.children[0];
  return at ? text.slice(at.start, at.end) : '';
}

const nameBeforeBlock = (header: string): string =>
  /(\w+)\s*\([^{}]*\)[\s\w]*$/.exec(header)?.[1] ?? '';

/** Parameters from a header's text, for headers the grammar could not read: last word is the name. */
function parametersOfText(header: string): readonly Variable[] {
  const inside = /\(([^{}]*)\)[\s\w]*$/.exec(header)?.[1] ?? '';
  return inside.split(',').flatMap((part) => {
    const match = /^(.*?)([\s*]+)(\w+)(\s*\[[^\]]*\])?\s*$/s.exec(part.trim());
    if (!match) return [];
    const [, type = '', stars = '', name = ''] = match;
    const at = header.indexOf(part);
    return [
      {
        name,
        type: type
          .replace(annotation, '')
          .replace(/\b(?:const|volatile)\b|\([^()]*\)/g, '')
          .trim(),
        pointerDepth: stars.split('*').length - 1,
        isArray: match[4] !== undefined,
        isVolatile: /\bvolatile\b/.test(type),
        initializer: undefined,
        start: at,
        end: at + part.length,
      },
    ];
  });
}

function readDeclaration(node: SyntaxNode, into: Collector): void {
  const type = childOf(node, 'type');
  const alias = node.kind === 'type_definition' ? childrenOf(node, 'declarator') : [];
  if (type?.kind === 'struct_specifier' || type?.kind === 'union_specifier') {
    const name = alias[0] ? into.text.slice(alias[0].start, alias[0].end) : '';
    readStruct(type, name, into, into.text.slice(type.end, node.end));
  }
  if (node.kind === 'type_definition') {
    for (const each of alias)
      into.typedefs.set(
        into.text.slice(each.start, each.end).replace(/[*\s]/g, ''),
        type ? typeWords(into.text, type) : '',
      );
    return;
  }
  into.globals.push(...new ExpressionReader(into.text, 0, into.wrappers).variablesOf(node));
}

function readStruct(node: SyntaxNode, alias: string, into: Collector, tail = ''): void {
  const body = childOf(node, 'body');
  if (!body) return;
  const nameNode = childOf(node, 'name');
  const reader = new ExpressionReader(into.text, 0, into.wrappers);
  const text = into.text.slice(node.start, node.end);
  into.structs.push({
    name: nameNode ? into.text.slice(nameNode.start, nameNode.end) : alias,
    isUnion: node.kind === 'union_specifier',
    members: membersOf(body, reader, into.text),
    packed: /\b(?:__)?packed\b|__attribute_packed__/i.test(text.replace(/\{[^]*\}/, '') + tail),
    span: { start: node.start, end: node.end },
  });
}

function membersOf(body: SyntaxNode, reader: ExpressionReader, text: string): StructMember[] {
  return body.children.flatMap((field) => {
    if (field.kind.startsWith('preproc_')) return membersOf(field, reader, text);
    if (field.kind !== 'field_declaration') return [];
    const inner = childOf(field, 'type');
    const nested = inner && childOf(inner, 'body');
    if (nested) return membersOf(nested, reader, text);
    return reader.variablesOf(field).map((variable) => ({
      name: variable.name,
      type: variable.type,
      pointerDepth: variable.pointerDepth,
      dimension: variable.isArray
        ? /\[([^\]]*)\]/.exec(text.slice(variable.end, field.end))?.[1]
        : undefined,
      span: { start: variable.start, end: variable.end },
    }));
  });
}
