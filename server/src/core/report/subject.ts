import { parseXenVersion } from '#core/knowledge';
import type { FactSheet, Fault } from './model.ts';

/** Longest subject that lists and archives show whole. */
export const subjectLimit = 75;

/** `[BUG] sched/credit2: BUG at common/sched/credit2.c:123 [Xen 4.17]`: one line of ASCII, 75 characters at most. */
export function subjectOf(fault: Fault, facts: FactSheet): string {
  const series = parseXenVersion(facts['xen.version']?.value ?? '')?.series;
  const tail = series === undefined ? '' : ` [Xen ${series}]`;
  const component = componentOf(fault);
  const head = component === undefined ? '[BUG] ' : `[BUG] ${component}: `;
  const room = subjectLimit - head.length - tail.length;
  return `${head}${shorten(ascii(fault.headline), room)}${tail}`;
}

/** Folders that say nothing about the part concerned. */
const plainFolders: ReadonlySet<string> = new Set(
  'arch common drivers tools libs light include asm asm-x86 asm-arm xen'.split(' '),
);

/** `arch/x86/mm/p2m.c` becomes `x86/p2m`, as commits name it; tools and kernels by their own names. */
export function componentOf(fault: Fault): string | undefined {
  if (fault.kind === 'linux-or-qemu')
    return fault.crash?.kind.startsWith('linux') === true ? 'linux' : undefined;
  // Only the culprit's own file: that of a caller would name the wrong part.
  const file = fault.places[0]?.file;
  if (file === undefined) return undefined;
  const parts = file
    .replace(/^.*\/xen\/(?=(?:arch|common|drivers|include|xsm|lib)\/)/, '')
    .replace(/^(?:\.\/|xen\/)+/, '')
    .replace(/\.[cSoh]$/, '')
    .split('/')
    .filter((part) => !plainFolders.has(part));
  const name = parts.at(-1) ?? '';
  if (name.startsWith('libxl_')) return 'libxl';
  // A path that was cut in front (`...URCES/cpumask.h`) names no folder.
  const folder = parts.length > 1 && /^\w+$/.test(parts[0] ?? '') ? parts[0] : undefined;
  return folder === undefined || folder === name ? name : `${folder}/${name}`;
}

const ascii = (text: string): string =>
  text
    .replaceAll('’', "'")
    .replaceAll(/[–—]/g, '-')
    .replaceAll('…', '...')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .trim();

function shorten(text: string, room: number): string {
  if (text.length <= room) return text;
  const cut = text.slice(0, Math.max(0, room - 3));
  const atWord = cut.lastIndexOf(' ') > room / 2 ? cut.slice(0, cut.lastIndexOf(' ')) : cut;
  return `${atWord.trimEnd()}...`;
}

/** What is wrong with a subject, or undefined. */
export function subjectFault(subject: string): string | undefined {
  if (subject.trim() === '') return 'The report has no subject.';
  if (subject.length > subjectLimit)
    return `The subject has ${subject.length} characters; ${subjectLimit} is the most that lists show.`;
  if (/[^\x20-\x7e]/.test(subject)) return 'The subject should be plain ASCII.';
  if (!/\[BUG\]/.test(subject)) return 'The subject lacks the tag [BUG].';
  if (/urgent|asap|!!/i.test(subject))
    return 'The subject should say what happens, not how urgent it is.';
  return undefined;
}
