import { type DeviceImport, importXenstore } from './import-xenstore.ts';
import { importDebuggerPrint, importNetbackRings, type RingImport } from './import-rings.ts';
import { importStatistics, type StatisticsImport } from './import-statistics.ts';
import { parseRingDocument, type RingDocument } from './document.ts';
import { parseTraceLine } from './trace.ts';

/** What a text turned out to be. */
export type Imported =
  | { readonly kind: 'document'; readonly document: RingDocument }
  | { readonly kind: 'devices'; readonly devices: readonly DeviceImport[] }
  | { readonly kind: 'rings'; readonly rings: readonly RingImport[] }
  | { readonly kind: 'statistics'; readonly statistics: readonly StatisticsImport[] }
  | { readonly kind: 'trace'; readonly lines: readonly string[] }
  | { readonly kind: 'unreadable'; readonly why: string };

const KNOWN =
  'xenstore-ls -fp with a vbd, a gdb or crash print of a ring, netback\u2019s io_ring_qN, blkback\u2019s statistics, a ring trace, or a .xenring.json';

function unreadable(why: string): Imported {
  return { kind: 'unreadable', why };
}

/** Recognises a text by what is in it and reads it; one plain sentence when it is none of the known kinds. */
export function importText(name: string, text: string): Imported {
  const trimmed = text.trim();
  if (trimmed === '') return unreadable(`${name} is empty; expected ${KNOWN}.`);
  if (isDocument(name, trimmed)) {
    const document = parseRingDocument(text);
    return typeof document === 'string'
      ? unreadable(`${name}: ${document}`)
      : { kind: 'document', document };
  }
  if (/^\{[^\n]*"op"\s*:/u.test(trimmed)) return importTrace(name, trimmed);
  if (/\/(?:device|backend)\/vbd|\bvbd\s*=/u.test(text)) return fromDevices(name, text);
  if (/\breq prod \d+ \(/u.test(text)) return fromRings(name, importNetbackRings(text));
  if (/\b(?:req_prod_pvt|rsp_prod_pvt|req_prod|rsp_prod)\s*=/u.test(text)) {
    return fromRings(name, importDebuggerPrint(text));
  }
  const statistics = importStatistics(text);
  if (statistics.length > 0) return { kind: 'statistics', statistics };
  return unreadable(`${name} holds nothing that is known; expected ${KNOWN}.`);
}

/** By its name, or JSON that is neither a trace nor a debugger's print. */
function isDocument(name: string, text: string): boolean {
  if (/^\{[^\n]*"op"\s*:/u.test(text)) return false;
  return name.endsWith('.xenring.json') || /^\{\s*(?:"|\})/u.test(text);
}

function importTrace(name: string, text: string): Imported {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = parseTraceLine(line);
    if (typeof parsed === 'string') return unreadable(`${name}, line ${index + 1}: ${parsed}`);
    if (index === 0 && parsed.op !== 'init') {
      return unreadable(`${name}, line 1: a trace begins with "init", not with "${parsed.op}".`);
    }
  }
  return { kind: 'trace', lines };
}

function fromDevices(name: string, text: string): Imported {
  const devices = importXenstore(text);
  return devices.length === 0
    ? unreadable(
        `${name} has no device/vbd or backend/vbd with its keys; run xenstore-ls -fp while the disk is attached.`,
      )
    : { kind: 'devices', devices };
}

function fromRings(name: string, rings: readonly RingImport[] | string): Imported {
  return typeof rings === 'string' ? unreadable(`${name}: ${rings}`) : { kind: 'rings', rings };
}
