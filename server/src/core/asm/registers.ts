import type { RegisterOperand } from './model.ts';

const legacy: readonly (readonly [string, string, string, string, string])[] = [
  ['rax', 'eax', 'ax', 'al', 'ah'],
  ['rbx', 'ebx', 'bx', 'bl', 'bh'],
  ['rcx', 'ecx', 'cx', 'cl', 'ch'],
  ['rdx', 'edx', 'dx', 'dl', 'dh'],
  ['rsi', 'esi', 'si', 'sil', ''],
  ['rdi', 'edi', 'di', 'dil', ''],
  ['rbp', 'ebp', 'bp', 'bpl', ''],
  ['rsp', 'esp', 'sp', 'spl', ''],
];

function buildTable(): ReadonlyMap<string, RegisterOperand> {
  const table = new Map<string, RegisterOperand>();
  const add = (word: string, name: string, sizeBits: number, isHighByte = false): void => {
    if (word !== '') table.set(word, { kind: 'register', name, sizeBits, isHighByte });
  };
  for (const [full, half, word, low, high] of legacy) {
    add(full, full, 64);
    add(half, full, 32);
    add(word, full, 16);
    add(low, full, 8);
    add(high, full, 8, true);
  }
  for (let number = 8; number <= 15; number++) {
    add(`r${number}`, `r${number}`, 64);
    add(`r${number}d`, `r${number}`, 32);
    add(`r${number}w`, `r${number}`, 16);
    add(`r${number}b`, `r${number}`, 8);
    add(`r${number}l`, `r${number}`, 8);
  }
  for (const name of ['cs', 'ds', 'es', 'fs', 'gs', 'ss']) add(name, name, 16);
  for (const name of ['rip', 'eip']) add(name, 'rip', 64);
  for (let number = 0; number <= 15; number++) {
    for (const kind of ['cr', 'dr', 'db']) add(`${kind}${number}`, `${kind}${number}`, 64);
    for (const kind of ['xmm', 'ymm', 'zmm']) add(`${kind}${number}`, `${kind}${number}`, 128);
  }
  return table;
}

const table = buildTable();

/** The register a word names, in any case and without `%`; undefined for other words. */
export function registerNamed(word: string): RegisterOperand | undefined {
  return table.get(word.toLowerCase());
}

const plan9Names: Readonly<Record<string, string>> = {
  AX: 'rax',
  BX: 'rbx',
  CX: 'rcx',
  DX: 'rdx',
  SI: 'rsi',
  DI: 'rdi',
  BP: 'rbp',
  SP: 'rsp',
  GS: 'gs',
  FS: 'fs',
};

/** Go's names: AX is RAX whatever the operand size. */
export function plan9Register(word: string): RegisterOperand | undefined {
  const name = plan9Names[word] ?? (/^R(8|9|1[0-5])$/.test(word) ? word.toLowerCase() : undefined);
  return name === undefined
    ? undefined
    : { kind: 'register', name, sizeBits: 64, isHighByte: false };
}

/** An operand of inline assembly that the compiler will put somewhere: `%[ip]`, `%0`, `{ip}`. */
export function compilerRegister(name: string, sizeBits: number): RegisterOperand {
  return { kind: 'register', name: `op:${name}`, sizeBits, isHighByte: false };
}
