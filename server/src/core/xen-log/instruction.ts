const forms: readonly { readonly bytes: readonly number[]; readonly words: string }[] = [
  { bytes: [0x0f, 0x0b], words: 'ud2' },
  { bytes: [0x0f, 0x01, 0xc8], words: 'monitor' },
  { bytes: [0x0f, 0x01, 0xc9], words: 'mwait' },
  { bytes: [0x0f, 0x01, 0xd1], words: 'xsetbv' },
  { bytes: [0x0f, 0x30], words: 'wrmsr' },
  { bytes: [0x0f, 0x32], words: 'rdmsr' },
  { bytes: [0x0f, 0x01, 0xc2], words: 'vmlaunch' },
  { bytes: [0x0f, 0x01, 0xc3], words: 'vmresume' },
  { bytes: [0x0f, 0x01, 0xd8], words: 'vmrun' },
  { bytes: [0x0f, 0x01, 0xf8], words: 'swapgs' },
  { bytes: [0x48, 0xcf], words: 'iretq' },
  { bytes: [0x48, 0x0f, 0x07], words: 'sysretq' },
  { bytes: [0xcc], words: 'int3' },
  { bytes: [0xf4], words: 'hlt' },
  { bytes: [0xc3], words: 'ret' },
  { bytes: [0x0f, 0xae], words: 'an fxsave/xsave family instruction' },
];

/** Name of the few x86 instructions that explain a fault by themselves; undefined for all others. */
export function instructionAt(
  bytes: readonly (number | undefined)[],
  at: number,
): string | undefined {
  return forms.find((form) => form.bytes.every((byte, index) => bytes[at + index] === byte))?.words;
}
