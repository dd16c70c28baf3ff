/** Words that the parser must know, in the order of their ids (1, 2, ...). */
const WORDS = [
  'struct', 'union', 'enum', 'typedef', 'extern', 'static', 'auto', 'register', 'inline', '__inline',
  '__inline__', '_Noreturn', '_Thread_local', '__thread', '__extension__', 'const', '__const',
  '__const__', 'volatile', '__volatile', '__volatile__', 'restrict', '__restrict', '__restrict__',
  '_Atomic', 'void', 'char', 'short', 'int', 'long', 'float', 'double', 'signed', '__signed',
  '__signed__', 'unsigned', '_Bool', '_Complex', '__complex__', '__int128', '_Float128', '__float128',
  '_Float64', '_Float32', '_Float32x', '_Float64x', '__int64', 'typeof', '__typeof', '__typeof__',
  '_Alignas', 'alignas', '__attribute__', '__attribute', '__declspec', '_Static_assert', 'static_assert',
  'asm', '__asm', '__asm__', 'sizeof', '_Alignof', 'alignof', '__alignof', '__alignof__',
  '__builtin_offsetof', '__auto_type', '_Generic', 'defined', '__VA_ARGS__', '__VA_OPT__',
  '__label__', 'if', 'else', 'for', 'while', 'do', 'switch', 'case', 'default', 'return', 'goto',
  'break', 'continue',
] as const; // prettier-ignore

export type Word = (typeof WORDS)[number];

/** Ids of the known words; an identifier with an id above `LAST_WORD` is an ordinary name. */
export const WORD: Readonly<Record<Word, number>> = Object.fromEntries(
  WORDS.map((word, index) => [word, index + 1]),
) as Record<Word, number>;

export const LAST_WORD: number = WORDS.length;

/** Gives every distinct spelling a small number, so that tables of macros and symbols are arrays and maps of numbers. */
export class NameTable {
  private readonly texts: string[] = [''];
  private hashes = new Int32Array(4096);
  private slots = new Int32Array(8192);

  constructor() {
    for (const word of WORDS) this.idOf(word);
  }

  get size(): number {
    return this.texts.length;
  }

  text(id: number): string {
    return this.texts[id] ?? '';
  }

  idOf(text: string): number {
    return this.idOfSlice(text, 0, text.length);
  }

  /** The id of `text.slice(start, end)`, without making that string when it is already known. */
  idOfSlice(text: string, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = this.slots[slot] ?? 0;
      if (id === 0) return this.add(text.slice(start, end), hash, slot);
      if (this.hashes[id] === hash && this.equals(id, text, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  private equals(id: number, text: string, start: number, end: number): boolean {
    const known = this.texts[id] ?? '';
    if (known.length !== end - start) return false;
    for (let i = 0; i < known.length; i++) {
      if (known.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
    }
    return true;
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
