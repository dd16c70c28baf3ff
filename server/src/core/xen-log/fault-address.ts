/** What a wild address looks like, in words that follow "address 0x...". */
export interface AddressLook {
  readonly kind: 'null' | 'poison' | 'non-canonical' | 'user' | 'xen' | 'other';
  readonly words: string;
}

const poisons: readonly { readonly pattern: RegExp; readonly words: string }[] = [
  { pattern: /^6b6b6b6b/, words: 'freed memory poison (0x6b)' },
  { pattern: /^c2c2c2c2/, words: 'Xen heap poison (0xc2): memory used after it was freed' },
  {
    pattern:
      /^(?:dead000000000100|dead000000000122|dead000000000200|00000000001001\d\d|00000000002002\d\d)/,
    words: 'a list pointer that was already deleted',
  },
  {
    pattern: /^(?:deadbeef|baadf00d|feedface|cafebabe)|deadbeefdeadf00d/,
    words: 'a marker value, not a pointer',
  },
  {
    pattern: /^(?:7f7f7f7f7f7f7f7f|aaaaaaaa|a5a5a5a5|5a5a5a5a|cccccccc|cdcdcdcd|fefefefe)/,
    words: 'a fill pattern: memory that was never set, or freed',
  },
];

const canonicalLow = 0x0000_8000_0000_0000n;
const canonicalHigh = 0xffff_8000_0000_0000n;

/** Whether an x86-64 address has bits 63 to 47 all equal. */
export function isCanonical(address: bigint): boolean {
  return address < canonicalLow || address >= canonicalHigh;
}

/** Recognises NULL with an offset, poison and addresses that no x86-64 pointer can hold. */
export function lookAt(address: bigint, isArm: boolean): AddressLook {
  const digits = address.toString(16).padStart(16, '0');
  if (address < 0x1000n)
    return {
      kind: 'null',
      words:
        address === 0n
          ? 'a NULL pointer'
          : `a NULL pointer plus member offset ${address.toString()}`,
    };
  const poison = poisons.find(({ pattern }) => pattern.test(digits));
  if (poison !== undefined) return { kind: 'poison', words: poison.words };
  if (!isArm && !isCanonical(address))
    return { kind: 'non-canonical', words: 'not a canonical address: a damaged pointer' };
  if (!isArm && address < canonicalLow)
    return { kind: 'user', words: 'in the lower half, where no Xen pointer lies' };
  if (!isArm && address >= 0xffff_82d0_0000_0000n && address < 0xffff_8300_0000_0000n)
    return { kind: 'xen', words: "in the area of Xen's own image and stacks" };
  return { kind: 'other', words: '' };
}

export const hex = (value: bigint): string => `0x${value.toString(16)}`;
export const wideHex = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`;
