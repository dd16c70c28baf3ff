/** Words that the parser must know, and their ids. A literal, so that engines fold its members into the code. */
export const WORD = {
  struct: 1,
  union: 2,
  enum: 3,
  typedef: 4,
  extern: 5,
  static: 6,
  auto: 7,
  register: 8,
  inline: 9,
  __inline: 10,
  __inline__: 11,
  _Noreturn: 12,
  _Thread_local: 13,
  __thread: 14,
  __extension__: 15,
  const: 16,
  __const: 17,
  __const__: 18,
  volatile: 19,
  __volatile: 20,
  __volatile__: 21,
  restrict: 22,
  __restrict: 23,
  __restrict__: 24,
  _Atomic: 25,
  void: 26,
  char: 27,
  short: 28,
  int: 29,
  long: 30,
  float: 31,
  double: 32,
  signed: 33,
  __signed: 34,
  __signed__: 35,
  unsigned: 36,
  _Bool: 37,
  _Complex: 38,
  __complex__: 39,
  __int128: 40,
  _Float128: 41,
  __float128: 42,
  _Float64: 43,
  _Float32: 44,
  _Float32x: 45,
  _Float64x: 46,
  __int64: 47,
  typeof: 48,
  __typeof: 49,
  __typeof__: 50,
  _Alignas: 51,
  alignas: 52,
  __attribute__: 53,
  __attribute: 54,
  __declspec: 55,
  _Static_assert: 56,
  static_assert: 57,
  asm: 58,
  __asm: 59,
  __asm__: 60,
  sizeof: 61,
  _Alignof: 62,
  alignof: 63,
  __alignof: 64,
  __alignof__: 65,
  __builtin_offsetof: 66,
  __auto_type: 67,
  _Generic: 68,
  defined: 69,
  __VA_ARGS__: 70,
  __VA_OPT__: 71,
  __label__: 72,
  if: 73,
  else: 74,
  for: 75,
  while: 76,
  do: 77,
  switch: 78,
  case: 79,
  default: 80,
  return: 81,
  goto: 82,
  break: 83,
  continue: 84,
} as const;

/** An identifier with an id above this is an ordinary name. */
export const LAST_WORD = 84;

/** Gives every distinct spelling a small number, so that tables of macros and symbols are arrays and maps of numbers. */
export class NameTable {
  private readonly texts: string[] = [''];
  private hashes = new Int32Array(4096);
  private slots = new Int32Array(8192);

  constructor() {
    for (const word of Object.keys(WORD)) this.idOf(word);
  }

  get size(): number {
    return this.texts.length;
  }

  text(id: number): string {
    return this.texts[id] ?? '';
  }

  idOf(text: string): number {
    let hash = 0;
    for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    return this.idOfSlice(text, 0, text.length, hash);
  }

  /**
   * The id of `text.slice(start, end)`, without making that string when it is already known. `hash` is that of its
   * characters, `hash * 31 + character` from 0 on: whoever finds the end of a word has looked at them anyway.
   */
  idOfSlice(text: string, start: number, end: number, hash: number): number {
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = this.slots[slot] ?? 0;
      if (id === 0) return this.add(text.slice(start, end), hash, slot);
      if (this.hashes[id] === hash && this.isText(id, text, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  private isText(id: number, text: string, start: number, end: number): boolean {
    const known = this.texts[id] ?? '';
    return known.length === end - start && text.startsWith(known, start);
  }

  private add(text: string, hash: number, slot: number): number {
    const id = this.texts.length;
    // A slice keeps the whole file alive; a joined copy does not.
    this.texts.push(text.length > 12 ? `${text.slice(0, 1)}${text.slice(1)}` : text);
    if (id >= this.hashes.length) {
      const larger = new Int32Array(this.hashes.length * 2);
      larger.set(this.hashes);
      this.hashes = larger;
    }
    this.hashes[id] = hash;
    this.slots[slot] = id;
    if (id * 2 > this.slots.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 1; id < this.texts.length; id++) {
      const hash = this.hashes[id] ?? 0;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}
