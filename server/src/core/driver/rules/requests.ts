import { isChecked } from '../checks.ts';
import type { CallSite, Comparison } from '../facts.ts';
import { elementsIn } from '../elements.ts';
import { countFix } from '../fixes.ts';
import type { Expression } from '../model.ts';
import { bare, lastField, pathOf } from '../paths.ts';
import { checkKeys, isSizeLike, keysAmong, peerPaths, requestCounts, writtenAs } from '../peers.ts';
import { isInduction, isZero, keysOf } from '../values.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isCheckingCall } from '../vocabulary.ts';

/** A place where a count decides how far memory is walked. */
interface CountUse {
  readonly bound: Expression;
  readonly order: number;
  readonly loop: number | undefined;
  readonly span: { readonly start: number; readonly end: number };
  readonly how: string;
}

function countUses(view: FunctionView): CountUse[] {
  const uses: CountUse[] = [];
  for (const comparison of view.facts.comparisons) {
    if (comparison.loop === undefined || !/^(?:<|<=|!=|>)$/.test(comparison.operator)) continue;
    const bound = isInduction(comparison.left, view)
      ? comparison.right
      : isInduction(comparison.right, view)
        ? comparison.left
        : undefined;
    if (bound)
      uses.push({
        bound,
        order: comparison.order,
        loop: comparison.loop,
        span: comparison.span,
        how: 'bounds this loop',
      });
  }
  for (const call of view.facts.calls) {
    const length = call.args[2];
    if (
      length &&
      /^(?:__builtin_)?mem(?:cpy|move|set)$|^CopyMem$|^RtlCopyMemory$/.test(call.callee)
    )
      uses.push({
        bound: length,
        order: call.order,
        loop: undefined,
        span: call.span,
        how: 'is the length of this copy',
      });
  }
  for (const subscript of elementsIn(view))
    uses.push({
      bound: subscript.index,
      order: subscript.order,
      loop: undefined,
      span: subscript.span,
      how: 'is this index',
    });
  return uses.sort((a, b) => a.order - b.order);
}

const isIndirect = (text: string): boolean => /indirect/i.test(text);

/** XR201: the peer's segment count walks an array before it is compared with the array's size. */
export function findUnboundedCounts(view: FunctionView, file: DriverView): Draft[] {
  return unboundedCounts(view, file, false);
}

/** XR202: the same for indirect requests, and the operation inside them. */
export function findUnboundedIndirect(view: FunctionView, file: DriverView): Draft[] {
  const counts = unboundedCounts(view, file, true);
  return counts.length > 0 ? counts : uncheckedIndirectOperations(view, file);
}

function unboundedCounts(view: FunctionView, file: DriverView, indirect: boolean): Draft[] {
  if (view.role === 'frontend') return [];
  const counts = requestCounts(
    view,
    file,
    ({ access, origin }) =>
      (isIndirect(origin) || isIndirect(typeOf(access.path, view))) === indirect,
  );
  if (counts.size === 0) return [];
  for (const use of countUses(view)) {
    const among = keysAmong(use.bound, counts, view);
    if (among.size === 0 || isCapTested(use, view)) continue;
    const keys = checkKeys(use.bound, among, view);
    const wanted = {
      equality: false,
      before: use.order,
      upper: true,
      ...(use.loop === undefined ? {} : { exceptLoop: use.loop }),
    };
    if (isChecked(keys, view, file, wanted)) continue;
    const count = [...among][0] ?? '';
    return [indirect ? describeIndirect(count, use, view) : describeCount(count, use, view, file)];
  }
  return [];
}

const typeOf = (path: string, view: FunctionView): string => {
  const root = /^[A-Za-z_]\w*/.exec(path)?.[0] ?? '';
  return view.messages.get(root)?.type ?? view.facts.variables.get(root)?.type ?? '';
};

function describeIndirect(path: string, use: CountUse, view: FunctionView): Draft {
  return {
    span: placed(view, use.span),
    message: `${writtenAs(path, view)} comes from the other domain and ${use.how} without a check. Compare it with the number of segments offered for indirect requests first.`,
  };
}

