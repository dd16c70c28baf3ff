import { useEffect, useRef, useState } from 'preact/hooks';
import type { IdSet, Plan, PlannedVm } from '#core/numa';
import { announce } from '../shared/announce.ts';
import { nodesName } from './labels.ts';

/** A domain on its way to other nodes. */
export interface Move {
  readonly key: string;
  readonly nodes: IdSet;
  /** Node under the keyboard's cursor; undefined while the pointer drags. */
  readonly cursor: number | undefined;
  readonly pointer: { readonly x: number; readonly y: number } | undefined;
}

export interface MoveControl {
  readonly move: Move | undefined;
  /** Starts moving by keyboard. */
  readonly begin: (vm: PlannedVm) => void;
  /** A key while moving; true when it was used. */
  readonly key: (event: KeyboardEvent) => boolean;
  /** A press on a domain that may become a drag. */
  readonly press: (event: PointerEvent, vm: PlannedVm) => void;
}

const DRAG_PIXELS = 5;

/** Moving a domain to nodes, by pointer or by keyboard; `drop` is told the nodes. */
export function useMove(plan: Plan, drop: (key: string, nodes: IdSet) => void): MoveControl {
  const [move, setMove] = useState<Move | undefined>(undefined);
  const latest = useRef({ plan, drop });
  latest.current = { plan, drop };
  const undo = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => undo.current?.(), []);

  const begin = (vm: PlannedVm): void => {
    const cursor = vm.nodes[0] ?? plan.host.nodes[0]?.id;
    if (cursor === undefined) return;
    setMove({ key: vm.key, nodes: [], cursor, pointer: undefined });
    announce(
      `Moving ${vm.name}. Arrows choose a node, Space adds it, Enter drops, Escape cancels. Node ${cursor}.`,
    );
  };

  const key = (event: KeyboardEvent): boolean => {
    if (move?.cursor === undefined) return false;
    const next = keyedMove(move, event.key, plan);
    if (next === 'drop') {
      drop(move.key, move.nodes.length > 0 ? move.nodes : [move.cursor]);
      setMove(undefined);
    } else if (next === 'cancel') {
      setMove(undefined);
      announce('The move was cancelled.');
    } else if (next === undefined) return false;
    else {
      setMove(next);
      const chosen = next.nodes.length > 0 ? `, ${nodesName(next.nodes)} chosen` : '';
      announce(`Node ${next.cursor}${chosen}.`);
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  const press = (event: PointerEvent, vm: PlannedVm): void => {
    if (event.button !== 0) return;
    undo.current?.();
    undo.current = followPointer(event, {
      start: (x, y, node) =>
        setMove({
          key: vm.key,
          nodes: node === undefined ? [] : [node],
          cursor: undefined,
          pointer: { x, y },
        }),
      end: (node, isAdding) => {
        setMove(undefined);
        if (node === undefined) return;
        const nodes = isAdding ? [...new Set([...vm.nodes, node])].sort((a, b) => a - b) : [node];
        latest.current.drop(vm.key, nodes);
      },
      cancel: () => setMove(undefined),
    });
  };
  return { move, begin, key, press };
}

function keyedMove(move: Move, key: string, plan: Plan): Move | 'drop' | 'cancel' | undefined {
  const ids = plan.host.nodes.map((node) => node.id);
  const at = ids.indexOf(move.cursor ?? -1);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
  if (step !== undefined) {
    return { ...move, cursor: ids[(at + step + ids.length) % ids.length] };
  }
  if (key === ' ') {
    const cursor = move.cursor!;
    const nodes = move.nodes.includes(cursor)
      ? move.nodes.filter((node) => node !== cursor)
      : [...move.nodes, cursor].sort((a, b) => a - b);
    return { ...move, nodes };
  }
  if (key === 'Enter') return 'drop';
  return key === 'Escape' ? 'cancel' : undefined;
}

interface Follower {
  readonly start: (x: number, y: number, node: number | undefined) => void;
  readonly end: (node: number | undefined, isAdding: boolean) => void;
  readonly cancel: () => void;
}

/** Follows the pointer until it is let go; it becomes a drag once it has moved a little. */
function followPointer(first: PointerEvent, follower: Follower): () => void {
  let isDragging = false;
  const moved = (event: PointerEvent): void => {
    const far = Math.hypot(event.clientX - first.clientX, event.clientY - first.clientY);
    if (!isDragging && far < DRAG_PIXELS) return;
    isDragging = true;
    follower.start(event.clientX, event.clientY, nodeAt(event));
  };
  const released = (event: PointerEvent): void => {
    stop();
    if (isDragging) follower.end(nodeAt(event), event.ctrlKey || event.shiftKey || event.metaKey);
  };
  const keyed = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isDragging) return;
    stop();
    follower.cancel();
  };
  const stop = (): void => {
    window.removeEventListener('pointermove', moved);
    window.removeEventListener('pointerup', released);
    window.removeEventListener('pointercancel', stop);
    window.removeEventListener('keydown', keyed, true);
  };
  window.addEventListener('pointermove', moved);
  window.addEventListener('pointerup', released);
  window.addEventListener('pointercancel', stop);
  window.addEventListener('keydown', keyed, true);
  return stop;
}

function nodeAt(event: PointerEvent): number | undefined {
  const under = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-node]');
  const id = under?.getAttribute('data-node');
  return id === null || id === undefined ? undefined : Number(id);
}
