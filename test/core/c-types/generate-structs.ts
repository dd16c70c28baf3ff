/** A reproducible source of random choices. */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    let mixed = this.state ^ (this.state >>> 12);
    mixed = Math.imul(mixed, 0x297a2d39) >>> 0;
    return ((mixed ^ (mixed >>> 15)) >>> 0) % limit;
  }

  often(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

/** Widths of the types that may be bit-fields, in bits on every ABI. */
const BIT_TYPES: readonly (readonly [string, number])[] = [
  ['unsigned int', 32],
  ['int', 32],
  ['unsigned char', 8],
  ['signed char', 8],
  ['short', 16],
  ['unsigned short', 16],
  ['long long', 64],
  ['unsigned long long', 64],
  ['unsigned long', 32],
  ['_Bool', 1],
  ['enum small', 2],
  ['enum tiny', 3],
  ['half_t', 32],
  ['tight_t', 64],
  ['uint16_t', 16],
  ['uint64_t', 64],
];

const PLAIN = [
  'char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned', 'long', 'unsigned long',
  'long long', 'unsigned long long', 'float', 'double', 'long double', '_Bool', 'enum small', 'enum tiny', 'enum wide',
  'uint8_t', 'uint16_t', 'uint32_t', 'uint64_t', 'int64_t', 'void *', 'char *', 'half_t', 'tight_t', 'loose_t',
  'quad_t_', '_Complex float', '_Complex double', 'struct eight', 'union mixed', 'struct odd', 'const volatile int',
  'vector_t', 'size_t', 'mode_di_t', 'struct forced', 'struct fields', '_Float128_t',
]; // prettier-ignore

/** Declarations that the generated structures use. `XLEN` and friends are expressions that need the parser. */
export const PRELUDE = `
#define PACKED __attribute__((packed))
#define ALIGNED(n) __attribute__((aligned(n)))
#define PASTE(a, b) a##b
#define FIELD(type, name) type PASTE(f_, name)
enum small { SMALL_A, SMALL_B, SMALL_C = SMALL_B + 1 };
enum tiny { TINY_A = 1, TINY_B = 5 } __attribute__((packed));
enum wide { WIDE_A = 0x100000000LL, WIDE_B = -1 };
typedef unsigned int half_t ALIGNED(2);
typedef unsigned long long tight_t ALIGNED(4);
typedef unsigned short loose_t ALIGNED(8);
typedef struct { int a; char b; } quad_t_;
typedef int vector_t __attribute__((vector_size(16)));
typedef int mode_di_t __attribute__((mode(DI)));
struct eight { long long a; };
union mixed { double d; char c[5]; };
struct odd { char a; short b; char c; } PACKED;
struct forced { char a; long long b ALIGNED(8); };
struct fields { unsigned a : 3, b : 7; long long c : 40; };
`;

/** gcc's spelling of what our built-in table assumes, and of what only 64-bit targets have. */
export const GCC_PRELUDE = `#include <stdint.h>\n#include <stddef.h>\n`;

export interface Generated {
  /** `struct s12` or `union s12`. */
  readonly type: string;
  readonly text: string;
}

/** Writes one structure with a random mix of everything that changes a layout. */
export function generate(index: number, chance: Chance): Generated {
  return new Writer(chance).top(index);
}

class Writer {
  private names = 0;
  private readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  top(index: number): Generated {
    const { chance } = this;
    const kind = chance.often(85) ? 'struct' : 'union';
    const pack = chance.often(15) ? chance.pick([1, 2, 4, 8, 16]) : 0;
    const body = this.body(kind, 0, chance.often(6));
    const before = this.attributes(8);
    const after = this.attributes(20);
    const text = `${kind} ${before}s${index} {${body}} ${after};`;
    const packed = pack === 0 ? text : this.pragma(pack, text);
    return { type: `${kind} s${index}`, text: packed };
  }

  private pragma(pack: number, text: string): string {
    const { chance } = this;
    if (chance.often(30)) return `#pragma pack(${pack})\n${text}\n#pragma pack()`;
    if (chance.often(20)) return `_Pragma("pack(push, ${pack})") ${text}\n_Pragma("pack(pop)")`;
    return `#pragma pack(push, ${pack})\n${text}\n#pragma pack(pop)`;
  }

  /** Attributes of a whole type, in one of the spellings. */
  private attributes(percent: number): string {
    const { chance } = this;
    if (!chance.often(percent)) return '';
    const n = chance.pick([1, 2, 4, 8, 16, 32]);
    return `${chance.pick([
      'PACKED',
      '__attribute__((__packed__))',
      `ALIGNED(${n})`,
      `__attribute__((packed, aligned(${n})))`,
      `__attribute__((aligned(sizeof(int)))) PACKED`,
      '__attribute__((aligned))',
      `__attribute__((aligned(${n}))) __attribute__((aligned(4)))`,
    ])} `;
  }

  private body(kind: string, depth: number, flexible: boolean): string {
    const { chance } = this;
    const count = chance.often(3) ? 0 : 1 + chance.below(6);
    const members: string[] = [];
    for (let i = 0; i < count; i++) members.push(this.member(kind, depth));
    if (flexible && count > 0 && kind === 'struct' && depth === 0) {
      members.push(
        ` ${chance.pick(PLAIN.slice(0, 12))} ${this.name()}${chance.pick(['[]', '[0]'])};`,
      );
    }
    return members.join('');
  }

  private name(): string {
    return `m${this.names++}`;
  }

  private member(kind: string, depth: number): string {
    const { chance } = this;
    if (depth < 3 && chance.often(14)) return this.nested(depth);
    if (chance.often(30)) return this.bitField(kind);
    const type = chance.pick(PLAIN);
    const lead = this.fieldAttribute(8, true);
    const tail = this.fieldAttribute(12, false);
    switch (chance.below(8)) {
      case 0:
        return ` ${lead}${type} ${this.name()}[${this.length()}]${tail};`;
      case 1:
        return ` ${lead}${type} ${this.name()}${tail}, *${this.name()}, ${this.name()}[2]${this.fieldAttribute(20, false)};`;
      case 2:
        return ` ${lead}${type} (*${this.name()})(int, ${type})${tail};`;
      case 3:
        return ` ${lead}${type} (*${this.name()}[3])[${this.length()}];`;
      case 4:
        return ` FIELD(${type}, ${this.names++})${tail};`;
      default:
        return ` ${lead}${type} ${this.name()}${tail};`;
    }
  }

  /** An attribute of one member, behind or in front. */
  private fieldAttribute(percent: number, leading: boolean): string {
    const { chance } = this;
    if (!chance.often(percent)) return '';
    const n = chance.pick([1, 2, 4, 8, 16]);
    const text = chance.pick([
      'PACKED',
      `ALIGNED(${n})`,
      `__attribute__((packed, __aligned__(${n})))`,
      '__attribute__((aligned))',
      ...(leading ? [`_Alignas(${chance.pick([16, 32])})`, '_Alignas(long double)'] : []),
    ]);
    return leading ? `${text} ` : ` ${text}`;
  }

  private length(): string {
    const { chance } = this;
    const n = 1 + chance.below(6);
    return chance.pick([
      String(n),
      `${n} * 2`,
      `sizeof(uint16_t) + ${n}`,
      `SMALL_C + ${n}`,
      `sizeof(struct odd) - ${n % 4}`,
      `offsetof(struct forced, b) / ${n}`,
      `(${n} > 2 ? ${n} : 2)`,
      `_Alignof(double)`,
      `(unsigned char)(256 + ${n})`,
      `sizeof(((struct fields *)0)->c ? 1 : 2)`.replace('->c ? 1 : 2', '') + ` / 2`,
      `1 << ${n % 4}`,
      `sizeof(char[${n}])`,
    ]);
  }

  private bitField(kind: string): string {
    const { chance } = this;
    const [type, width] = chance.pick(BIT_TYPES);
    const roll = chance.below(12);
    if (roll === 0 && type !== '_Bool') return ` ${type} : 0;`;
    const bits = 1 + chance.below(width);
    if (roll === 1) return ` ${type} : ${bits};`;
    const tail = this.fieldAttribute(10, false);
    if (roll === 2 && kind === 'struct')
      return ` ${type} ${this.name()} : ${bits}${tail}, ${this.name()} : ${1 + chance.below(width)};`;
    return ` ${type} ${this.name()} : ${bits}${tail};`;
  }

  private nested(depth: number): string {
    const { chance } = this;
    const kind = chance.pick(['struct', 'union']);
    const body = this.body(kind, depth + 1, false);
    const after = this.attributes(12);
    if (chance.often(40)) return ` ${kind} {${body}} ${after};`;
    const dims = chance.often(25) ? '[2]' : '';
    return ` ${kind} {${body}} ${after}${this.name()}${dims}${this.fieldAttribute(10, false)};`;
  }
}
