import { analyseSysret, noNames } from '#core/sysret';
import { asText, once, seedFiles, shared } from './seed-files.ts';
import type { FuzzTarget } from './target.ts';

const names = ['entry.S', 'entry.asm', 'entry.c', 'entry.rs'];

export const assembly: FuzzTarget = {
  name: 'assembly',
  seeds: once(() => [
    ...seedFiles(`${shared}/samples/sysret`, /\.(?:S|s|asm|c|rs|go|inc)$/),
    ...seedFiles('/usr/src/linux-source-6.1/arch/x86/entry', /\.S$/),
  ]),
  dictionary: [
    'sysretq',
    'rex.w sysret',
    '.macro X a:req',
    '.rept 1000000',
    '.endm',
    'swapgs',
    'ALTERNATIVE "", "", ',
    'jmp 1b',
    'asm volatile("',
  ],
  run(input) {
    const text = asText(input);
    // The same text by every reader: GNU, NASM, and assembly inside C and Rust.
    for (const path of names)
      analyseSysret(
        { path, text },
        { names: noNames, include: () => undefined, workspace: undefined },
      );
  },
};
