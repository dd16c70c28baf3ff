import type { OperationSink } from './sink.ts';

/** `.text`, `.section`, `.pushsection`, `.previous`, `.subsection` and their kin; false for other directives. */
export function handleSection(sink: OperationSink, word: string, rest: string): boolean {
  const name = /^"?([^\s,"]+)/.exec(rest)?.[1] ?? 'text';
  switch (word) {
    case 'text':
      sink.enterSection(/^\d/.test(rest) && rest.trim() !== '0' ? `text.${rest.trim()}` : 'text');
      return true;
    case 'data':
    case 'bss':
      sink.enterSection(word);
      return true;
    case 'section':
      sink.enterSection(name === '.text' ? 'text' : name);
      return true;
    case 'pushsection':
      sink.pushSection(name === '.text' ? 'text' : name);
      return true;
    case 'popsection':
      sink.popSection();
      return true;
    case 'previous':
      sink.previousSection();
      return true;
    case 'subsection': {
      const base = sink.sectionName.replace(/#\d+$/, '');
      sink.enterSection(rest.trim() === '0' ? base : `${base}#${rest.trim()}`);
      return true;
    }
    default:
      return false;
  }
}
