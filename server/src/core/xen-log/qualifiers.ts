const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;
const COLON = 0x3a;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isBlank = (code: number): boolean => code === SPACE || code === 9 || code === NO_BREAK_SPACE;

function skipBlanks(text: string, at: number): number {
  let i = at;
  while (isBlank(text.charCodeAt(i))) i++;
  return i;
}

/** `path/file.c:123:` as dprintk puts it in front; `at` when there is none. */
function skipSourcePlace(text: string, at: number): number {
  const limit = Math.min(text.length, at + 100);
  for (let i = at; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === SPACE) return at;
    if (code !== COLON) continue;
    let j = i + 1;
    while (isDigit(text.charCodeAt(j))) j++;
    if (j > i + 1 && text.charCodeAt(j) === COLON) return j + 1;
  }
  return at;
}

/** `d1v0 `, `d1: `, `d[IDLE]v3 ` as gprintk puts it in front; `at` when there is none. */
function skipDomain(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x64) return at;
  let i = at + 1;
  if (text.charCodeAt(i) === 0x5b) {
    const end = text.indexOf(']', i);
    if (end < 0 || end > i + 8) return at;
    i = end + 1;
  } else {
    const start = i;
    while (isDigit(text.charCodeAt(i))) i++;
    if (i === start) return at;
  }
  if (text.charCodeAt(i) === 0x76) {
    i++;
    while (isDigit(text.charCodeAt(i))) i++;
  }
  if (text.charCodeAt(i) === COLON) i++;
  return text.charCodeAt(i) === SPACE ? i : at;
}

/** The word behind a source place: where dprintk puts a vCPU, whatever it is. */
function skipPlacedWord(text: string, at: number): number {
  const end = text.indexOf(' ', at);
  return end < 0 || end > at + 40 ? at : end;
}

const mostQualifiers = 4;

/**
 * Where a payload's own text may begin: behind blanks, source places, the word behind one, domains and vCPUs, in
 * any order. In rising order, without repeats.
 */
export function qualifierStops(text: string): readonly number[] {
  let at = skipBlanks(text, 0);
  const stops = [at];
  for (let step = 0; step < mostQualifiers; step++) {
    const placed = skipSourcePlace(text, at);
    const isPlace = placed !== at;
    const next = skipBlanks(text, isPlace ? placed : skipDomain(text, at));
    if (next === at) break;
    stops.push((at = next));
    const word = isPlace ? skipBlanks(text, skipPlacedWord(text, at)) : at;
    if (word !== at && skipBlanks(text, skipDomain(text, at)) !== word) stops.push(word);
  }
  return stops;
}
