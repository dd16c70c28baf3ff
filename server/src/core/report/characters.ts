/** The text with each half of a broken surrogate pair replaced, as encoders need it. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
