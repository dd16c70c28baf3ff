import type { Abi, BaseName } from './model.ts';

export interface BaseSize {
  readonly sizeBytes: number;
  /** What `__alignof__` says. */
  readonly alignBytes: number;
  /** How a member of the type is aligned; smaller on i386 for 8-byte numbers. */
  readonly memberAlignBytes: number;
  readonly integer: boolean;
  readonly unsigned: boolean;
}

/** What an ABI settles besides the sizes of base types. */
export interface AbiRules {
  readonly base: Readonly<Record<BaseName, BaseSize>>;
  readonly pointerBytes: number;
  /** `aligned` without a number. */
  readonly largestAlignBytes: number;
  /** Vectors larger than this are aligned to this. */
  readonly vectorAlignBytes: number;
  /** AAPCS: an unnamed bit-field, even of width 0, aligns its structure as its type. */
  readonly unnamedBitFieldAligns: boolean;
  readonly charUnsigned: boolean;
}

interface Figures {
  readonly longBytes: number;
  readonly longDouble: readonly [size: number, align: number];
  readonly eightByteMemberAlign: number;
  readonly charUnsigned: boolean;
}

function size(
  sizeBytes: number,
  integer: boolean,
  unsigned: boolean,
  align: number = sizeBytes,
  member: number = align,
): BaseSize {
  return { sizeBytes, alignBytes: align, memberAlignBytes: member, integer, unsigned };
}

function baseSizes(figures: Figures): Readonly<Record<BaseName, BaseSize>> {
  const { longBytes, longDouble, eightByteMemberAlign: member } = figures;
  const [longDoubleBytes, longDoubleAlign] = longDouble;
  return {
    // gcc gives `sizeof(void)` as 1.
    void: size(1, false, false),
    _Bool: size(1, true, true),
    char: size(1, true, figures.charUnsigned),
    'signed char': size(1, true, false),
    'unsigned char': size(1, true, true),
    'short int': size(2, true, false),
    'short unsigned int': size(2, true, true),
    int: size(4, true, false),
    'unsigned int': size(4, true, true),
    'long int': size(longBytes, true, false),
    'long unsigned int': size(longBytes, true, true),
    'long long int': size(8, true, false, 8, member),
    'long long unsigned int': size(8, true, true, 8, member),
    __int128: size(16, true, false),
    '__int128 unsigned': size(16, true, true),
    float: size(4, false, false),
    double: size(8, false, false, 8, member),
    'long double': size(longDoubleBytes, false, false, longDoubleAlign),
    _Float128: size(16, false, false),
    'complex float': size(8, false, false, 4),
    'complex double': size(16, false, false, 8, member),
    'complex long double': size(2 * longDoubleBytes, false, false, longDoubleAlign),
  };
}

const COMMON = { eightByteMemberAlign: 8 };

/** As gcc 12 has them for Linux; each figure is compared with the compiler in test/oracle/layout. */
export const ABI_RULES: Readonly<Record<Abi, AbiRules>> = {
  x86_64: {
    base: baseSizes({ ...COMMON, longBytes: 8, longDouble: [16, 16], charUnsigned: false }),
    pointerBytes: 8,
    largestAlignBytes: 16,
    vectorAlignBytes: 1 << 20,
    unnamedBitFieldAligns: false,
    charUnsigned: false,
  },
  i386: {
    base: baseSizes({
      longBytes: 4,
      longDouble: [12, 4],
      eightByteMemberAlign: 4,
      charUnsigned: false,
    }),
    pointerBytes: 4,
    largestAlignBytes: 16,
    vectorAlignBytes: 1 << 20,
    unnamedBitFieldAligns: false,
    charUnsigned: false,
  },
  arm64: {
    base: baseSizes({ ...COMMON, longBytes: 8, longDouble: [16, 16], charUnsigned: true }),
    pointerBytes: 8,
    largestAlignBytes: 16,
    vectorAlignBytes: 16,
    unnamedBitFieldAligns: true,
    charUnsigned: true,
  },
  armv7: {
    base: baseSizes({ ...COMMON, longBytes: 4, longDouble: [8, 8], charUnsigned: true }),
    pointerBytes: 4,
    largestAlignBytes: 8,
    vectorAlignBytes: 8,
    unnamedBitFieldAligns: true,
    charUnsigned: true,
  },
};

/** The 64-bit integer type that `stdint.h` and `long` mean on an ABI. */
export function isLp64(abi: Abi): boolean {
  return abi === 'x86_64' || abi === 'arm64';
}
