import { later } from '../shared/later.ts';
import type * as ring from './tools.ts';

/** Everything in tools.ts. */
export type Tools = typeof ring;

export const { load: loadTools, use: useTools } = later<Tools>(() => import('./tools.ts'));
