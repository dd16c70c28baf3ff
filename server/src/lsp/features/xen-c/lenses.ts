import type { CodeLens, Command } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { ringLenses, type CFile, type RingLens } from '#core/blkif';

/** Figures above each ring that the document declares, with a way to its layout and to the simulator. */
export function lensesOf(document: TextDocument, file: CFile, runsCommands: boolean): CodeLens[] {
  return ringLenses(file).flatMap((lens) => {
    const range = {
      start: document.positionAt(lens.span.start),
      end: document.positionAt(lens.span.end),
    };
    return commandsOf(document.uri, lens, runsCommands).map((command) => ({ range, command }));
  });
}

/** An editor without our client cannot run the commands: it gets the figures alone. */
function commandsOf(uri: string, lens: RingLens, runsCommands: boolean): readonly Command[] {
  if (!runsCommands) return [{ title: lens.title, command: '' }];
  const layout = { uri, tag: lens.entry };
  return [
    { title: lens.title, command: 'xen.showStructLayout', arguments: [layout] },
    { title: 'Layout', command: 'xen.showStructLayout', arguments: [layout] },
    {
      title: 'Simulate',
      command: 'xen.openRingSimulator',
      arguments: [{ entrySizeBytes: String(lens.entrySizeBytes), ring: lens.tag }],
    },
  ];
}
