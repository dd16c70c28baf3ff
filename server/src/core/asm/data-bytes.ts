import type { Span } from '#core/text';
import { evaluate } from './expressions.ts';
import type { Instruction } from './model.ts';
import { splitOutside } from './operands.ts';
import type { OperationSink } from './sink.ts';

const REX_W = 0x48;

/** Instructions written as bytes: SYSRET is `0F 07`, with a REX.W prefix (48 to 4F) SYSRETQ. */
export class ByteRun {
  private readonly sink: OperationSink;
  private values: number[] = [];
  private spans: Span[] = [];

  constructor(sink: OperationSink) {
    this.sink = sink;
  }

  add(text: string, span: Span): void {
    for (const part of splitOutside(text, ',')) {
      const value = evaluate(part.trim(), () => undefined);
      this.values.push(
        value && value.symbols === '' ? Number(BigInt.asUintN(8, value.constant)) : -1,
      );
      this.spans.push(span);
      if (this.values.length > 4096) this.flush();
    }
  }

  /** Ends the run and emits the SYSRETs found in it. */
  flush(): void {
    if (this.values.length === 0) return;
    const { values, spans } = this;
    this.values = [];
    this.spans = [];
    for (let i = 0; i + 1 < values.length; i++) {
      if (values[i] !== 0x0f || values[i + 1] !== 0x07) continue;
      const isWide = ((values[i - 1] ?? 0) & 0xf8) === REX_W;
      const mnemonic = isWide ? 'sysretq' : 'sysretl';
      this.sink.add(
        {
          kind: 'instruction',
          instruction: {
            mnemonic,
            prefixes: ['bytes'],
            operands: [],
            sizeBits: 0,
            text: 'raw bytes of SYSRET',
          },
        },
        spans[i + 1] ?? { start: 0, end: 0 },
      );
    }
  }

  /** A lone REX.W byte before an instruction widens it: `.byte 0x48; sysret`. */
  prefixFor(instruction: Instruction, _span: Span): Instruction {
    const [only] = this.values;
    const widens = this.values.length === 1 && only !== undefined && (only & 0xf8) === REX_W;
    if (widens) this.values = [];
    else this.flush();
    if (!widens || !instruction.mnemonic.startsWith('sysret')) return instruction;
    const repeated = instruction.mnemonic === 'sysretq' ? ['rex-byte-twice'] : [];
    return {
      ...instruction,
      mnemonic: 'sysretq',
      prefixes: [...instruction.prefixes, ...repeated],
    };
  }
}
