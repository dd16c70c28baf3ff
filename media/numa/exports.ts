import { buildDomain, formatIds, requestOf, type Plan, type PlannedVm } from '#core/numa';
import { parseCfg, readGuest, writeSnippet, type SnippetForm } from '#core/xl-cfg';
import { announce } from '../shared/announce.ts';
import { ask } from '../shared/host.ts';
import { pngBase64, svgText } from '../shared/picture.ts';
import { nodesName } from './labels.ts';
import { formatDocument, type PanelState } from './panel-state.ts';

/** An xl.cfg that holds a domain where it is shown, and whether the engine agrees when asked. */
export interface Snippet {
  readonly text: string;
  readonly isConfirmed: boolean;
}

/** Writes the snippet and lets libxl's rules place it on the same host. */
export function snippetFor(plan: Plan, vm: PlannedVm, form: SnippetForm): Snippet {
  const { host } = plan;
  const text = writeSnippet({ guest: vm.guest, nodes: vm.nodes, host, form });
  const { guest } = readGuest(parseCfg(text), host);
  const asked = requestOf(guest, host);
  if ('why' in asked) return { text, isConfirmed: false };
  const bound = guest.virtualNodes.map((node) => node.pnode ?? 0);
  const nodes = form === 'vnuma' ? bound : buildDomain(host, [], asked.request).after.nodes;
  return { text, isConfirmed: formatIds([...nodes].sort((a, b) => a - b)) === formatIds(vm.nodes) };
}

export async function copySnippet(plan: Plan, vm: PlannedVm): Promise<void> {
  const { text, isConfirmed } = snippetFor(plan, vm, 'cpus_soft');
  const answer = await ask({ type: 'copy', text });
  if (answer.outcome === 'done') announce(sentenceFor(vm, isConfirmed, 'copied'));
}

export async function openSnippet(plan: Plan, vm: PlannedVm, form: SnippetForm): Promise<void> {
  const { text, isConfirmed } = snippetFor(plan, vm, form);
  const answer = await ask({ type: 'openText', language: 'xl-cfg', text });
  if (answer.outcome === 'done') announce(sentenceFor(vm, isConfirmed, 'opened'));
}

export async function exportSvg(): Promise<void> {
  const picture = shownPicture();
  if (picture !== undefined) await save('numa.svg', svgText(picture), 'utf8');
}

export async function exportPng(): Promise<void> {
  const picture = shownPicture();
  if (picture !== undefined) await save('numa.png', await pngBase64(picture), 'base64');
}

export async function exportDocument(state: PanelState): Promise<void> {
  await save('placement.xennuma.json', formatDocument(state), 'utf8');
}

function sentenceFor(vm: PlannedVm, isConfirmed: boolean, what: string): string {
  const agreed = isConfirmed
    ? `the engine puts it on ${nodesName(vm.nodes)}`
    : 'the engine does not confirm it on this host';
  return `The xl.cfg for ${vm.name} was ${what}; ${agreed}.`;
}

function shownPicture(): SVGSVGElement | undefined {
  return document.querySelector<SVGSVGElement>('svg.picture') ?? undefined;
}

async function save(name: string, data: string, encoding: 'utf8' | 'base64'): Promise<void> {
  const answer = await ask({ type: 'export', name, data, encoding });
  if (answer.outcome === 'done') announce(`${name} was saved.`);
  if (answer.outcome === 'failed') announce(answer.message ?? `${name} could not be saved.`);
}
