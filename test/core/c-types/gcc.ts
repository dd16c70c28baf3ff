import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Abi } from '#core/c-types';

interface Compiler {
  readonly command: string;
  readonly flags: readonly string[];
}

const COMPILERS: Readonly<Record<Abi, Compiler>> = {
  x86_64: { command: 'gcc', flags: ['-m64'] },
  i386: { command: 'gcc', flags: ['-m32'] },
  arm64: { command: 'aarch64-linux-gnu-gcc', flags: [] },
  armv7: { command: 'arm-linux-gnueabihf-gcc', flags: [] },
};

/** Whether a compiler for the ABI is here; with CI=true those for x86 must be. */
export function haveCompiler(abi: Abi): boolean {
  const { command, flags } = COMPILERS[abi];
  const { status } = spawnSync(command, [...flags, '-x', 'c', '-c', '-o', '/dev/null', '-'], {
    input: '',
  });
  if (status !== 0 && process.env['CI'] === 'true' && command === 'gcc') {
    throw new Error(
      `Install gcc and gcc-multilib: layouts on ${abi} are compared with the compiler.`,
    );
  }
  return status === 0;
}

export interface Compiled {
  /** The bytes of a variable. */
  bytesOf(symbol: string): Uint8Array | undefined;
}

/** Lines that gcc called wrong; undefined when it took the text. */
export type Outcome =
  { readonly object: Compiled } | { readonly wrongLines: readonly number[]; readonly said: string };

/** Compiles a C text for an ABI, without running or linking anything. */
export function compile(text: string, abi: Abi, ...extra: readonly string[]): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'gcc-'));
  try {
    const [source, object] = [join(folder, 'a.c'), join(folder, 'a.o')];
    writeFileSync(source, text);
    const { command, flags } = COMPILERS[abi];
    const args = [...flags, '-std=gnu11', '-w', '-O0', '-fno-common', '-fmax-errors=0', ...extra];
    const ran = spawnSync(command, [...args, '-c', source, '-o', object], { encoding: 'utf8' });
    if (ran.status === 0) return { object: readElf(readFileSync(object)) };
    const wrong = [...ran.stderr.matchAll(/a\.c:(\d+):(?:\d+:)? (?:fatal )?error/g)].map(
      ([, line]) => Number(line),
    );
    return { wrongLines: wrong, said: ran.stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the preprocessor makes of a text, one line a token run. */
export function preprocess(text: string): string {
  return execFileSync('gcc', ['-E', '-P', '-std=gnu11', '-w', '-'], {
    input: text,
    encoding: 'utf8',
  });
}

/** Just enough of ELF to find a variable's bytes, for little-endian objects of both widths. */
function readElf(file: Buffer): Compiled {
  const wide = file[4] === 2;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const u32 = (at: number): number => view.getUint32(at, true);
  const u16 = (at: number): number => view.getUint16(at, true);
  const word = (at: number): number => (wide ? Number(view.getBigUint64(at, true)) : u32(at));
  const table = word(wide ? 0x28 : 0x20);
  const [entrySize, count] = [u16(wide ? 0x3a : 0x2e), u16(wide ? 0x3c : 0x30)];
  const sections = Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    return wide
      ? { type: u32(at + 4), offset: word(at + 24), size: word(at + 32), link: u32(at + 40) }
      : { type: u32(at + 4), offset: word(at + 16), size: word(at + 20), link: u32(at + 24) };
  });
  const places = new Map<string, Uint8Array>();
  const symbols = sections.find(({ type }) => type === 2);
  if (symbols === undefined) return { bytesOf: () => undefined };
  const names = sections[symbols.link]?.offset ?? 0;
  const step = wide ? 24 : 16;
  for (let at = symbols.offset; at < symbols.offset + symbols.size; at += step) {
    const start = names + u32(at);
    const name = file.toString('latin1', start, file.indexOf(0, start));
    const [value, size] = wide ? [word(at + 8), word(at + 16)] : [u32(at + 4), u32(at + 8)];
    const section = sections[u16(at + (wide ? 6 : 14))];
    if (section === undefined || size === 0) continue;
    // Type 8 is .bss: zeros that are not in the file.
    const bytes =
      section.type === 8
        ? new Uint8Array(size)
        : file.subarray(section.offset + value, section.offset + value + size);
    places.set(name, bytes);
  }
  return { bytesOf: (symbol) => places.get(symbol) };
}
