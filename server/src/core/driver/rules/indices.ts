import type { Span } from '#core/text';
import { isOnOnePath, type Access, type Branch, type Comparison } from '../facts.ts';
import type { Expression } from '../model.ts';
import { bare, pathOf, rootName, someIn } from '../paths.ts';
import { isSizeLike } from '../peers.ts';
import { isRingIndex, sharedIndex } from '../shared-index.ts';
import { keysOf } from '../values.ts';
import { findUncheckedDistances } from './byte-rings.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isCompilerBarrier, isLimiter, isReadBarrier } from '../vocabulary.ts';

/** A producer index of the other end that this function reads. */
function peerProducers(view: FunctionView, file: DriverView): readonly Access[] {
  const known = producers.get(view);
  if (known) return known;
  const found = view.facts.accesses.filter((access) => {
    if (access.mode !== 'read' || !access.path.endsWith('prod')) return false;
    if (sharedIndex(access.path, view, file) !== 'prod') return false;
    if (isWrittenHere(access.path, view, file)) return false;
    if (access.path.endsWith('req_prod') && view.role === 'frontend')
      return !isRingIndex(access.path, view, file);
    if (access.path.endsWith('rsp_prod') && view.role === 'backend')
      return !isRingIndex(access.path, view, file);
    return true;
  });
  producers.set(view, found);
  return found;
}

const producers = new WeakMap<FunctionView, readonly Access[]>();

/** An index of a page that this function also advances is its own. */
const isWrittenHere = (path: string, view: FunctionView, file: DriverView): boolean =>
  !isRingIndex(path, view, file) && view.facts.assignments.some((each) => each.path === path);

/** XR103: a producer index read, then slots, with nothing that orders the two loads. */
export function findMissingReadBarriers(view: FunctionView, file: DriverView): Draft[] {
  const drafts: Draft[] = [];
  for (const access of peerProducers(view, file)) {
    if (/load_acquire/.test(statementText(view, access))) continue;
    const use = firstSlotAccess(access, view, file);
    if (!use) continue;
    const isOrdered = view.facts.calls.some(
      (call) =>
        call.order > access.order &&
        call.order <= use.order &&
        (isReadBarrier(call.callee) || hasReadBarrier(call.callee, file)),
    );
    if (isOrdered) continue;
    drafts.push({
      span: placed(view, access.expression),
      message: `Slots are read after ${textOf(view, access.expression)} with no read barrier between: the processor may load a slot before the index that announced it. Put rmb() (xen_rmb, virt_rmb) after reading the index.`,
      evidence: [{ span: placed(view, use.span), message: 'A slot is read here' }],
    });
  }
  drafts.push(...weakReadBarriers(view));
  return drafts.slice(0, 1);
}

const statementText = (view: FunctionView, access: Access): string =>
  view.facts.body.text.slice(Math.max(0, access.expression.start - 40), access.expression.end);

const hasReadBarrier = (callee: string, file: DriverView): boolean =>
  file.byName.get(callee)?.facts.calls.some((call) => isReadBarrier(call.callee)) ?? false;

interface SlotUse {
  readonly order: number;
  readonly span: { readonly start: number; readonly end: number };
}

function firstSlotAccess(index: Access, view: FunctionView, file: DriverView): SlotUse | undefined {
  const isPage = !isRingIndex(index.path, view, file);
  const page = index.path.slice(0, index.path.lastIndexOf('.'));
  const uses: SlotUse[] = [];
  for (const call of view.facts.calls) {
    if (call.order < index.order || !isOnOnePath(view.facts, index, call)) continue;
    const callee = file.byName.get(call.callee);
    const reads =
      /RING_(?:GET|COPY)_RE(?:QUEST|SPONSE)$|_RING_REF$|mask_\w+_idx|MASK_\w+_IDX/.test(
        call.callee,
      ) ||
      (callee?.facts.calls.some((inner) => /RING_(?:GET|COPY)_RE/.test(inner.callee)) ?? false);
    if (reads) uses.push({ order: call.order, span: call.span });
  }
  if (isPage)
    for (const subscript of view.facts.subscripts)
      if (subscript.order > index.order && pathOf(subscript.base).startsWith(`${page}.`))
        uses.push({ order: subscript.order, span: subscript.span });
  return uses.sort((a, b) => a.order - b.order)[0];
}

