import type { Finding, Fix } from '#core/findings';
import type { Program } from '#core/asm';
import type { LineIndex } from '#core/text';
import type { Exploration } from './explore.ts';
import type { ExitSite } from './sites.ts';
import { registerValue } from './state.ts';
import { labelAt, placeAt } from './trace.ts';

const compatLabel =
  /32|compat|cstar|ignore|sysenter|ia32|unsupported|invalid|null|dummy|bad|enosys/i;

/** SR012: text that does not assemble to what it looks like. */
export function widthFinding(
  program: Program,
  exploration: Exploration,
  site: ExitSite,
  lines: LineIndex,
): Finding | undefined {
  const span = placeAt(program, site.at).span;
  const range = lines.rangeOf(span);
  const replace = (newText: string): readonly Fix[] => [
    { title: `Write \`${newText}\``, preferred: true, edits: [{ edits: [{ range, newText }] }] },
  ];
  const base = { rule: 'SR012', range, evidence: [] };
  if (site.form === 'no-bytes') {
    const message = `NASM takes \`${site.text}\` for a label and emits no instruction: execution runs on in ring 0 into whatever follows.`;
    return {
      ...base,
      severity: 'error',
      message,
      fixes: replace(site.width === 'sysretq' ? 'o64 sysret' : 'o32 sysret'),
    };
  }
  if (site.form === 'doubled-prefix') {
    return {
      ...base,
      severity: 'warning',
      message:
        'The REX.W byte before `sysretq` is emitted twice (48 48 0F 07); one of the two is enough.',
    };
  }
  if (site.form !== 'bare' || !isWideExit(program, exploration, site)) return undefined;
  const isNasm = program.dialect === 'nasm';
  const message =
    'Without a size this assembles to SYSRETL (0F 07): it returns to compatibility mode with RIP cut to 32 bits.';
  return { ...base, severity: 'error', message, fixes: replace(isNasm ? 'o64 sysret' : 'sysretq') };
}

/** An exit that loads a 64-bit user stack; stubs for 32-bit callers and code of 32-bit kernels do not. */
function isWideExit(program: Program, exploration: Exploration, site: ExitSite): boolean {
  if (compatLabel.test(labelAt(program, site.at))) return false;
  const arrivals = exploration.arrivals.filter((arrival) => arrival.at === site.at);
  return arrivals.some(({ state, root }) => {
    if (compatLabel.test(labelAt(program, root)) || state.stackLoadedAt < 0) return false;
    const rcx = registerValue(state, 'rcx');
    const stack = registerValue(state, 'rsp');
    const isNarrow = (value: typeof rcx): boolean =>
      value.kind === 'computed' && value.operator === 'zero-extend';
    return !isNarrow(rcx) && !isNarrow(stack);
  });
}
