import type { Place, Program } from '#core/asm';
import type { Arrival } from './explore.ts';

/** Operation indices of a path, oldest first. */
export function pathOf(arrival: Arrival): number[] {
  const path: number[] = [];
  for (let step = arrival.state.steps; step; step = step.before) path.push(step.at);
  return path.reverse();
}

/** The last stretch of a path, from an operation on (exclusive) to its end. */
export function pathAfter(path: readonly number[], at: number): readonly number[] {
  const from = path.lastIndexOf(at);
  return from < 0 ? [] : path.slice(from + 1);
}

export function placeAt(program: Program, at: number): Place {
  return program.operations[at]?.place ?? { span: { start: 0, end: 0 } };
}

/** The name a path is known by: its root label (the last of several in a row), or the last label before it. */
export function labelAt(program: Program, at: number): string {
  const next = program.operations[at + 1];
  if (
    program.operations[at]?.kind === 'label' &&
    next?.kind === 'label' &&
    !next.name.startsWith('\u0000')
  ) {
    return labelAt(program, at + 1);
  }
  for (let i = at; i >= 0; i--) {
    const operation = program.operations[i];
    if (operation?.kind === 'label' && !operation.name.startsWith('\u0000')) return operation.name;
  }
  return '';
}
