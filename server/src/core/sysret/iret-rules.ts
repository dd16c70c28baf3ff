import type { Finding } from '#core/findings';
import type { Program } from '#core/asm';
import type { LineIndex } from '#core/text';
import { placeAt } from './trace.ts';

/**
 * SR015: an IRET right after SWAPGS that no table of faulting addresses knows. The label in front of it, when
 * something outside of jumps names it, is taken for such an entry.
 */
export function iretFindings(program: Program, text: string, lines: LineIndex): Finding[] {
  const findings: Finding[] = [];
  program.operations.forEach((operation, at) => {
    if (operation.kind !== 'instruction' || !/^iretq?$/.test(operation.instruction.mnemonic))
      return;
    if (!followsSwapGs(program, at) || isRegistered(program, text, at)) return;
    findings.push({
      rule: 'SR015',
      severity: 'hint',
      message:
        "IRET to a bad address faults here in ring 0, after GS is the user's, and nothing registers a fixup for this instruction.",
      range: lines.rangeOf(placeAt(program, at).span),
      evidence: [],
    });
  });
  return findings;
}

function followsSwapGs(program: Program, at: number): boolean {
  for (let before = at - 1; before >= Math.max(0, at - 6); before--) {
    const operation = program.operations[before];
    if (operation?.kind === 'instruction' && operation.instruction.mnemonic === 'swapgs')
      return true;
    if (
      operation?.kind === 'instruction' &&
      /^(jmp|ret|call|sysret)/.test(operation.instruction.mnemonic)
    )
      return false;
  }
  return false;
}

function isRegistered(program: Program, text: string, at: number): boolean {
  const next = program.operations[at + 1];
  if (next?.kind === 'macro' && /EXTABLE|FIXUP|KEX/i.test(next.name)) return true;
  for (const near of [at - 1, at - 2]) {
    const label = program.operations[near];
    if (label?.kind !== 'label' || label.name.startsWith('\u0000')) continue;
    const name = label.isNumeric ? `\\b${label.name}b` : label.name.replaceAll(/[.$]/g, '\\$&');
    const uses = text.match(
      new RegExp(`(?:EXTABLE|FIXUP|\\.quad|\\.long|KEX|_ASM)[^\\n]*${name}`, 'gi'),
    );
    if (uses) return true;
  }
  return false;
}
