import { isXlCfg, mayBeDriver } from '#core/gate';
import { STRUCT_LAYOUT_REQUEST } from '#core/protocol';
import { concernsXenSource } from './features/xen-c/gate.ts';
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
  {
    name: 'xen-c',
    concerns: concernsXenSource,
    requests: [STRUCT_LAYOUT_REQUEST],
    load: async () => (await import('./features/xen-c/index.ts')).createXenC,
  },
  {
    name: 'driver',
    concerns: (document) =>
      mayBeDriver({
        languageId: document.languageId,
        path: document.uri,
        text: () => document.getText(),
      }),
    load: async () => (await import('./features/driver.ts')).createDriver,
  },
];
