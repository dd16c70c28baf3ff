export { decodeSettings, type XenSettings } from './settings.ts';
