import type { MacroDefinition } from '#core/c-types';
import type { RingMacro } from '#core/knowledge';
import { blocks, bullets, code, escape, listed, prose } from './markdown.ts';
import { footer } from './describe-struct.ts';

const END: Readonly<Record<NonNullable<RingMacro['end']>, string>> = {
  front: 'frontend',
  back: 'backend',
  both: 'either end',
};

/** A macro of ring.h: which counters, which barrier, the result, the common mistake. */
export function describeRingMacro(macro: RingMacro, definition?: MacroDefinition): string {
  const parameters = definition?.parameters ? `(${definition.parameters.join(', ')})` : '';
  return blocks([
    `**${escape(macro.name + parameters)}**${macro.end ? ` — ${END[macro.end]}` : ''}`,
    prose(macro.summary),
    bullets([
      effect(macro),
      macro.result && `**Result:** ${code(macro.result)}`,
      macro.barrier && `**Barrier:** ${prose(macro.barrier)}`,
      missingBarrier(macro, definition),
      ...(macro.mistakes ?? []).map((mistake) => `**Mind:** ${prose(mistake)}`),
      macro.rule && `Rule ${macro.rule} watches over its use.`,
    ]),
    footer(undefined, macro.source),
  ]);
}

function effect(macro: RingMacro): string | undefined {
  const reads = macro.reads ? `reads ${listed(macro.reads.map(code))}` : '';
  const writes = macro.writes ? `writes ${listed(macro.writes.map(code))}` : '';
  const text = [reads, writes].filter(Boolean).join('; ');
  return text === '' ? undefined : `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

/** A definition in the user's headers that lacks the write barrier. */
function missingBarrier(macro: RingMacro, definition?: MacroDefinition): string | undefined {
  if (!definition || definition.builtIn || !macro.barrier?.startsWith('wmb')) return undefined;
  if (/mb\b|barrier|fence|sync/i.test(definition.body)) return undefined;
  // A wrapper leaves the barrier to the macro it calls.
  if (/RING_PUSH_|PUSH_/.test(definition.body)) return undefined;
  return '**This definition has no write barrier:** the peer may see the index before the slots.';
}
