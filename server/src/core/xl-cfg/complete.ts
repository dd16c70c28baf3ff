import type { Host } from '#core/numa';
import { VNUMA_OPTIONS, type CfgKey } from './keys.ts';
import { settingOf } from './syntax.ts';
import type { CfgDocument } from './model.ts';

/** One suggestion. */
export interface CfgCompletion {
  readonly label: string;
  readonly insert: string;
  readonly kind: 'key' | 'value' | 'option';
  readonly detail: string;
  readonly documentation?: string;
}

/** What can stand at an offset: keys at the start of a line, values after `=`, nodes and options inside quotes. */
export function completeAt(
  document: CfgDocument,
  offset: number,
  facts: { readonly keys: ReadonlyMap<string, CfgKey>; readonly host?: Host | undefined },
): readonly CfgCompletion[] {
  const before = document.text.slice(0, offset);
  const statement = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf(';')) + 1);
  if (/^\s*\w*$/.test(statement) && !isInsideList(before))
    return keyCompletions(document, facts.keys);
  const key = enclosingKey(before);
  if (key === undefined) return [];
  const isQuoted = isInsideQuotes(statement);
  if (key === 'vnuma') return isQuoted ? optionCompletions() : [];
  if (key === 'cpus' || key === 'cpus_soft') return isQuoted ? cpuCompletions(facts.host) : [];
  return valueCompletions(facts.keys.get(key), isQuoted);
}

function keyCompletions(
  document: CfgDocument,
  keys: ReadonlyMap<string, CfgKey>,
): readonly CfgCompletion[] {
  return [...keys.values()]
    .filter(({ key }) => settingOf(document, key) === undefined)
    .map((key) => ({
      label: key.key,
      insert: `${key.key} = `,
      kind: 'key',
      detail: key.type,
      documentation: `${key.text}\n\n*${key.source}*`,
    }));
}

function valueCompletions(key: CfgKey | undefined, isQuoted: boolean): readonly CfgCompletion[] {
  if (key === undefined) return [];
  const values = key.type === 'boolean' && !isQuoted ? ['0', '1'] : key.values;
  return values.map((value) => ({
    label: value,
    insert: isQuoted || /^\d+$/.test(value) ? value : `"${value}"`,
    kind: 'value',
    detail: key.key,
  }));
}

function cpuCompletions(host: Host | undefined): readonly CfgCompletion[] {
  const nodes = (host?.nodes ?? []).map((node) => ({
    label: `node:${node.id}`,
    insert: `node:${node.id}`,
    kind: 'value' as const,
    detail: `all CPUs of node ${node.id}`,
  }));
  return [
    ...nodes,
    { label: 'all', insert: 'all', kind: 'value', detail: 'every CPU of the host' },
  ];
}

function optionCompletions(): readonly CfgCompletion[] {
  return VNUMA_OPTIONS.map(({ name, text }) => ({
    label: name,
    insert: `${name}=`,
    kind: 'option',
    detail: 'of a virtual node',
    documentation: text,
  }));
}

/** Key of the setting the offset is in, lists over several lines included. */
function enclosingKey(before: string): string | undefined {
  return Array.from(before.matchAll(/(?:^|[\n;])[ \t]*(\w+)[ \t]*\+?=/g)).at(-1)?.[1];
}

function isInsideQuotes(statement: string): boolean {
  const bare = statement.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '');
  return /["']/.test(bare);
}

function isInsideList(before: string): boolean {
  const bare = before.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '').replace(/#.*$/gm, '');
  let depth = 0;
  for (const char of bare) depth += char === '[' ? 1 : char === ']' ? -1 : 0;
  return depth > 0;
}
