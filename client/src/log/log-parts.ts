import * as vscode from 'vscode';
import { LOG_PART_REQUEST, type LogPart } from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { LOG_PART_SCHEME } from '../document-selector.ts';

/** Parts begin at multiples of this, so that neighbouring places share a document. */
const PART_LINES = 1000;

/** Where a part's lines are in their file; the part's URI says it. */
export interface PartPlace {
  readonly file: vscode.Uri;
  /** The line in the middle, from 1. */
  readonly middle: number;
}

/** The document that shows the lines around a line of a file. */
export function partUri(file: vscode.Uri, line: number): vscode.Uri {
  const middle = Math.max(1, Math.round(line / PART_LINES)) * PART_LINES;
  const first = Math.max(1, middle - PART_LINES);
  const name = file.path.split('/').at(-1) ?? 'log';
  return vscode.Uri.from({
    scheme: LOG_PART_SCHEME,
    path: `/${name}, lines ${first}–${middle + PART_LINES}.xenlog`,
    query: JSON.stringify({ file: file.toString(), middle }),
  });
}

export function placeOfPart(uri: vscode.Uri): PartPlace | undefined {
  if (uri.scheme !== LOG_PART_SCHEME) return undefined;
  try {
    const { file, middle } = JSON.parse(uri.query) as Record<string, unknown>;
    if (typeof file !== 'string' || typeof middle !== 'number') return undefined;
    return { file: vscode.Uri.parse(file), middle };
  } catch {
    return undefined;
  }
}

/** First line in the file of a part's first line. */
export const firstLineOf = ({ middle }: PartPlace): number => Math.max(1, middle - PART_LINES);

/** The lines of a part, read from the file anew. */
export async function textOfPart(
  { server }: ClientContext,
  uri: vscode.Uri,
): Promise<string | undefined> {
  const place = placeOfPart(uri);
  if (place === undefined) return undefined;
  const request = { uri: place.file.toString(), line: place.middle };
  const part = await server.request<LogPart | null>(LOG_PART_REQUEST, request);
  return part?.text ?? vscode.l10n.t('The file has no such lines any more.');
}

/** Ways to the lines before and behind a part. */
export const offerPartLenses = (): vscode.Disposable =>
  vscode.languages.registerCodeLensProvider(
    { scheme: LOG_PART_SCHEME },
    { provideCodeLenses: (document) => lensesOf(document) },
  );

function lensesOf(document: vscode.TextDocument): vscode.CodeLens[] {
  const place = placeOfPart(document.uri);
  if (place === undefined) return [];
  const first = firstLineOf(place);
  const lens = (at: number, title: string, line: number): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(at, 0, at, 0), {
      title,
      command: 'xen.log.showLine',
      arguments: [place.file, line],
    });
  const last = document.lineCount - 1;
  return [
    ...(first > 1
      ? [lens(0, vscode.l10n.t('$(arrow-up) Lines before {0}', first), first - 1)]
      : []),
    ...(last >= 2 * PART_LINES
      ? [
          lens(
            last,
            vscode.l10n.t('$(arrow-down) Lines behind {0}', first + last),
            first + last + 1,
          ),
        ]
      : []),
  ];
}
