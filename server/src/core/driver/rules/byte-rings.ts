import type { Expression } from '../model.ts';
import { bare, pathOf, someIn } from '../paths.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isAnyBarrier } from '../vocabulary.ts';

/** An index that a macro of this file reads from the shared page, e.g. `rd_prod(ctrl)`. */
function macroIndex(expression: Expression, file: DriverView): 'prod' | 'cons' | undefined {
  const inner = bare(expression);
  const match = inner.kind === 'call' ? /(?:^|_)(prod|cons)$/.exec(inner.callee) : undefined;
  if (!match || inner.kind !== 'call') return undefined;
  const isKnown =
    file.byName.has(inner.callee) ||
    new RegExp(`#\\s*define\\s+${inner.callee}\\(`).test(file.source.text);
  if (!isKnown) return undefined;
  return match[1] === 'prod' ? 'prod' : 'cons';
}

/** `prod - cons` of a byte ring given back to the caller with nobody having asked whether it fits the ring. */
export function findUncheckedDistances(view: FunctionView, file: DriverView): Draft[] {
  const distance = view.facts.arithmetic.find(
    (each) =>
      each.operator === '-' &&
      macroIndex(each.left, file) === 'prod' &&
      macroIndex(each.right, file) === 'cons',
  );
  const isReturned = view.facts.exits.some((exit) => exit.kind === 'return' && exit.value);
  const isCompared = view.facts.comparisons.some(
    (each) => /^[<>]=?$/.test(each.operator) && /size/i.test(textOf(view, each.span)),
  );
  if (!distance || !isReturned || isCompared) return [];
  return [
    {
      span: placed(view, distance.span),
      message:
        "The distance between the peer's indices is handed on and never compared with the ring size: it can be negative or larger than the ring. Treat such a ring as empty or full.",
    },
  ];
}

/**
 * An index loaded plainly into a local that is then checked and used, with no barrier after the load: the compiler
 * may load it a second time for the use (part of XR101).
 */
export function findRefetchedIndices(view: FunctionView, file: DriverView): Draft[] {
  for (const assignment of view.facts.assignments) {
    if (assignment.target.kind !== 'name') continue;
    const name = assignment.path;
    const loads = someIn(assignment.value, (part) => macroIndex(part, file) !== undefined);
    const check = view.facts.comparisons.find(
      (each) =>
        each.order > assignment.order &&
        /^[<>]=?$/.test(each.operator) &&
        /size/i.test(textOf(view, each.span)) &&
        (pathOf(each.left) === name || pathOf(each.right) === name),
    );
    if (!loads || !check) continue;
    const isHeld = view.facts.calls.some(
      (call) =>
        call.order > assignment.order && call.order < check.order && isAnyBarrier(call.callee),
    );
    const use = view.facts.accesses.find(
      (each) => each.path === name && each.order > check.order && each.mode === 'read',
    );
    if (isHeld || !use) continue;
    return [
      {
        span: placed(view, assignment.span),
        message: `${name} is loaded plainly from the shared page, checked and used: with no barrier after the load the compiler may load it again for the use, and get another value.`,
        evidence: [
          { span: placed(view, check.span), message: 'Checked here' },
          { span: placed(view, use.expression), message: 'Used here' },
        ],
      },
    ];
  }
  return [];
}
