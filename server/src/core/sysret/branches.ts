import {
  type Condition,
  compare,
  keyOf,
  negated,
  type Relation,
  subjectOf,
  valuesOf,
} from './conditions.ts';
import { excludesBlock } from './solver.ts';
import type { Flags, MachineState } from './state.ts';
import { constant, mentions } from './values.ts';

const CONDITIONS_LIMIT = 40;

const codes: Readonly<
  Record<string, { readonly relation: Relation; readonly isNegated: boolean }>
> = {
  e: { relation: 'eq', isNegated: false },
  z: { relation: 'eq', isNegated: false },
  ne: { relation: 'eq', isNegated: true },
  nz: { relation: 'eq', isNegated: true },
  b: { relation: 'below', isNegated: false },
  c: { relation: 'below', isNegated: false },
  nae: { relation: 'below', isNegated: false },
  ae: { relation: 'below', isNegated: true },
  nc: { relation: 'below', isNegated: true },
  nb: { relation: 'below', isNegated: true },
  be: { relation: 'below-eq', isNegated: false },
  na: { relation: 'below-eq', isNegated: false },
  a: { relation: 'below-eq', isNegated: true },
  nbe: { relation: 'below-eq', isNegated: true },
  l: { relation: 'less', isNegated: false },
  nge: { relation: 'less', isNegated: false },
  ge: { relation: 'less', isNegated: true },
  nl: { relation: 'less', isNegated: true },
  le: { relation: 'less-eq', isNegated: false },
  ng: { relation: 'less-eq', isNegated: false },
  g: { relation: 'less-eq', isNegated: true },
  nle: { relation: 'less-eq', isNegated: true },
};

/** The state after a jump whose condition held or failed; undefined when that cannot happen. */
export function assumeFlags(
  state: MachineState,
  code: string,
  holds: boolean,
  how: { readonly at: number; readonly turnsAway: boolean },
): MachineState | undefined {
  const answer = conditionFor(state.flags, code, holds);
  if (answer === 'impossible') return undefined;
  if (answer === undefined || !isWorthKeeping(answer, how.turnsAway)) return state;
  const key = keyOf(answer);
  if (state.conditions.some((each) => keyOf(each.condition) === key)) return state;
  // Forgetting the oldest is sound: a path with fewer conditions lets more through.
  const kept = state.conditions.slice(-CONDITIONS_LIMIT);
  return { ...state, conditions: [...kept, { condition: answer, at: how.at }] };
}

/** Where both ways lead on to the exit, only a range check can still tell something about RCX. */
function isWorthKeeping(condition: Condition, turnsAway: boolean): boolean {
  if (
    valuesOf(condition).some((value) =>
      mentions(value, (id) => id.includes('dead:') || id.startsWith('deep:')),
    )
  )
    return false;
  if (subjectOf(condition) === undefined) return isBetweenAtoms(condition);
  if (turnsAway) return true;
  const isMatch =
    condition.kind === 'compare' &&
    (condition.relation === 'eq' || condition.relation === 'ne') &&
    condition.left.kind === 'atom';
  return !isMatch && excludesBlock(condition);
}

function isBetweenAtoms(condition: Condition): boolean {
  return condition.kind === 'compare' && condition.relation === 'eq' && condition.sizeBits === 64;
}

function conditionFor(
  flags: Flags,
  code: string,
  holds: boolean,
): Condition | 'impossible' | undefined {
  const sign = code === 's' || code === 'ns';
  const wanted = codes[code];
  if (flags.kind === 'unknown' || (!wanted && !sign)) return undefined;
  if (flags.kind === 'bit') {
    if (/^(c|b|nae)$/.test(code))
      return { kind: 'bit', value: flags.value, bit: flags.bit, isSet: holds };
    if (/^(nc|ae|nb)$/.test(code))
      return { kind: 'bit', value: flags.value, bit: flags.bit, isSet: !holds };
    return /^n?[ez]$/.test(code) ? conditionFor(flags.before, code, holds) : undefined;
  }
  if (flags.kind === 'compare') {
    if (sign || !wanted) return undefined;
    const relation = wanted.isNegated === holds ? negated(wanted.relation) : wanted.relation;
    return compare(relation, flags.left, flags.right, flags.sizeBits);
  }
  return onResult(flags, code, holds, wanted);
}

/** After a logical operation CF and OF are clear, so every jump is a question to the result alone. */
function onResult(
  flags: Flags & { kind: 'result' },
  code: string,
  holds: boolean,
  wanted: { readonly relation: Relation; readonly isNegated: boolean } | undefined,
): Condition | 'impossible' | undefined {
  const zero = constant(0n);
  const against = (relation: Relation): Condition =>
    compare(relation, flags.value, zero, flags.sizeBits);
  if (code === 's' || code === 'ns')
    return against((code === 's') === holds ? 'less' : 'greater-eq');
  if (!wanted) return undefined;
  const relation = wanted.isNegated === holds ? negated(wanted.relation) : wanted.relation;
  if (relation === 'eq' || relation === 'ne') return against(relation);
  if (!flags.isLogical) return undefined;
  if (relation === 'below') return 'impossible';
  return relation === 'above-eq' ? undefined : against(relation);
}