function describeCount(path: string, use: CountUse, view: FunctionView, file: DriverView): Draft {
  const name = writtenAs(path, view);
  return {
    span: placed(view, use.span),
    message: `${name} comes from the other domain and ${use.how} without a check. Compare it with BLKIF_MAX_SEGMENTS_PER_REQUEST (or the size of the array it walks) first.`,
    ...(use.loop === undefined ? {} : countFix(name, use.span, view, file)),
  };
}

/** `if (i == MAX) fail;` inside the loop, or another bound in its condition. */
function isCapTested(use: CountUse, view: FunctionView): boolean {
  if (use.loop === undefined) return false;
  return view.facts.comparisons.some((each) => {
    if (each.span === use.span) return false;
    const isInside =
      each.loop === use.loop ||
      each.frames.some((frame) => frame.kind === 'loop' && frame.id === use.loop);
    if (!isInside) return false;
    const limit = isInduction(each.left, view)
      ? each.right
      : isInduction(each.right, view)
        ? each.left
        : undefined;
    return limit !== undefined && !isZero(limit) && isSizeLike(textOf(view, limit));
  });
}

function uncheckedIndirectOperations(view: FunctionView, file: DriverView): Draft[] {
  const paths = peerPaths(view, file, ({ field }) => field === 'indirect_op');
  const isSwitched = view.facts.branches.some(
    (branch) => branch.condition && keysAmong(branch.condition, paths, view).size > 0,
  );
  if (paths.size === 0 || isSwitched || view.role === 'frontend') return [];
  if (isChecked(paths, view, file, { equality: true, before: Infinity })) return [];
  const use = view.facts.calls.find(
    (call) => !call.prints && call.args.some((arg) => keysAmong(arg, paths, view).size > 0),
  );
  if (!use) return [];
  return [
    {
      span: placed(view, use.span),
      message:
        'indirect_op comes from the other domain and is passed on without being compared with BLKIF_OP_READ and BLKIF_OP_WRITE: nothing else may be carried indirectly.',
    },
  ];
}

const isLast = (key: string): boolean => /(?:^|[._])last_?sect(?:or)?$/i.test(key);
const isFirst = (key: string): boolean => /(?:^|[._])first_?sect(?:or)?$/i.test(key);

/** XR203: a segment's sector range used without first <= last and last inside the page. */
export function findUncheckedSectorRanges(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'frontend') return [];
  const has = (expression: Expression, test: (key: string) => boolean): boolean =>
    [...keysOf(expression, view)].some(test);
  const difference = view.facts.arithmetic.find(
    (each) => each.operator === '-' && has(each.left, isLast) && has(each.right, isFirst),
  );
  if (!difference) return [];
  const tests = view.facts.comparisons.filter((each) => /^[<>]=?$/.test(each.operator));
  const ordersBoth = tests.some(
    (each) =>
      (has(each.left, isLast) && !has(each.left, isFirst) && has(each.right, isFirst)) ||
      (has(each.left, isFirst) && has(each.right, isLast)) ||
      isSignedTest(each, view, file),
  );
  const boundsLast = tests.some((each) => {
    const left = has(each.left, isLast);
    const other = left ? each.right : each.left;
    return left !== has(each.right, isLast) && !has(other, isFirst) && !isZero(other);
  });
  if ((ordersBoth && boundsLast) || isCheckedAround(view, file)) return [];
  if (ordersBoth && file.functions.some((other) => other !== view && boundsLastIn(other)))
    return [];
  const weak = tests.find((each) => has(each.left, isLast) || has(each.right, isLast));
  return [
    {
      span: placed(view, ordersBoth ? difference.span : (weak?.span ?? difference.span)),
      message: ordersBoth
        ? 'last_sect comes from the other domain and is not compared with the sectors of a page: the segment can reach past it.'
        : 'first_sect and last_sect come from the other domain and are not compared with each other: last < first gives a huge count, because it is unsigned.',
      evidence: [{ span: placed(view, difference.span), message: 'The range is computed here' }],
    },
  ];
}

/** A function that compares last_sect with something that is no sector of the segment. */
const boundsLastIn = (view: FunctionView): boolean =>
  view.facts.comparisons.some((each) => {
    const left = [...keysOf(each.left, view)].some(isLast);
    const right = [...keysOf(each.right, view)].some(isLast);
    return (
      /^[<>]=?$/.test(each.operator) &&
      left !== right &&
      !isSectorKey(left ? each.right : each.left, view)
    );
  });

