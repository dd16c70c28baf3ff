import { readFileSync, statSync } from 'node:fs';
import { checkDriver, driverRules } from '#core/driver';
import { usesSharedRing } from '#core/gate';
import { matchesGlob } from '#core/text';
import { loadCParser, type CParser } from '../c-syntax/c-parser.ts';
import { LocalIncludes } from '../c-syntax/local-includes.ts';
import type { Checker } from './checker.ts';

const LARGEST_BYTES = 4 * 1024 * 1024;

/** One of these is in every file the rules can concern; looking for bytes is far cheaper than decoding. */
const words = [
  'RING_',
  'sring',
  'xen',
  'Xen',
  'blkif',
  'grant',
  'gnttab',
  'gnt_',
  'evtchn',
  'thread_stop',
];

const includes = new LocalIncludes(readHeader);
let parser: CParser | undefined;

/** The driver rules (XR...): each file is judged by itself. */
export const driverChecker: Checker = {
  name: 'driver',
  rules: driverRules,
  readsPath: (path) => /\.(?:c|h|cc|cpp|cxx|hpp)$/i.test(path),
  gate(bytes, path) {
    if (bytes.length > LARGEST_BYTES || !words.some((word) => bytes.includes(word))) return false;
    const text = bytes.toString('utf8');
    return usesSharedRing(text) || includes.reachRing(text, path);
  },
  async prepare() {
    parser ??= await loadCParser(__dirname);
  },
  check(file, _index, options) {
    if (!parser) return { findings: [] };
    const findings = checkDriver(parser.read(file.text), {
      enabledRules: options.enabledRules,
      trustedPeer: options.trustedPeers.some((glob) => matchesGlob(file.path, glob)),
    });
    return { findings };
  },
};

function readHeader(path: string): Uint8Array | undefined {
  try {
    return statSync(path).size > LARGEST_BYTES ? undefined : readFileSync(path);
  } catch {
    return undefined;
  }
}