/** A compiler barrier stands where the data copy must be ordered after an index read through a macro. */
function weakReadBarriers(view: FunctionView): Draft[] {
  const { calls } = view.facts;
  const copy = calls.find(
    (call) =>
      /mem(?:cpy|move)$/.test(call.callee) &&
      call.args[1] &&
      /ring/i.test(textOf(view, call.args[1])),
  );
  if (!copy) return [];
  const barrier = calls.find((call) => isCompilerBarrier(call.callee) && call.order < copy.order);
  const index = calls.find((call) => /(?:_|^)(?:cons|prod)$/.test(call.callee));
  const isOrdered = calls.some((call) => call.order < copy.order && isReadBarrier(call.callee));
  if (!barrier || !index || index.order > barrier.order || isOrdered) return [];
  return [
    {
      span: placed(view, barrier.span),
      message:
        'Only the compiler is held back here: the processor may still copy the data before it reads the index. A read barrier is needed.',
      evidence: [{ span: placed(view, copy.span), message: 'The data is read here' }],
    },
  ];
}

/** XR104: a loop up to the peer's producer index, which may be anything. */
export function findUncheckedProducers(view: FunctionView, file: DriverView): Draft[] {
  const drafts: Draft[] = [];
  for (const access of peerProducers(view, file)) {
    const loop = loopUpTo(access, view);
    if (loop && !isProducerChecked(access, view) && !isCapped(loop, access, view))
      drafts.push(describeProducer(access, placed(view, loop.span), view, file));
    const handed = !loop && !isProducerChecked(access, view) && loopInCaller(access, view);
    if (handed) drafts.push(describeProducer(access, handed, view, file));
  }
  if (drafts.length === 0) drafts.push(...uncheckedLengths(view, file));
  if (drafts.length === 0) drafts.push(...findUncheckedDistances(view, file));
  return drafts.slice(0, 1);
}

function describeProducer(access: Access, loop: Span, view: FunctionView, file: DriverView): Draft {
  const consumerTest = view.facts.calls.some((call) => call.callee.endsWith('CONS_OVERFLOW'));
  const remedy = isRingIndex(access.path, view, file)
    ? `Test RING_${access.path.endsWith('req_prod') ? 'REQUEST' : 'RESPONSE'}_PROD_OVERFLOW first.`
    : 'Compare its distance from the consumer index with the number of entries first.';
  const draft: Draft = {
    span: placed(view, access.expression),
    message: `${textOf(view, access.expression)} is the peer's and is never compared with the ring size: a forged value makes this loop run over stale slots, up to 2^32 times. ${remedy}`,
    evidence: [{ span: loop, message: 'The loop that runs up to it' }],
  };
  return consumerTest ? { ...draft, severity: 'hint' } : draft;
}

interface BoundedLoop {
  readonly span: { readonly start: number; readonly end: number };
  readonly comparison: Comparison;
  readonly branch: Branch | undefined;
}

/** The loop whose end the index decides, directly or through a local. */
function loopUpTo(access: Access, view: FunctionView): BoundedLoop | undefined {
  for (const comparison of view.facts.comparisons) {
    if (comparison.operator !== '!=' && comparison.operator !== '==') continue;
    if (comparison.order < access.order) continue;
    const left = keysOf(comparison.left, view).has(access.path);
    const right = keysOf(comparison.right, view).has(access.path);
    if (left === right) continue;
    if (comparison.loop !== undefined && comparison.operator === '!=') {
      const branch = view.facts.branches.find((each) => each.id === comparison.loop);
      return { span: comparison.span, comparison, branch };
    }
    const other = left ? comparison.right : comparison.left;
    if (bare(other).kind === 'literal') continue;
    if (comparison.operator === '==' && breaksLoop(comparison, view))
      return { span: comparison.span, comparison, branch: undefined };
  }
  return undefined;
}

/** The loop of a caller that runs up to the index this function returns; a span of the file. */
function loopInCaller(access: Access, view: FunctionView): Span | undefined {
  const returns = view.facts.exits.some(
    (exit) => exit.kind === 'return' && exit.value && keysOf(exit.value, view).has(access.path),
  );
  if (!returns) return undefined;
  for (const { view: caller, call } of view.callers) {
    const kept = caller.facts.assignments.find(
      (each) => bare(each.value).start === call.span.start,
    );
    const loop = caller.facts.comparisons.find(
      (each) =>
        kept !== undefined &&
        each.loop !== undefined &&
        each.operator === '!=' &&
        (pathOf(each.left) === kept.path || pathOf(each.right) === kept.path),
    );
    const isChecked = caller.facts.comparisons.some(
      (each) =>
        each !== loop &&
        /^[<>]=?$/.test(each.operator) &&
        kept !== undefined &&
        (keysOf(each.left, caller).has(kept.path) || keysOf(each.right, caller).has(kept.path)),
    );
    const isAsked = caller.facts.calls.some((each) => each.callee.endsWith('PROD_OVERFLOW'));
    if (loop && !isChecked && !isAsked) return placed(caller, loop.span);
  }
  return undefined;
}

