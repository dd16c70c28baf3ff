import type { FuzzTarget } from './target.ts';

/** Every reader of outside text, one line each. */
export const targets: readonly FuzzTarget[] = [];
