import {
  type Configuration,
  isConditionalJump,
  type Instruction,
  type Operation,
  type Program,
  targetName,
} from '#core/asm';
import { assumeFlags } from './branches.ts';
import { withFlags } from './effect.ts';
import { effects } from './effects.ts';
import { Liveness } from './liveness.ts';
import { Machine, rootOf } from './machine.ts';
import { LaterConditions, pruned, reachableBackwards, repeatedConditions } from './pruning.ts';
import { canonicityOf } from './solver.ts';
import {
  addressWidth,
  type Established,
  initialState,
  joined,
  type MachineState,
  registerValue,
  type Step,
  unknownFlags,
} from './state.ts';
import { type Askable, stateKey } from './state-key.ts';
import { computed, type Value } from './values.ts';

/** From so many states on, configurations are no longer told apart at a point; from the second number on, nothing is. */
const CONFIGURATIONS_PER_POINT = 64;
const STATES_PER_POINT = 1024;
const STEP_LIMIT = 400_000;
const VISITS_PER_POINT = 6000;
/** So many rounds of a loop are followed one by one; from then on a round is joined with the one before it. */
const ROUNDS_APART = 2;

/** Names that a code base adds to what is built in. */
export interface Vocabulary {
  readonly sysretMacros: ReadonlySet<string>;
  readonly interruptMacros: ReadonlySet<string>;
  readonly userLimits: ReadonlySet<string>;
}

/** What holds before the first instruction: the operands of inline assembly and what C checked about them. */
export interface EntryKnowledge {
  readonly registers: ReadonlyMap<string, Value>;
  readonly conditions: readonly Established[];
}

const nothingKnown: EntryKnowledge = { registers: new Map(), conditions: [] };

/** A path that reached an exit instruction, as the machine stood before it. */
export interface Arrival {
  readonly at: number;
  readonly root: number;
  readonly state: MachineState;
}

export interface Exploration {
  readonly machine: Machine;
  readonly arrivals: readonly Arrival[];
  /** Marks the operations from which one operation can be reached. */
  readonly reaches: (exit: number) => Uint8Array;
  /** False when a limit cut the search short: then nothing may be called safe. */
  readonly complete: boolean;
}

