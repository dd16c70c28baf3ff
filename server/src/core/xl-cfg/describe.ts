import { formatIds, nodesOfCpus, type Host } from '#core/numa';
import type { Span } from '#core/text';
import { cpusOfList, parseCpuList } from './cpu-list.ts';
import { VNUMA_OPTIONS, type CfgKey } from './keys.ts';
import type { CfgDocument, CfgSetting, CfgValue } from './model.ts';

/** What a hover shows, as Markdown, and the stretch it is about. */
export interface CfgHover {
  readonly markdown: string;
  readonly span: Span;
}

/** What stands at an offset: a key, a CPU list, an option of a virtual node. */
export function hoverAt(
  document: CfgDocument,
  offset: number,
  facts: { readonly keys: ReadonlyMap<string, CfgKey>; readonly host?: Host | undefined },
): CfgHover | undefined {
  const setting = document.settings.find(({ span }) => span.start <= offset && offset <= span.end);
  if (setting === undefined) return undefined;
  if (offset <= setting.keySpan.end) return keyHover(setting, facts.keys);
  const atom = atomAt(setting.value, offset);
  if (atom === undefined) return undefined;
  if (setting.key === 'vnuma') return optionHover(atom);
  if (setting.key === 'cpus' || setting.key === 'cpus_soft') return cpusHover(atom, facts.host);
  return undefined;
}

function keyHover(setting: CfgSetting, keys: ReadonlyMap<string, CfgKey>): CfgHover | undefined {
  const key = keys.get(setting.key);
  if (key === undefined) return undefined;
  const values =
    key.values.length === 0 ? '' : `\n\nValues: ${key.values.map((v) => `\`${v}\``).join(', ')}`;
  return {
    markdown: `**${key.key}** — ${key.type}\n\n${key.text}${values}\n\n*${key.source}*`,
    span: setting.keySpan,
  };
}

function optionHover(atom: Extract<CfgValue, { text: string }>): CfgHover | undefined {
  const name = atom.text.split('=')[0]!.trim();
  const option = VNUMA_OPTIONS.find((each) => each.name === name);
  if (option === undefined) return undefined;
  return {
    markdown: `**${option.name}** of a virtual node\n\n${option.text}\n\n*xl.cfg(5), Guest Virtual NUMA Configuration*`,
    span: atom.span,
  };
}

function cpusHover(
  atom: Extract<CfgValue, { text: string }>,
  host: Host | undefined,
): CfgHover | undefined {
  if (host === undefined) return undefined;
  const list = parseCpuList(atom.text, atom.span.start + (atom.kind === 'string' ? 1 : 0));
  if (list.fault !== undefined) return undefined;
  const cpus = cpusOfList(list, host);
  const nodes = nodesOfCpus(host, cpus);
  return {
    markdown: `CPUs ${formatIds(cpus)} of this host, node ${formatIds(nodes)}`,
    span: atom.span,
  };
}

function atomAt(value: CfgValue, offset: number): Extract<CfgValue, { text: string }> | undefined {
  if (offset < value.span.start || offset > value.span.end) return undefined;
  if (value.kind !== 'list') return value;
  for (const item of value.items) {
    const found = atomAt(item, offset);
    if (found !== undefined) return found;
  }
  return undefined;
}
