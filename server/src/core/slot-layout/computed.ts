import { buildSlotLayouts } from './build.ts';
import type { SlotLayouts } from './model.ts';

/**
 * The layouts, computed when first imported. A panel's bundle carries the result instead of the layout engine:
 * esbuild.mjs evaluates this module while bundling.
 */
export const SLOT_LAYOUTS: SlotLayouts = buildSlotLayouts();
