const SPACE = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const COLON = 0x3a;

/** Prefixes of a line of bytes: where the payload starts and whose it is; a negative start asks for the full reader. */
export interface BytePrefix {
  start: number;
  /** 0 bare, 1 hypervisor, 2 Linux, 3 behind a transport. */
  writer: number;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** `(XEN) ` at that place. */
function isXen(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x28 &&
    bytes[at + 1] === 0x58 &&
    bytes[at + 2] === 0x45 &&
    bytes[at + 3] === 0x4e &&
    bytes[at + 4] === 0x29 &&
    bytes[at + 5] === SPACE
  );
}

/** `[   12.345678] `, the commonest form, without a loop. */
function isBootStamp(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at + 6] === 0x2e &&
    bytes[at + 13] === CLOSE &&
    bytes[at + 14] === SPACE &&
    isDigit(bytes[at + 5] as number) &&
    isDigit(bytes[at + 7] as number) &&
    isDigit(bytes[at + 12] as number)
  );
}

/** End of `[ 12.345678] `, `[2026-11-22 10:39:11.687] ` or `[16 hex] `; `at` when there is none. */
function endOfStamp(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== OPEN) return at;
  if (isBootStamp(bytes, at)) return at + 15;
  const limit = at + 28;
  for (let i = at + 1; i < limit; i++) {
    const code = bytes[i] ?? 0;
    if (code === CLOSE) {
      if (i < at + 9 || bytes[i + 1] !== SPACE) return at;
      // Shorter than a TSC stamp it must have a point; names and addresses in brackets have none.
      return hasPoint(bytes, at, i) || i - at === 17 || i - at === 20 ? i + 2 : at;
    }
    const isStamp =
      isDigit(code) || code === SPACE || code === 0x2e || code === 0x2d || code === COLON;
    if (!isStamp && !(code >= 0x61 && code <= 0x66)) return at;
  }
  return at;
}

function hasPoint(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === 0x2e) return true;
  return false;
}

/** End of `2026-11-22T10:39:11.687Z ` or with a blank in the middle; `at` when there is none. */
function endOfIso(bytes: Uint8Array, at: number): number {
  const middle = bytes[at + 10];
  if (bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d || bytes[at + 13] !== COLON) return at;
  if (middle !== SPACE && middle !== 0x54) return at;
  for (let i = at + 17; i < at + 42; i++) if (bytes[i] === SPACE) return i + 1;
  return at;
}

/** End of `host process[pid]: `; `at` when there is none. */
function endOfSender(bytes: Uint8Array, at: number, end: number): number {
  let words = 0;
  const limit = Math.min(end, at + 140);
  for (let i = at; i < limit; i++) {
    if (bytes[i] !== SPACE) continue;
    words++;
    if (bytes[i - 1] === COLON) return i + 1;
    if (words === 2) return at;
  }
  return at;
}

const isLetter = (code: number): boolean => code >= 0x61 && code <= 0x7a;

/** `Nov 22 10:39:11 ` */
function isSyslog(bytes: Uint8Array, at: number): boolean {
  return (
    isLetter(bytes[at + 1] ?? 0) &&
    isLetter(bytes[at + 2] ?? 0) &&
    bytes[at + 3] === SPACE &&
    bytes[at + 6] === SPACE &&
    bytes[at + 9] === COLON &&
    bytes[at + 12] === COLON
  );
}

function readConsole(bytes: Uint8Array, at: number, into: BytePrefix): boolean {
  if (isXen(bytes, at)) {
    into.start = endOfStamp(bytes, at + 6);
    into.writer = 1;
    return true;
  }
  const end = endOfStamp(bytes, at);
  if (end === at) return false;
  if (isXen(bytes, end)) return readConsole(bytes, end, into);
  into.start = end;
  into.writer = 2;
  return true;
}

/** Reads the common prefixes; rare ones (quotes, list numbers, relayed guests) are left to the full reader. */
export function readBytePrefix(bytes: Uint8Array, at: number, end: number, into: BytePrefix): void {
  const first = bytes[at] ?? 0;
  into.start = at;
  into.writer = 0;
  if (first === 0x28 || first === OPEN) {
    if (readConsole(bytes, at, into)) return;
    if (first === 0x28 && bytes[at + 1] === 0x64) into.start = -1;
    return;
  }
  if (first === 0x3e || first === 0x3c) {
    into.start = -1;
    return;
  }
  if (isDigit(first)) {
    const after = endOfIso(bytes, at);
    if (after === at) return;
    into.start = after;
    into.writer = 3;
    if (!readConsole(bytes, after, into)) into.start = endOfSender(bytes, after, end);
    return;
  }
  if (first >= 0x41 && first <= 0x5a && isSyslog(bytes, at)) {
    into.writer = 3;
    into.start = endOfSender(bytes, at + 16, end);
    readConsole(bytes, into.start, into);
  }
}