/** `if (cons == prod) break;` inside a loop that is entered after the index was read. */
function breaksLoop(comparison: Comparison, view: FunctionView): boolean {
  return view.facts.exits.some((exit) => {
    if (exit.kind !== 'break' || exit.order < comparison.order) return false;
    const frame = exit.frames.at(-1);
    const branch = view.facts.branches.find((each) => each.id === frame?.id);
    return (
      branch?.kind === 'if' &&
      branch.order < comparison.order &&
      comparison.order - branch.order < 8 &&
      comparison.frames.some((each) => each.kind === 'loop') &&
      !comparison.frames.some((each) => isCounted(each.id, view))
    );
  });
}

/** A loop that also counts up to something. */
const isCounted = (loop: number, view: FunctionView): boolean =>
  view.facts.comparisons.some((each) => each.loop === loop && /^[<>]=?$/.test(each.operator));

function isProducerChecked(access: Access, view: FunctionView): boolean {
  const carries = (expression: Expression): boolean => keysOf(expression, view).has(access.path);
  const byMacro = view.facts.calls.some(
    (call) =>
      /PROD_OVERFLOW$|_(?:idx|index|prod)_valid|check_indexes/i.test(call.callee) &&
      call.args.some(carries),
  );
  return byMacro || view.facts.comparisons.some((each) => comparesDistance(each, carries, view));
}

/** `prod - cons > size` in any order, directly or through locals. */
function comparesDistance(
  comparison: Comparison,
  carries: (expression: Expression) => boolean,
  view: FunctionView,
): boolean {
  if (!/^[<>]=?$/.test(comparison.operator)) return false;
  const sides = [
    [comparison.left, comparison.right],
    [comparison.right, comparison.left],
  ] as const;
  return sides.some(([distance, size]) => {
    if (!isSizeLike(textOf(view, size)) || !carries(distance)) return false;
    if (carries(size) || /cons/i.test(textOf(view, size))) return false;
    return (
      someIn(distance, (part) => part.kind === 'binary' && part.operator === '-') ||
      isDifference(distance, view) ||
      comparison.assertion !== undefined
    );
  });
}

function isDifference(expression: Expression, view: FunctionView): boolean {
  const inner = bare(expression);
  if (inner.kind === 'call') return !isLimiter(inner.callee);
  if (inner.kind !== 'name') return false;
  return view.facts.assignments.some(
    (each) =>
      each.path === inner.name &&
      (bare(each.value).kind === 'call' ||
        someIn(each.value, (part) => part.kind === 'binary' && part.operator === '-')),
  );
}

/** Another part of the loop's condition keeps it within the ring. */
function isCapped(loop: BoundedLoop, access: Access, view: FunctionView): boolean {
  const { branch } = loop;
  if (!branch) return false;
  return view.facts.comparisons.some(
    (each) =>
      each.loop === branch.id &&
      /^[<>]=?$/.test(each.operator) &&
      /RING_SIZE|SIZE\b|\bnr_ents\b|NR_|MAX/.test(textOf(view, each.span)) &&
      !keysOf(each.left, view).has(access.path),
  );
}

/** Byte rings: the distance between the indices becomes a copy's length unchecked. */
function uncheckedLengths(view: FunctionView, file: DriverView): Draft[] {
  for (const access of peerProducers(view, file)) {
    if (isRingIndex(access.path, view, file) || isProducerChecked(access, view)) continue;
    const page = rootName(access.expression);
    const carries = (expression: Expression): boolean => keysOf(expression, view).has(access.path);
    const distance = view.facts.arithmetic.find(
      (each) => each.operator === '-' && carries(each.left),
    );
    const copy = view.facts.calls.find(
      (call) =>
        /mem(?:cpy|move)$|copy/i.test(call.callee) &&
        call.args[2] !== undefined &&
        carries(call.args[2]) &&
        call.args[1] !== undefined &&
        rootName(call.args[1]) === page,
    );
    if (!distance || !copy || view.limited.has(pathOf(bare(distance.left)))) continue;
    return [
      {
        span: placed(view, distance.span),
        message: `The distance between the peer's indices becomes a length and is never compared with the ring size: indices far apart read past the ring. Reject more than the ring holds.`,
        evidence: [{ span: placed(view, copy.span), message: 'The copy that uses the length' }],
      },
    ];
  }
  return [];
}