const signedType =
  /^(?:signed |long |short )*(?:int|long|short|char|s\d+|__s\d+|int\d+_t|INT\d+|LONG|SHORT)$/;

/** `count <= 0` where the count is signed and was computed from both ends. */
function isSignedTest(comparison: Comparison, view: FunctionView, file: DriverView): boolean {
  const inner = bare(comparison.left);
  if (!isZero(comparison.right)) return false;
  const keys = [...keysOf(inner, view)];
  if (!keys.some(isLast) || !keys.some(isFirst)) return false;
  if (inner.kind === 'name')
    return signedType.test(view.facts.variables.get(inner.name)?.type ?? '');
  const members = file.source.structs.flatMap((struct) =>
    struct.members.filter((member) => member.name === lastField(inner)),
  );
  return members.length > 0
    ? members.every((member) => signedType.test(member.type))
    : view.facts.assignments.some(
        (each) =>
          each.path === pathOf(inner) &&
          each.value.kind === 'cast' &&
          signedType.test(each.value.type),
      );
}

function isCheckedAround(view: FunctionView, file: DriverView): boolean {
  const checksBoth = (other: FunctionView): boolean =>
    other.facts.comparisons.some(
      (each) =>
        /^[<>]=?$/.test(each.operator) &&
        isSectorKey(each.left, other) &&
        isSectorKey(each.right, other),
    );
  if (view.callers.length > 0 && view.callers.every((caller) => checksBoth(caller.view)))
    return true;
  const isMember = view.facts.accesses.some(
    (access) =>
      isLast(access.path) &&
      [...file.members.keys()].some((name) => access.path.includes(`.${name}.`)),
  );
  if (isMember && file.functions.some((other) => other !== view && checksBoth(other))) return true;
  return view.facts.calls.some((call) => {
    const callee = file.byName.get(call.callee);
    return (
      callee !== undefined && callee !== view && isCheckingCall(call.callee) && checksBoth(callee)
    );
  });
}

const isSectorKey = (expression: Expression, view: FunctionView): boolean =>
  [...keysOf(expression, view)].some((key) => isLast(key) || isFirst(key));

/** XR210: a discard's range handed on with nobody having compared it with the disk. */
export function findUncheckedDiscards(view: FunctionView, file: DriverView): Draft[] {
  if (view.role === 'frontend') return [];
  const paths = peerPaths(
    view,
    file,
    ({ access, message, field, origin }) =>
      /^(?:nr_sectors|sector_number|nr_sects)$/.test(field) &&
      /discard/i.test(`${message.type} ${origin} ${typeOf(access.path, view)}`),
  );
  if (paths.size === 0) return [];
  for (const call of view.facts.calls) {
    if (call.prints || isCheckingCall(call.callee) || /^(?:mem|[A-Z_0-9]+$)/.test(call.callee))
      continue;
    const arg = call.args.find((each) => keysAmong(each, paths, view).size > 0);
    if (!arg) continue;
    if (isComparedInside(call, paths, view, file)) continue;
    const keys = new Set<string>();
    for (const each of call.args)
      for (const key of checkKeys(each, keysAmong(each, paths, view), view)) keys.add(key);
    if (isChecked(keys, view, file, { equality: false, before: call.order })) return [];
    return [
      {
        span: placed(view, call.span),
        message: `The discard's range comes from the other domain and reaches ${call.callee}() unchecked: compare start and length (with overflow) with the size of the disk, as for reads and writes.`,
      },
    ];
  }
  return [];
}

/** The function of the file that is given the range compares it itself. */
function isComparedInside(
  call: CallSite,
  paths: ReadonlySet<string>,
  view: FunctionView,
  file: DriverView,
): boolean {
  const callee = file.byName.get(call.callee);
  if (!callee) return false;
  return call.args.some((arg, i) => {
    const name = callee.facts.body.parameters[i]?.name;
    if (name === undefined || keysAmong(arg, paths, view).size === 0) return false;
    return callee.facts.comparisons.some(
      (each) =>
        /^[<>]=?$/.test(each.operator) &&
        [each.left, each.right].some((side) => keysOf(side, callee).has(name)),
    );
  });
}
