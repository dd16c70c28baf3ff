export { decodeSettings, type XenSettings } from './settings.ts';
export {
  decodeFromPanel,
  decodeToPanel,
  type FromPanelMessage,
  type PanelFile,
  type ToPanelMessage,
} from './panel.ts';
