import type { FeatureEntry } from './language-feature.ts';

/** What the server can do, one line each. The order is the order of joined hovers. */
export const features: readonly FeatureEntry[] = [];
