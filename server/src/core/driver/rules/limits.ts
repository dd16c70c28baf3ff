import { isChecked } from '../checks.ts';
import type { CallSite } from '../facts.ts';
import type { Expression } from '../model.ts';
import { bare, pathOf } from '../paths.ts';
import { checkKeys, keysAmong } from '../peers.ts';
import { isInduction, isLimiting, keysOf } from '../values.ts';
import { placed, textOf, type Draft, type DriverView, type FunctionView } from '../view.ts';
import { isAllocation, isXenstoreRead, isXenstoreScan, isXenstoreText } from '../vocabulary.ts';

/** XR208: a number the other end wrote into xenstore used as a size before it is limited. */
export function findUnboundedNodes(view: FunctionView, file: DriverView): Draft[] {
  const handed = handedNodes(view, file);
  const nodes = new Set([...nodesRead(view, file), ...handed.names]);
  if (nodes.size === 0) return [];
  for (const sink of sinksOf(view)) {
    const among = keysAmong(sink.amount, nodes, view);
    if (among.size === 0) continue;
    const keys = checkKeys(sink.amount, among, view);
    if (
      isChecked(keys, view, file, {
        equality: false,
        before: sink.order,
        upper: true,
        from: (call) => handed.calls.has(call),
        ...(sink.loop === undefined ? {} : { exceptLoop: sink.loop }),
      })
    )
      continue;
    return [
      {
        span: placed(view, sink.span),
        message: `${[...among][0] ?? 'The value'} was written into xenstore by the other end and ${sink.how} with no limit. Compare it with a maximum first.`,
      },
    ];
  }
  return [];
}

/** Places that hold a number from the other end's nodes. */
function nodesRead(view: FunctionView, file: DriverView, depth = 0): Set<string> {
  const nodes = new Set<string>();
  for (const assignment of view.facts.assignments) {
    const value = bare(assignment.value);
    if (value.kind !== 'call') continue;
    const isRead =
      (isXenstoreRead(value.callee) || isXenstoreText(value.callee)) &&
      !isOwnNode(value.args, value.callee, view);
    if (isRead || (depth === 0 && returnsNode(value.callee, file))) nodes.add(assignment.path);
  }
  for (const call of view.facts.calls) {
    const isNumber = isXenstoreRead(call.callee) || parsesText(call, nodes, view);
    if (isNumber && !isOwnNode(call.args, call.callee, view))
      for (const arg of call.args) if (arg.kind === 'address') nodes.add(pathOf(arg.operand));
    if (!isXenstoreScan(call.callee) || isOwnNode(call.args, call.callee, view)) continue;
    const format = call.args.findIndex(
      (arg) => arg.kind === 'literal' && /%l*h*[uidxX]/.test(arg.text),
    );
    call.args.forEach((arg, i) => {
      if (arg.kind === 'address' && (format < 0 || i > format || /gather/.test(call.callee)))
        nodes.add(pathOf(arg.operand));
    });
  }
  return nodes;
}

/** `kstrtoul(text, 10, &n)` and `sscanf(text, "%u", &n)` over a node's text. */
const parsesText = (call: CallSite, nodes: ReadonlySet<string>, view: FunctionView): boolean =>
  /^(?:kstrto\w+|sscanf|strict_strtou?ll?|dehumanize_number)$/.test(call.callee) &&
  call.args[0] !== undefined &&
  keysAmong(call.args[0], nodes, view).size > 0;

/** A function of the file that hands back what it read, unchecked. */
function returnsNode(callee: string, file: DriverView): boolean {
  const view = file.byName.get(callee);
  if (!view) return false;
  const nodes = nodesRead(view, file, 1);
  return view.facts.exits.some((exit) => {
    if (exit.kind !== 'return' || !exit.value) return false;
    if (exit.value.kind === 'call') return isXenstoreRead(exit.value.callee);
    const among = keysAmong(exit.value, nodes, view);
    const wanted = { equality: false, before: exit.order, upper: true };
    return among.size > 0 && !isChecked(checkKeys(exit.value, among, view), view, file, wanted);
  });
}

/** Parameters to which callers hand a number they read from a node. */
function handedNodes(
  view: FunctionView,
  file: DriverView,
): { readonly names: ReadonlySet<string>; readonly calls: ReadonlySet<CallSite> } {
  const names = new Set<string>();
  const calls = new Set<CallSite>();
  for (const caller of view.callers) {
    const nodes = nodesRead(caller.view, file);
    if (nodes.size === 0) continue;
    view.facts.body.parameters.forEach((parameter, i) => {
      const arg = caller.call.args[i];
      if (!arg || parameter.pointerDepth > 0 || isLimiting(arg)) return;
      if (keysAmong(arg, nodes, caller.view).size === 0) return;
      names.add(parameter.name);
      calls.add(caller.call);
    });
  }
  return { names, calls };
}

/** A node below this driver's own folder is not the other end's. */
const isOwnNode = (args: readonly Expression[], callee: string, view: FunctionView): boolean =>
  /read_be_/.test(callee) || args.some((arg) => /\bnodename\b/.test(textOf(view, arg)));

interface Sink {
  readonly amount: Expression;
  readonly order: number;
  readonly loop: number | undefined;
  readonly span: { readonly start: number; readonly end: number };
  readonly how: string;
}

function sinksOf(view: FunctionView): Sink[] {
  const sinks: Sink[] = [];
  for (const each of view.facts.arithmetic)
    if (each.operator === '<<')
      sinks.push({
        amount: each.right,
        order: each.order,
        loop: undefined,
        span: each.span,
        how: 'is a shift count here',
      });
  for (const call of view.facts.calls)
    if (isAllocation(call.callee))
      for (const amount of call.args)
        sinks.push({
          amount,
          order: call.order,
          loop: undefined,
          span: call.span,
          how: 'sizes an allocation here',
        });
  for (const each of view.facts.comparisons) {
    if (each.loop === undefined || !/^[<>]=?$|^!=$/.test(each.operator)) continue;
    const [counter, amount] = isInduction(each.left, view)
      ? [each.left, each.right]
      : [each.right, each.left];
    if (isInduction(counter, view) && !endsOnFailure(each.loop, counter, view))
      sinks.push({
        amount,
        order: each.order,
        loop: each.loop,
        span: each.span,
        how: 'bounds a loop here',
      });
  }
  return sinks.sort((a, b) => a.order - b.order);
}

/** A loop that walks no array and is left when a step of it fails: asking node after node ends with the nodes. */
function endsOnFailure(loop: number, counter: Expression, view: FunctionView): boolean {
  const isInside = (event: { readonly frames: readonly { readonly id: number }[] }): boolean =>
    event.frames.some((frame) => frame.id === loop);
  const walks = view.facts.subscripts.some(
    (each) => isInside(each) && keysOf(each.index, view).has(pathOf(bare(counter))),
  );
  return (
    !walks && view.facts.exits.some((exit) => isInside(exit) && /^(?:return|goto)$/.test(exit.kind))
  );
}
