export type { SlotField, SlotLayout, SlotLayouts, SlotStructure } from './model.ts';
