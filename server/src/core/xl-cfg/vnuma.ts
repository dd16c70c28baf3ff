import type { VirtualNode } from '#core/numa';
import type { Span } from '#core/text';
import type { CfgValue } from './model.ts';

const MIB_IN_KIB = 1024;

/** One option of a virtual node, where it stands. */
export interface VnumaOption {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

/** A virtual node as written. */
export interface WrittenNode {
  readonly span: Span;
  readonly options: readonly VnumaOption[];
  readonly node: VirtualNode;
  readonly hasSize: boolean;
  /** vCPUs in the order they are listed, repeats kept: xl counts them like this. */
  readonly listedVcpus: readonly number[];
}

/** What stops xl at once. */
export interface VnumaFault {
  readonly rule: 'vnuma/not-list' | 'vnuma/not-pair' | 'vnuma/not-number';
  readonly span: Span;
  readonly text: string;
}

/** `vnuma=` as xl reads it: a list of lists of `key=value`. */
export interface Vnuma {
  readonly nodes: readonly WrittenNode[];
  readonly fault: VnumaFault | undefined;
}

const KNOWN_OPTIONS: ReadonlySet<string> = new Set(['pnode', 'size', 'vcpus', 'vdistances']);

/** Whether xl knows the option; others are ignored without a word. */
export function isKnownVnumaOption(name: string): boolean {
  return KNOWN_OPTIONS.has(name);
}

/** Reads the value of `vnuma=` (parse_vnuma_config, xl_parse.c). */
export function parseVnuma(value: CfgValue): Vnuma {
  if (value.kind !== 'list') {
    return { nodes: [], fault: { rule: 'vnuma/not-list', span: value.span, text: value.text } };
  }
  const nodes: WrittenNode[] = [];
  for (const item of value.items) {
    if (item.kind !== 'list') {
      return { nodes, fault: { rule: 'vnuma/not-list', span: item.span, text: item.text } };
    }
    const read = readNode(item.items, item.span);
    if ('rule' in read) return { nodes, fault: read };
    nodes.push(read);
  }
  return { nodes, fault: undefined };
}

function readNode(items: readonly CfgValue[], span: Span): WrittenNode | VnumaFault {
  const options: VnumaOption[] = [];
  let pnode: number | undefined;
  let memoryKib = 0;
  let hasSize = false;
  const listedVcpus: number[] = [];
  const distances: number[] = [];
  for (const item of items) {
    if (item.kind === 'list') continue;
    const pair = /^([^=]+)=([^=]+)/.exec(item.text);
    if (pair === null) return { rule: 'vnuma/not-pair', span: item.span, text: item.text };
    const option = { name: pair[1]!.trim(), value: pair[2]!.trim(), span: item.span };
    options.push(option);
    if (!isKnownVnumaOption(option.name)) continue;
    const numbers = option.name === 'vcpus' ? rangesOf(option.value) : numbersOf(option.value);
    if (typeof numbers === 'string') {
      return { rule: 'vnuma/not-number', span: item.span, text: numbers };
    }
    if (option.name === 'pnode') pnode = numbers[0];
    else if (option.name === 'vdistances') distances.push(...numbers);
    else if (option.name === 'vcpus') listedVcpus.push(...numbers);
    else {
      memoryKib = (numbers[0] ?? 0) * MIB_IN_KIB;
      hasSize = true;
    }
  }
  const vcpus = [...new Set(listedVcpus)].sort((a, b) => a - b);
  const node = { pnode, memoryKib, vcpus, distances };
  return { span, options, node, hasSize, listedVcpus };
}

/** Comma-separated numbers; the part that is none as a string. */
function numbersOf(text: string): readonly number[] | string {
  const parts = text.split(',').map((part) => part.trim());
  return parts.find((part) => !/^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(part)) ?? parts.map(Number);
}

/** Comma-separated ids and ranges. */
function rangesOf(text: string): readonly number[] | string {
  const ids: number[] = [];
  for (const part of text.split(',')) {
    const range = /^\s*(\d{1,5})(?:-\s*(\d{1,5}))?\s*$/.exec(part);
    if (range === null || Number(range[2] ?? range[1]) < Number(range[1])) return part.trim();
    for (let id = Number(range[1]); id <= Number(range[2] ?? range[1]); id++) ids.push(id);
  }
  return ids;
}
