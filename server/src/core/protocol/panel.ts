import * as v from 'valibot';

/** A file handed to a panel, or by a panel to the host: a name to show and its whole text. */
export interface PanelFile {
  readonly name: string;
  readonly text: string;
}

/** Host → panel. */
export type ToPanelMessage =
  /** Files to show or import, after `ready` and whenever a command, a lens or a diagnostic asks. */
  | {
      readonly type: 'open';
      readonly files: readonly PanelFile[];
      /** What the command asked for, e.g. `{ schedule: 'XR302' }`; the panel decodes it. */
      readonly parameters?: Readonly<Record<string, string>>;
    }
  /** The outcome of the request with the same id. `files` only after `pickFiles`. */
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly outcome: 'done' | 'cancelled' | 'failed';
      /** One plain sentence when failed. */
      readonly message?: string;
      readonly files?: readonly PanelFile[];
    };

/** Panel → host. */
export type FromPanelMessage =
  /** The script runs and listens. */
  | { readonly type: 'ready' }
  /** Asks for files to import; answered with their texts. */
  | { readonly type: 'pickFiles'; readonly id: number; readonly title: string }
  /** Saves an export where the user says. `data` is text, or base64 for pictures. */
  | {
      readonly type: 'export';
      readonly id: number;
      readonly name: string;
      readonly encoding: 'utf8' | 'base64';
      readonly data: string;
    }
  /** Opens a text in a new editor, e.g. an xl.cfg snippet. */
  | {
      readonly type: 'openText';
      readonly id: number;
      readonly language: string;
      readonly text: string;
    }
  /** Opens the place that defines a macro, type or function in the workspace or the system headers. */
  | { readonly type: 'revealSymbol'; readonly id: number; readonly name: string }
  | { readonly type: 'copy'; readonly id: number; readonly text: string }
  /** The document's new text, when the panel shows a file of its own type. */
  | { readonly type: 'edit'; readonly text: string }
  /** Something the panel could not read or do, for the log. */
  | { readonly type: 'problem'; readonly message: string };

const file = v.object({ name: v.string(), text: v.string() });
const id = v.pipe(v.number(), v.integer());

const toPanel = v.variant('type', [
  v.object({
    type: v.literal('open'),
    files: v.array(file),
    parameters: v.exactOptional(v.record(v.string(), v.string())),
  }),
  v.object({
    type: v.literal('answer'),
    id,
    outcome: v.picklist(['done', 'cancelled', 'failed']),
    message: v.exactOptional(v.string()),
    files: v.exactOptional(v.array(file)),
  }),
]);

const fromPanel = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('pickFiles'), id, title: v.string() }),
  v.object({
    type: v.literal('export'),
    id,
    name: v.string(),
    encoding: v.picklist(['utf8', 'base64']),
    data: v.string(),
  }),
  v.object({ type: v.literal('openText'), id, language: v.string(), text: v.string() }),
  v.object({ type: v.literal('revealSymbol'), id, name: v.string() }),
  v.object({ type: v.literal('copy'), id, text: v.string() }),
  v.object({ type: v.literal('edit'), text: v.string() }),
  v.object({ type: v.literal('problem'), message: v.string() }),
]);

/** Decodes what a panel received; `undefined` for anything that is not one of the host's messages. */
export function decodeToPanel(value: unknown): ToPanelMessage | undefined {
  const result = v.safeParse(toPanel, value);
  return result.success ? result.output : undefined;
}

/** Decodes what the host received; `undefined` for anything that is not one of the panel's messages. */
export function decodeFromPanel(value: unknown): FromPanelMessage | undefined {
  const result = v.safeParse(fromPanel, value);
  return result.success ? result.output : undefined;
}
