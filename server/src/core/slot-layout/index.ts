export { SLOT_LAYOUTS } from './computed.ts';
export type { SlotField, SlotLayout, SlotLayouts, SlotStructure } from './model.ts';
