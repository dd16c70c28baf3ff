const decoders = {
  utf8: new TextDecoder('utf-8'),
  utf16le: new TextDecoder('utf-16le'),
  utf16be: new TextDecoder('utf-16be'),
};

/** A file's text: UTF-16 when a byte order mark says so, else UTF-8 with replacements for what is none. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoders.utf16le.decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoders.utf16be.decode(bytes);
  return decoders.utf8.decode(bytes);
}