const callerSaved = ['rax', 'rcx', 'rdx', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11'];

/** Follows every path from the roots to the operations in `exits`. `inputs` are register contents at the roots. */
export function explore(
  program: Program,
  exits: ReadonlySet<number>,
  vocabulary: Vocabulary,
  entry: EntryKnowledge = nothingKnown,
): Exploration {
  const run = new Run(program, exits, vocabulary);
  for (const root of program.roots) run.from(root, entry);
  const reaching = new Map<number, Uint8Array>();
  const reaches = (exit: number): Uint8Array => {
    const known = reaching.get(exit) ?? reachableBackwards(program, new Set([exit]));
    reaching.set(exit, known);
    return known;
  };
  return { machine: run.machine, arrivals: run.arrivals, complete: run.complete, reaches };
}

class Run {
  readonly machine: Machine;
  readonly arrivals: Arrival[] = [];
  complete = true;
  private readonly program: Program;
  private readonly exits: ReadonlySet<number>;
  private readonly vocabulary: Vocabulary;
  private readonly leadsToExit: Uint8Array;
  private readonly liveness: Liveness;
  private readonly lastingConditions: ReadonlySet<string>;
  private readonly seen = new Map<
    number,
    { keys: Set<string>; merged: MachineState | undefined }
  >();
  private readonly loopHeads: ReadonlySet<number>;
  /** What paths knew when they came by the head of a loop. */
  private readonly rounds = new Map<Step, MachineState>();
  private readonly askable = new Map<number, Askable>();
  private readonly asking: LaterConditions;
  private steps = 0;

  constructor(program: Program, exits: ReadonlySet<number>, vocabulary: Vocabulary) {
    this.program = program;
    this.exits = exits;
    this.vocabulary = vocabulary;
    this.machine = new Machine(program, vocabulary.userLimits);
    this.leadsToExit = reachableBackwards(program, exits);
    this.liveness = new Liveness(program, exits, this.leadsToExit);
    this.lastingConditions = repeatedConditions(program, this.leadsToExit);
    this.asking = new LaterConditions(program);
    this.loopHeads = loopHeadsOf(program, this.leadsToExit);
  }

  from(root: number, entry: EntryKnowledge): void {
    if (this.leadsToExit[root] !== 1) return;
    const pending: { at: number; state: MachineState }[] = [
      { at: root, state: { ...initialState(root, entry.registers), conditions: entry.conditions } },
    ];
    for (let item = pending.pop(); item; item = pending.pop()) {
      if (this.steps++ > STEP_LIMIT) {
        this.complete = false;
        return;
      }
      const state = this.admit(item.at, item.state, root);
      if (!state) continue;
      if (this.exits.has(item.at)) this.arrivals.push({ at: item.at, root, state });
      for (const next of this.step(item.at, state)) {
        if (this.leadsToExit[next.at] === 1) pending.push(next);
      }
    }
  }

  /** A state that was here before is dropped; too many different ones are joined into one. */
  private admit(at: number, arriving: MachineState, root: number): MachineState | undefined {
    const operation = this.program.operations[at];
    const configured = enterConfiguration(
      arriving,
      operation?.configuration,
      this.lastingConditions,
    );
    if (!configured) return undefined;
    let state: MachineState = { ...configured, steps: { at, before: configured.steps } };
    if (operation?.kind !== 'label' && !this.exits.has(at)) return state;
    if (operation?.kind === 'label') state = pruned(state, at, this.liveness);
    if (this.loopHeads.has(at)) state = this.nextRound(at, state);
    const point = this.seen.get(at) ?? { keys: new Set<string>(), merged: undefined };
    this.seen.set(at, point);
    if (point.keys.size >= CONFIGURATIONS_PER_POINT) state = withoutConfiguration(state);
    if (point.keys.size >= STATES_PER_POINT && !this.exits.has(at)) {
      state = point.merged ? this.join(state, point.merged, at) : state;
      point.merged = state;
    }
    // RCX untouched since the root: then it matters which root that was.
    const isUntouched = registerValue(state, 'rcx').key === 'entry:rcx';
    const rest = stateKey(state, this.askableAt(at));
    const key = isUntouched ? `${root} ${rest}` : rest;
    if (point.keys.has(key)) return undefined;
    if (point.keys.size >= VISITS_PER_POINT && !this.exits.has(at)) {
      this.complete = false;
      return undefined;
    }
    point.keys.add(key);
    return state;
  }

  private askableAt(at: number): Askable {
    const known = this.askable.get(at);
    if (known) return known;
    const made: Askable = {
      registers: this.liveness.liveAt(at),
      isConditionAsked: (condition) => this.asking.isAsked(condition, at),
    };
    this.askable.set(at, made);
    return made;
  }

  /** A loop may change its values in every round: joining a round with the one before it comes to an end. */
  private nextRound(at: number, state: MachineState): MachineState {
    let previous: MachineState | undefined;
    let count = 0;
    for (let step = state.steps?.before; step; step = step.before) {
      if (step.at !== at) continue;
      previous ??= this.rounds.get(step);
      count++;
    }
    const next = previous && count >= ROUNDS_APART ? this.join(state, previous, at) : state;
    if (state.steps) this.rounds.set(state.steps, next);
    return next;
  }

  /** Where both paths had a canonical RCX, so has the joined one, whatever its value. */
  private join(state: MachineState, other: MachineState, at: number): MachineState {
    const merged = joined(state, other, at);
    const isProved = (each: MachineState): boolean =>
      canonicityOf(
        registerValue(each, 'rcx'),
        each.conditions.map((one) => one.condition),
        48,
      ).kind === 'canonical';
    const value = registerValue(merged, 'rcx');
    if (
      value.kind !== 'atom' ||
      !value.key.startsWith('joined:') ||
      !isProved(state) ||
      !isProved(other)
    )
      return merged;
    return {
      ...merged,
      registers: new Map(merged.registers).set('rcx', computed('sign-extend', value, 48n)),
    };
  }

  private step(at: number, state: MachineState): { at: number; state: MachineState }[] {
    const operation = this.program.operations[at];
    const targets = this.program.successors[at] ?? [];
    if (operation?.kind === 'macro') return sameFor(targets, this.runMacro(operation, state, at));
    if (operation?.kind !== 'instruction') return sameFor(targets, state);
    const { instruction } = operation;
    if (isConditionalJump(instruction.mnemonic)) return this.jump(instruction, state, at, targets);
    if (instruction.mnemonic.startsWith('cmov'))
      return this.conditionalMove(instruction, state, at, targets);
    if (instruction.mnemonic === 'call')
      return sameFor(targets, this.runCall(targetName(instruction), state, at));
    if (/^set[a-z]/.test(instruction.mnemonic) && instruction.mnemonic !== 'setssbsy') {
      return sameFor(targets, this.setByte(instruction, state, at));
    }
    const effect = effects.get(instruction.mnemonic);
    return sameFor(targets, effect ? effect(this.machine, state, instruction, at) : state);
  }

  private setByte(instruction: Instruction, state: MachineState, at: number): MachineState {
    const destination = instruction.operands[0];
    return destination?.kind === 'register'
      ? this.machine.setOpaque(state, destination.name, at, 'a flag')
      : state;
  }

  private jump(
    instruction: Instruction,
    state: MachineState,
    at: number,
    targets: readonly number[],
  ): { at: number; state: MachineState }[] {
    if (!instruction.mnemonic.startsWith('j') || /^j[er]?cxz$/.test(instruction.mnemonic)) {
      const counted = instruction.mnemonic.startsWith('loop')
        ? this.machine.setOpaque(state, 'rcx', at, 'a loop counter')
        : state;
      return sameFor(targets, counted);
    }
    const [next, ...taken] = targets;
    const code = instruction.mnemonic.slice(1);
    const how = {
      at,
      turnsAway: targets.some((target) => target < 0 || this.leadsToExit[target] !== 1),
    };
    const result: { at: number; state: MachineState }[] = [];
    const failed = assumeFlags(state, code, false, how);
    const held = assumeFlags(state, code, true, how);
    if (held) for (const target of taken) result.push({ at: target, state: held });
    if (failed && next !== undefined) result.push({ at: next, state: failed });
    return result;
  }

  private conditionalMove(
    instruction: Instruction,
    state: MachineState,
    at: number,
    targets: readonly number[],
  ): { at: number; state: MachineState }[] {
    const code = instruction.mnemonic.slice(4);
    const how = { at, turnsAway: true };
    const [source, destination] = instruction.operands;
    const kept = assumeFlags(state, code, false, how);
    const held = assumeFlags(state, code, true, how);
    const result = kept ? sameFor(targets, kept) : [];
    if (held && source && destination) {
      const read = this.machine.read(held, source, 64, at);
      result.push(
        ...sameFor(targets, this.machine.write(read.state, destination, read.value, 64, at)),
      );
    }
    return result;
  }

  private runCall(callee: string, state: MachineState, at: number): MachineState {
    this.machine.noteAccess(at, rootOf(registerValue(state, 'rsp')), undefined);
    let next = this.machine.clobberMemory(state, at);
    for (const register of callerSaved) {
      const text = callee === '' ? 'an indirect call' : callee;
      const made = this.machine.opaque(next, at, `call:${register}`, { kind: 'call', text, at });
      next = this.machine.setRegister(made.state, register, made.value, at);
    }
    return { ...withFlags(next, unknownFlags, at), interrupts: 'unknown' };
  }

  /** A macro whose body nobody showed us: by its name a call, a restore of registers, or something harmless. */
  private runMacro(
    operation: Operation & { kind: 'macro' },
    state: MachineState,
    at: number,
  ): MachineState {
    const { name } = operation;
    if (
      /^(CLI|DISABLE_INTERRUPTS|TRACE_IRQS_OFF|INTR_OFF|ASSERT_INTERRUPTS_DISABLED|ASSERT_IRQS_OFF)$/.test(
        name,
      ) ||
      this.vocabulary.interruptMacros.has(name)
    ) {
      return { ...withFlags(state, unknownFlags, at), interrupts: 'off' };
    }
    if (/^(STI|ENABLE_INTERRUPTS|INTR_ON|ASSERT_INTERRUPTS_ENABLED)$/.test(name)) {
      return { ...withFlags(state, unknownFlags, at), interrupts: 'on' };
    }
    if (/^(SWAPGS|swapgs)/.test(name)) return { ...state, swaps: state.swaps + 1, lastSwapAt: at };
    if (/^(CALL|UPDATE|TRACE|AUDIT|LOCKDEP)_|^CALL$/i.test(name))
      return this.runCall(name, state, at);
    const flagged = withFlags(state, unknownFlags, at);
    if (/RESTORE|POP/.test(name)) return this.restoreAll(name, flagged, at);
    return flagged;
  }

  /** RESTORE_ALL and its like move RSP; RCX they give back is a frame's, unless a checked one was kept on purpose. */
  private restoreAll(name: string, state: MachineState, at: number): MachineState {
    const rcx = registerValue(state, 'rcx');
    const isChecked =
      rcx.kind !== 'constant' &&
      rcx.kind !== 'symbol' &&
      canonicityOf(
        rcx,
        state.conditions.map((each) => each.condition),
        addressWidth(state),
      ).kind === 'canonical';
    const stack = this.machine.opaque(state, at, 'stack', { kind: 'macro', text: name, at });
    // Another stack pointer: what was read through the old one says nothing about the frame now on top.
    const fresh = this.machine.clobberMemory(stack.state, at);
    const moved = this.machine.setRegister(fresh, 'rsp', stack.value, at);
    if (isChecked || (rcx.kind === 'atom' && this.machine.origins.get(rcx.key)?.kind === 'memory'))
      return moved;
    const made = this.machine.opaque(moved, at, 'frame', { kind: 'macro', text: name, at });
    return this.machine.setRegister(made.state, 'rcx', made.value, at);
  }
}

function sameFor(
  targets: readonly number[],
  state: MachineState,
): { at: number; state: MachineState }[] {
  return targets.filter((target) => target >= 0).map((at) => ({ at, state }));
}

/** Adds the assumptions around an operation; undefined when they contradict what the path assumed before. */
function enterConfiguration(
  state: MachineState,
  configuration: Configuration | undefined,
  lasting: ReadonlySet<string>,
): MachineState | undefined {
  let next: Map<string, boolean> | undefined;
  for (let each = configuration; each; each = each.outer) {
    const { condition, holds } = each.assumption;
    if (!lasting.has(condition)) continue;
    const known = (next ?? state.configuration).get(condition);
    if (known === holds) continue;
    if (known !== undefined) return undefined;
    next ??= new Map(state.configuration);
    next.set(condition, holds);
  }
  return next ? { ...state, configuration: next } : state;
}

/** Forgetting what a path assumed is sound: it may then take arms that belong to other configurations. */
function withoutConfiguration(state: MachineState): MachineState {
  if (state.configuration.size === 0) return state;
  const kept = [...state.configuration].filter(([condition]) => /LA57/i.test(condition));
  return { ...state, configuration: new Map(kept) };
}

/** Operations that a path can come back to: targets of jumps back along a depth-first walk. */
function loopHeadsOf(program: Program, leadsToExit: Uint8Array): ReadonlySet<number> {
  const heads = new Set<number>();
  const color = new Uint8Array(program.operations.length);
  for (const root of program.roots) {
    const pending = [{ at: root, next: 0 }];
    if (color[root] === 0) color[root] = 1;
    for (let top = pending.at(-1); top; top = pending.at(-1)) {
      const target = program.successors[top.at]?.[top.next++];
      if (target === undefined) {
        color[top.at] = 2;
        pending.pop();
      } else if (target >= 0 && leadsToExit[target] === 1) {
        if (color[target] === 1) heads.add(target);
        else if (color[target] === 0) {
          color[target] = 1;
          pending.push({ at: target, next: 0 });
        }
      }
    }
  }
  return heads;
}
