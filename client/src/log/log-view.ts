import * as vscode from 'vscode';
import {
  LOG_FOUND_NOTIFICATION,
  LOG_OVERVIEW_REQUEST,
  type LogFound,
  type LogOverview,
} from '#core/protocol';
import type { ClientContext } from '../client-context.ts';
import { askFilter } from './log-filter.ts';
import { placeOfPart } from './log-parts.ts';
import { isNarrowed, type LogFilter } from './log-rows.ts';
import { looksLikeLargeLog } from './log-size.ts';
import { LogTree, type LogNode, type ShownLog } from './log-tree.ts';
import { uriOfActiveTab } from './log-uri.ts';

const VIEW = 'xen.log';
/** How long a log must rest before it is read again for the view. */
const REST_MS = 700;

const views = new WeakMap<ClientContext, LogView>();

/** The view of a window. */
export function logViewOf(context: ClientContext): LogView {
  let view = views.get(context);
  if (view === undefined) views.set(context, (view = new LogView(context)));
  return view;
}

export const filterLog = (context: ClientContext): Promise<void> => logViewOf(context).narrow();
export const clearLogFilter = (context: ClientContext): void => logViewOf(context).widen();

/** The "Xen Log" view: follows the log in front, or shows a large one that was scanned from disk. */
export class LogView {
  private readonly context: ClientContext;
  private readonly tree = new LogTree();
  private readonly view: vscode.TreeView<LogNode>;
  private readonly shownChanged = new vscode.EventEmitter<ShownLog | undefined>();
  private log: ShownLog | undefined;
  private filter: LogFilter = {};
  private timer: NodeJS.Timeout | undefined;
  private asking: vscode.CancellationTokenSource | undefined;

  readonly onDidShow: vscode.Event<ShownLog | undefined> = this.shownChanged.event;
  readonly disposables: vscode.Disposable;

  constructor(context: ClientContext) {
    this.context = context;
    this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this.tree });
    context.server.onNotification(LOG_FOUND_NOTIFICATION, (found) => {
      this.takeFound(found as LogFound);
    });
    this.disposables = vscode.Disposable.from(
      this.view,
      this.tree,
      this.shownChanged,
      vscode.window.onDidChangeActiveTextEditor(() => {
        void this.followEditor();
        void this.offerLargeLog();
      }),
      vscode.window.tabGroups.onDidChangeTabs(() => void this.offerLargeLog()),
      // A new language is a new opening of the same document.
      vscode.workspace.onDidOpenTextDocument(() => void this.followEditor()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.changed(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.closed(uri)),
      this.view.onDidChangeVisibility(() => void this.followEditor()),
      { dispose: () => clearTimeout(this.timer) },
    );
    void this.followEditor();
    void this.offerLargeLog();
  }

  /** The log that is shown; commands of the view work on it. */
  get shown(): ShownLog | undefined {
    return this.log;
  }

  /**
   * Reads a log and shows it; `token` cancels. Answers whether it was read.
   * @throws what the server says
   */
  async read(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<boolean> {
    if (this.log?.uri.toString() !== uri.toString()) this.become({ uri });
    const request = { uri: uri.toString() };
    const overview = await this.context.server.request<LogOverview | null>(
      LOG_OVERVIEW_REQUEST,
      request,
      token,
    );
    if (this.log?.uri.toString() !== uri.toString()) return false;
    if (overview === null) return false;
    this.become({ uri, overview });
    return true;
  }

  /** Opens the view without taking the focus from the editor. */
  reveal(): Thenable<void> {
    return vscode.commands.executeCommand(`${VIEW}.focus`, { preserveFocus: true });
  }

  async narrow(): Promise<void> {
    if (this.log?.overview === undefined) return;
    const filter = await askFilter(this.log.overview, this.filter);
    if (filter === undefined) return;
    this.filter = filter;
    this.render();
  }

  widen(): void {
    this.filter = {};
    this.render();
  }

  private become(log: ShownLog | undefined): void {
    if (log?.uri.toString() !== this.log?.uri.toString()) this.filter = {};
    this.log = log;
    this.render();
    this.shownChanged.fire(log);
  }

  private render(): void {
    this.tree.show(this.log, this.filter);
    const { overview, uri } = this.log ?? {};
    this.view.description = uri?.path.split('/').at(-1) ?? '';
    const nothing =
      overview !== undefined && overview.crashes.length + overview.incidents.length === 0
        ? [vscode.l10n.t('No error and no warning was found.')]
        : [];
    const narrowed = isNarrowed(this.filter) ? [vscode.l10n.t('A filter is on.')] : [];
    this.view.message = [...nothing, ...narrowed, ...(overview?.limits ?? [])].join(' ');
    void vscode.commands.executeCommand('setContext', 'xen.log.filtered', narrowed.length > 0);
  }

  private takeFound(found: LogFound): void {
    if (this.log === undefined || this.log.overview !== undefined) return;
    if (this.log.uri.toString() !== vscode.Uri.parse(found.uri).toString()) return;
    this.become({ uri: this.log.uri, found });
  }

  /** Shows the log in front; what is in front and no log leaves the view as it is. */
  private async followEditor(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== 'xen-log') return;
    await vscode.commands.executeCommand('setContext', 'xen.log.seen', true);
    // A part of a large log belongs to the log that is shown already.
    if (placeOfPart(document.uri) !== undefined) return;
    if (this.view.visible) await this.readQuietly(document.uri);
  }

  private async readQuietly(uri: vscode.Uri): Promise<void> {
    this.asking?.cancel();
    this.asking = new vscode.CancellationTokenSource();
    try {
      await this.read(uri, this.asking.token);
    } catch (error) {
      this.context.log.warn(`The log view was not filled: ${String(error)}`);
    }
  }

  private changed({ uri, languageId }: vscode.TextDocument): void {
    if (languageId !== 'xen-log' || uri.toString() !== this.log?.uri.toString()) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.view.visible) void this.readQuietly(uri);
    }, REST_MS);
  }

  private closed(uri: vscode.Uri): void {
    const isOfFile = this.log?.uri.scheme === 'file';
    if (uri.toString() === this.log?.uri.toString() && !isOfFile) this.become(undefined);
  }

  /** A file too large for any extension has no editor: the view offers to scan it. */
  private async offerLargeLog(): Promise<void> {
    const uri = vscode.window.activeTextEditor === undefined ? uriOfActiveTab() : undefined;
    const isLarge = uri !== undefined && (await looksLikeLargeLog(uri));
    await vscode.commands.executeCommand('setContext', 'xen.log.tooLarge', isLarge);
    if (!isLarge) return;
    await vscode.commands.executeCommand('setContext', 'xen.log.seen', true);
    // The offer stands where nothing else is shown.
    if (this.log?.uri.toString() !== uri.toString()) this.become(undefined);
  }
}
