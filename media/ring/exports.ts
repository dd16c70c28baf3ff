import { blockGeometry, exportTrace, formatRingDocument, type RingDocument } from '#core/ring';
import { announce } from '../shared/announce.ts';
import { ask } from '../shared/host.ts';
import type { SimulationSession } from './session.ts';

/** Properties that a picture needs once it has left the page's style sheets. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
];

/** The largest picture on the page as a stand-alone SVG text, with its colours written into it. */
export function svgText(picture: SVGSVGElement): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const originals = [picture, ...picture.querySelectorAll('*')];
  for (const [i, element] of [copy, ...copy.querySelectorAll('*')].entries()) {
    const original = originals[i];
    if (original === undefined) continue;
    const style = getComputedStyle(original);
    for (const name of STYLES) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute('class');
  }
  const { width, height } = picture.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

/** A picture at twice its size as base64 PNG. */
async function pngBase64(svg: string, width: number, height: number): Promise<string> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').replace('data:image/png;base64,', '');
}

async function save(
  name: string,
  data: string,
  encoding: 'utf8' | 'base64' = 'utf8',
): Promise<void> {
  const answer = await ask({ type: 'export', name, data, encoding });
  if (answer.outcome === 'done') announce(`${name} was saved.`);
  if (answer.outcome === 'failed') announce(answer.message ?? `${name} could not be saved.`);
}

function shownPicture(): SVGSVGElement | undefined {
  return (
    document.querySelector<SVGSVGElement>('.view svg.picture') ??
    document.querySelector<SVGSVGElement>('svg.picture') ??
    undefined
  );
}

export async function exportSvg(): Promise<void> {
  const picture = shownPicture();
  if (picture !== undefined) await save('ring.svg', svgText(picture));
}

export async function exportPng(): Promise<void> {
  const picture = shownPicture();
  if (picture === undefined) return;
  const { width, height } = picture.viewBox.baseVal;
  await save('ring.png', await pngBase64(svgText(picture), width, height), 'base64');
}

export async function exportDocument(document: RingDocument): Promise<void> {
  await save('scenario.xenring.json', formatRingDocument(document));
}

/** The steps up to the position of one queue, in the format that `xen-devtools ring replay` takes. */
export async function exportSteps(session: SimulationSession, queue: number): Promise<void> {
  const steps = session.history.position;
  const trace = exportTrace(session.document.scenario, blockGeometry(session.layout), {
    queue,
    steps,
  });
  await save('ring-trace.jsonl', `${trace.lines.join('\n')}\n`);
  if (trace.stoppedAtStep !== undefined) {
    announce(
      `The trace ends before step ${trace.stoppedAtStep + 1}: an honest ring cannot take it.`,
    );
  }
}

/** A link that opens this very state, for a chat or a bug report. */
export async function copyLink(document: RingDocument): Promise<void> {
  const argument = JSON.stringify([{ document: formatRingDocument(document) }]);
  const answer = await ask({
    type: 'copy',
    text: `command:xen.openRingSimulator?${encodeURIComponent(argument)}`,
  });
  if (answer.outcome === 'done') announce('The link was copied.');
}
