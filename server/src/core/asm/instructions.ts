import type { Dialect, Instruction, Operand } from './model.ts';
import { parseOperands } from './operands.ts';

const suffixed = new Set(
  (
    'mov add sub and or xor cmp test push pop shl sal sar shr rol ror inc dec neg not lea xchg bt bts btr btc ' +
    'adc sbb imul mul div idiv cmpxchg xadd pushf popf call jmp ret lret iret movabs movs stos lods scas cmps ' +
    'bswap bsf bsr verw in out rdfsbase rdgsbase wrfsbase wrgsbase leave'
  ).split(' '),
);

const plain = new Set(
  (
    'cli sti cld std clac stac swapgs syscall sysret sysretq sysretl sysretd sysexit sysexitq sysexitl sysenter ' +
    'iret iretd ret retn hlt nop pause ud2 ud2a ud2b wrmsr rdmsr cpuid lfence mfence sfence invlpg invpcid wbinvd endbr64 endbr32 clts ' +
    'fninit fnstcw fldcw fxsave fxrstor ldmxcsr stmxcsr rdtsc rdtscp leave cltq cqto cdqe cqo cwtl cltd int int1 int3 into cmc clc stc lahf sahf ' +
    'movzx movsx movsxd movslq movsbl movsbq movswl movswq movzbl movzbq movzwl movzwq xlat ltr lldt lgdt lidt str sldt verr verw monitor mwait ' +
    'rdsspq clrssbsy setssbsy incsspq saveprevssp rstorssp wrssq xsave xrstor xsaveopt xgetbv xsetbv eretu erets erets vmrun vmload vmsave stgi clgi ' +
    'vmlaunch vmresume vmread vmwrite prefetch prefetchw fnclex fnsave frstor finit fwait wait emms andn pushfd popfd pusha popa jrcxz jecxz jcxz loop loope loopne loopz loopnz lcall ljmp retf'
  ).split(' '),
);

const conditions = new Set(
  'o no b nae c nb ae nc z e nz ne be na nbe a s ns p pe np po l nge nl ge le ng nle g'.split(' '),
);

const prefixWords = new Set(
  'rep repe repz repne repnz lock rex.w rex64 rex64/ o64 o32 o16 a32 a64 data16 data32 addr32 notrack bnd cs ds es ss'.split(
    ' ',
  ),
);

const suffixBits: Readonly<Record<string, number>> = { b: 8, w: 16, l: 32, q: 64 };

interface Mnemonic {
  readonly name: string;
  readonly sizeBits: number;
}

/** Normalises a mnemonic: drops the size suffix of AT&T and Go; undefined when it is no instruction we know. */
export function readMnemonic(word: string): Mnemonic | undefined {
  const lower = word.toLowerCase();
  if (plain.has(lower)) return { name: lower === 'retn' ? 'ret' : lower, sizeBits: 0 };
  if (suffixed.has(lower)) return { name: lower === 'movabs' ? 'mov' : lower, sizeBits: 0 };
  if (isConditional(lower)) return { name: lower, sizeBits: 0 };
  const root = lower.slice(0, -1);
  const bits = suffixBits[lower.slice(-1)];
  if (bits !== undefined && suffixed.has(root)) {
    return { name: root === 'movabs' ? 'mov' : root, sizeBits: bits };
  }
  if (bits !== undefined && root.startsWith('cmov') && conditions.has(root.slice(4))) {
    return { name: root, sizeBits: bits };
  }
  return undefined;
}

function isConditional(lower: string): boolean {
  for (const prefix of ['j', 'set', 'cmov']) {
    if (lower.startsWith(prefix) && conditions.has(lower.slice(prefix.length))) return true;
  }
  return false;
}

const plan9Conditions: Readonly<Record<string, string>> = {
  JHI: 'ja',
  JLS: 'jbe',
  JCS: 'jb',
  JCC: 'jae',
  JLO: 'jb',
  JHS: 'jae',
  JEQ: 'je',
  JNE: 'jne',
  JGT: 'jg',
  JGE: 'jge',
  JLT: 'jl',
  JLE: 'jle',
  JMI: 'js',
  JPL: 'jns',
  JA: 'ja',
  JAE: 'jae',
  JB: 'jb',
  JBE: 'jbe',
  JZ: 'je',
  JNZ: 'jne',
  JG: 'jg',
  JL: 'jl',
  JC: 'jb',
  JNC: 'jae',
  JE: 'je',
};

/** Reads one statement without its labels; undefined: not an instruction (a macro, a directive, or nonsense). */
export function parseInstruction(text: string, dialect: Dialect): Instruction | undefined {
  let rest = text.trim();
  const prefixes: string[] = [];
  for (;;) {
    const word = /^[A-Za-z_][\w.]*\/?/.exec(rest)?.[0];
    if (word === undefined) return undefined;
    const isPrefix = prefixWords.has(word.toLowerCase()) && rest.slice(word.length).trim() !== '';
    if (!isPrefix || (dialect === 'nasm' && word.toLowerCase() === 'rex.w')) {
      return assemble(word, rest.slice(word.length), prefixes, text.trim(), dialect);
    }
    prefixes.push(word.toLowerCase().replace(/\/$/, ''));
    rest = rest.slice(word.length).trim();
  }
}

function assemble(
  word: string,
  operandText: string,
  prefixes: readonly string[],
  text: string,
  dialect: Dialect,
): Instruction | undefined {
  if (!/^(?:\s|[$%*[({-]|$)/.test(operandText)) return undefined;
  const go = dialect === 'plan9' ? plan9Conditions[word] : undefined;
  if (dialect === 'plan9' && !/^[A-Z][A-Z0-9]*$/.test(word)) return undefined;
  const mnemonic = go === undefined ? readMnemonic(word) : { name: go, sizeBits: 0 };
  if (!mnemonic) return undefined;
  const written = parseOperands(operandText.replace(/^\s*,/, ''), dialect);
  const operands = inAttOrder(written, mnemonic.name, dialect);
  return {
    mnemonic: mnemonic.name,
    prefixes,
    operands,
    sizeBits: mnemonic.sizeBits === 0 ? sizeFromOperands(operands) : mnemonic.sizeBits,
    text: text.replaceAll(/\s+/g, ' '),
  };
}

/** Go writes CMP a, b for "a against b", the other way round from AT&T; Intel writes destinations first. */
function inAttOrder(
  operands: readonly Operand[],
  mnemonic: string,
  dialect: Dialect,
): readonly Operand[] {
  if (dialect === 'att') return operands;
  if (dialect === 'plan9') return mnemonic === 'cmp' ? operands.toReversed() : operands;
  return operands.toReversed();
}

function sizeFromOperands(operands: readonly Operand[]): number {
  for (const operand of operands.toReversed()) {
    if (operand.kind === 'register') return operand.sizeBits;
    if (operand.kind === 'memory' && operand.sizeBits !== undefined) return operand.sizeBits;
  }
  return 0;
}
