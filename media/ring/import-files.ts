import { type Imported, importText } from '#core/ring';
import { announce } from '../shared/announce.ts';
import { tell } from '../shared/host.ts';
import type { Actions, Live } from './panel-state.ts';
import { type Session, snapshotSession } from './session.ts';
import { traceSession } from './trace-session.ts';

/** A session on what was imported, when it is a ring or a trace of its own. */
export function importedSession(file: {
  readonly name: string;
  readonly text: string;
}): Session | undefined {
  return sessionOf(importText(file.name, file.text), file.name);
}

function sessionOf(imported: Imported, name: string): Session | undefined {
  if (imported.kind === 'trace') {
    const session = traceSession(name, imported.lines);
    return session.frames.length > 0 ? session : undefined;
  }
  return imported.kind === 'rings' ? snapshotSession(imported.rings) : undefined;
}

/** Imports files and says what they were; the last good state stays when one cannot be read. */
export function importFiles(
  live: Live,
  actions: Actions,
  files: readonly { readonly name: string; readonly text: string }[],
): void {
  const lines: string[] = [];
  let failed = false;
  // A frontend's and a backend's dump belong together.
  const xenstore = files.filter((file) => /\/(?:device|backend)\/vbd/u.test(file.text));
  const rest = files.filter((file) => !xenstore.includes(file));
  const joined =
    xenstore.length > 1
      ? [
          {
            name: xenstore.map((file) => file.name).join(', '),
            text: xenstore.map((file) => file.text).join('\n'),
          },
        ]
      : xenstore;
  for (const { name, text } of [...joined, ...rest]) {
    const imported = importText(name, text);
    failed ||= imported.kind === 'unreadable';
    lines.push(...showImported(live, actions, imported, { name, text }));
  }
  if (lines.length > 0) {
    actions.setNotice({ tone: failed ? 'error' : 'info', lines });
    announce(lines[0] ?? '');
    if (failed) tell({ type: 'problem', message: lines.join(' ') });
  }
}

/** Shows what was read and answers the sentences to say about it; the last good state stays when nothing was. */
function showImported(
  live: Live,
  actions: Actions,
  imported: Imported,
  file: { readonly name: string; readonly text: string },
): readonly string[] {
  switch (imported.kind) {
    case 'unreadable':
      return [imported.why];
    case 'document':
      actions.load(imported.document);
      return [];
    case 'devices': {
      const [first, ...others] = imported.devices;
      if (first === undefined) return [];
      actions.load({
        ...live.saved.document,
        position: 0,
        scenario: { ...live.saved.document.scenario, config: first.config },
      });
      const also =
        others.length > 0
          ? [`Also in it: ${others.map((device) => device.title).join('; ')}.`]
          : [];
      return [`Configured as ${first.title}.`, ...first.notes, ...also];
    }
    case 'statistics':
      return imported.statistics.flatMap((one) => [`${one.title}: ${one.sentences.join(' ')}`]);
    case 'trace':
    case 'rings': {
      const session = sessionOf(imported, file.name);
      if (session === undefined) return [`${file.name} holds no step that can be replayed.`];
      live.session = session;
      live.position = 0;
      live.saved = { ...live.saved, imported: file, comparing: false };
      actions.setPlaying(false);
      actions.moved();
      if (session.kind === 'trace') {
        return [
          `${file.name}: ${session.frames.length} steps, replayed by the same arithmetic that made them.`,
        ];
      }
      return imported.kind === 'rings'
        ? imported.rings.flatMap((ring) => [`${ring.title}: ${ring.sentence}`, ...ring.assumed])
        : [];
    }
  }
}
