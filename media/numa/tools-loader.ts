import { later } from '../shared/later.ts';
import type * as numa from './tools.ts';

/** Everything in tools.ts. */
export type Tools = typeof numa;

export const { load: loadTools, use: useTools } = later<Tools>(() => import('./tools.ts'));
