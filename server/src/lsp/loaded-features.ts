import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { FeatureEntry, LanguageFeature } from './language-feature.ts';
import type { ServerContext } from './server-context.ts';

/** Which features one version of a document concerns. */
interface Judged {
  readonly version: number;
  readonly entries: readonly FeatureEntry[];
}

/** The features of one server, each created on the first document or request that needs it. */
export class LoadedFeatures {
  private readonly created = new Map<FeatureEntry, Promise<LanguageFeature>>();
  private readonly judged = new WeakMap<TextDocument, Judged>();
  private readonly entries: readonly FeatureEntry[];
  private readonly server: ServerContext;

  constructor(entries: readonly FeatureEntry[], server: ServerContext) {
    this.entries = entries;
    this.server = server;
  }

  /** The features that concern a document, in the list's order. */
  for(document: TextDocument): Promise<LanguageFeature[]> {
    return Promise.all(this.concerning(document).map((entry) => this.get(entry)));
  }

  /** The gates look at the whole text: they are asked once for each version of it. */
  private concerning(document: TextDocument): readonly FeatureEntry[] {
    const known = this.judged.get(document);
    if (known?.version === document.version) return known.entries;
    const entries = this.entries.filter((entry) => entry.concerns(document));
    this.judged.set(document, { version: document.version, entries });
    return entries;
  }

  /** The features that are in use already; for notifications, which must not load anything. */
  alreadyLoaded(): Promise<LanguageFeature[]> {
    return Promise.all(this.created.values());
  }

  get(entry: FeatureEntry): Promise<LanguageFeature> {
    let feature = this.created.get(entry);
    if (!feature) {
      feature = entry.load().then((create) => create(this.server));
      this.created.set(entry, feature);
      // A failed load is told to the one who asked and tried again next time.
      feature.catch(() => this.created.delete(entry));
    }
    return feature;
  }
}
