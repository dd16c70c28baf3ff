import { isXlCfg } from '#core/gate';
import type { FeatureEntry } from './language-feature.ts';

/** What the server can do, one line each. The order is the order of joined hovers. */
export const features: readonly FeatureEntry[] = [
  {
    name: 'xl.cfg',
    concerns: (document) =>
      isXlCfg({
        languageId: document.languageId,
        path: document.uri,
        text: () => document.getText(),
      }),
    load: async () => (await import('./features/xl-cfg.ts')).createXlCfg,
  },
];
