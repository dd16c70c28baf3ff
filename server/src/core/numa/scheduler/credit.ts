import {
  clearBit,
  countCommon,
  cycle,
  emptyMask,
  hasBit,
  isEmpty,
  nextBit,
  setBit,
  type CpuMask,
} from './cpu-mask.ts';
import { ACCOUNTING, TICK } from './event-queue.ts';
import { becomeRunnable, NO_ONE, RUNNABLE, RUNNING, type SimVcpu } from './sim-vcpu.ts';
import { coreSiblings, socketSiblings } from './siblings.ts';
import { insertAt, removeAt } from './vcpu-list.ts';
import type { Scheduler } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

const TICK_US = 10_000;
const SLICE_US = 30_000;
const RATE_LIMIT_US = 1000;
const MIN_TIMER_US = 100;
const STEAL_INTERVAL_US = 1000;
/** Credits per 30 ms of CPU time. */
const CREDITS_PER_ACCOUNTING = 300;
const US_PER_CREDIT = 100;
const BOOST = 0;
const UNDER = -1;
const OVER = -2;
const IDLE = -64;

/** credit (xen/common/sched/credit.c): a queue per CPU, stealing between them, own node first. */
export class Credit implements Scheduler {
  private readonly simulation: Simulation;
  private readonly queues: SimVcpu[][];
  private readonly idlers: CpuMask;
  /** CPUs whose queue is not empty. */
  private readonly waiting: CpuMask;
  private readonly siblings: readonly CpuMask[];
  private readonly sockets: readonly CpuMask[];
  private readonly nodeCpus: readonly CpuMask[];
  private readonly lastSteal: Float64Array;
  private readonly lastTickle: Int32Array;
  private readonly stealBias: Int32Array;
  private readonly idleBias: Int32Array;
  private readonly sortedAt: Int32Array;
  private sortCount = 0;
  private readonly idle: CpuMask;
  private readonly candidates: CpuMask;
  private readonly scratch: CpuMask;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    const { host, cpuCount } = simulation;
    const cpus = [...host.nodeOf.keys()];
    this.queues = cpus.map(() => []);
    this.idlers = simulation.allCpus.slice();
    this.waiting = emptyMask(cpuCount);
    this.siblings = coreSiblings(host);
    this.sockets = socketSiblings(host);
    this.nodeCpus = Array.from({ length: host.nodeCount }, (_, node) => {
      const mask = emptyMask(cpuCount);
      for (const cpu of cpus) if (host.nodeOf[cpu] === node) setBit(mask, cpu);
      return mask;
    });
    this.lastSteal = new Float64Array(cpuCount).fill(-1e9);
    this.lastTickle = new Int32Array(cpuCount);
    this.stealBias = Int32Array.from(this.nodeCpus, (mask) => Math.max(0, nextBit(mask, 0)));
    this.idleBias = Int32Array.from(cpus);
    this.sortedAt = new Int32Array(cpuCount);
    this.idle = emptyMask(cpuCount);
    this.candidates = emptyMask(cpuCount);
    this.scratch = emptyMask(cpuCount);
    for (const cpu of cpus) simulation.events.push(TICK_US, TICK, cpu, 0);
    simulation.events.push(SLICE_US, ACCOUNTING, 0, 0);
  }

  insert(vcpu: SimVcpu): void {
    vcpu.cpu = this.pickCpu(vcpu);
  }

  wake(vcpu: SimVcpu): void {
    if (vcpu.priority === UNDER) vcpu.priority = BOOST;
    this.enqueue(vcpu);
    this.tickle(vcpu);
  }

  schedule(cpu: number): void {
    const { simulation } = this;
    const before = simulation.vcpus[simulation.current[cpu]!];
    if (before !== undefined) this.burn(before);
    const canStay = before !== undefined && before.state === RUNNING && !before.migrates;
    const ranUs = simulation.nowUs - simulation.enteredUs[cpu]!;
    if (canStay && ranUs < RATE_LIMIT_US) {
      simulation.setTimer(cpu, Math.max(RATE_LIMIT_US - ranUs, MIN_TIMER_US));
      return;
    }
    const queue = this.queues[cpu]!;
    if (canStay) this.queueUp(cpu, before);
    const next = this.choose(cpu, queue);
    if (next !== undefined && next === before) {
      simulation.setTimer(cpu, SLICE_US);
      next.isQueued = false;
      return;
    }
    if (before !== undefined) {
      simulation.stopRun(cpu);
      if (canStay) becomeRunnable(before, simulation.nowUs);
    }
    if (next === undefined) {
      setBit(this.idlers, cpu);
      simulation.cancelTimer(cpu);
    } else {
      next.isQueued = false;
      clearBit(this.idlers, cpu);
      simulation.startRun(cpu, next);
      simulation.setTimer(cpu, SLICE_US);
    }
    if (before !== undefined && before.migrates && before.state === RUNNING) this.moveAway(before);
  }

  /** Every 10 ms: boost ends, credit is charged, and a better CPU is looked for. */
  tick(cpu: number): void {
    const { simulation } = this;
    const vcpu = simulation.vcpus[simulation.current[cpu]!];
    if (vcpu !== undefined) {
      if (vcpu.priority === BOOST) vcpu.priority = UNDER;
      this.burn(vcpu);
      if (!vcpu.isActive) vcpu.isActive = true;
      else if (this.pickCpu(vcpu) !== cpu) {
        vcpu.migrates = true;
        simulation.raise(cpu);
      }
    }
    if (this.sortedAt[cpu] !== this.sortCount) this.sortQueue(cpu);
    simulation.events.push(simulation.nowUs + TICK_US, TICK, cpu, 0);
  }

  /** Every 30 ms: the active vCPUs share the credit of all CPUs. */
  accounting(): void {
    const { simulation } = this;
    const active = simulation.vcpus.filter((vcpu) => vcpu.isActive);
    if (active.length > 0) {
      const share = (simulation.cpuCount * CREDITS_PER_ACCOUNTING) / active.length;
      const fair = Math.min(share, CREDITS_PER_ACCOUNTING);
      for (const vcpu of active) giveCredit(vcpu, fair);
      this.sortCount++;
    }
    simulation.events.push(simulation.nowUs + SLICE_US, ACCOUNTING, 0, 0);
  }

  private enqueue(vcpu: SimVcpu): void {
    this.queueUp(vcpu.cpu, vcpu);
    becomeRunnable(vcpu, this.simulation.nowUs);
  }

  private queueUp(cpu: number, vcpu: SimVcpu): void {
    const queue = this.queues[cpu]!;
    insertAt(queue, this.placeIn(queue, vcpu), vcpu);
    setBit(this.waiting, cpu);
  }

  private unqueue(cpu: number, at: number): void {
    const queue = this.queues[cpu]!;
    removeAt(queue, at);
    if (queue.length === 0) clearBit(this.waiting, cpu);
  }

  /** Behind all of the same or a higher priority. */
  private placeIn(queue: readonly SimVcpu[], vcpu: SimVcpu): number {
    let at = 0;
    while (at < queue.length && vcpu.priority <= queue[at]!.priority) at++;
    return at;
  }

  private choose(cpu: number, queue: SimVcpu[]): SimVcpu | undefined {
    const { nowUs } = this.simulation;
    const first = queue[0];
    const priority = first?.priority ?? IDLE;
    if (priority <= OVER && nowUs - this.lastSteal[cpu]! > STEAL_INTERVAL_US) {
      this.lastSteal[cpu] = nowUs;
      const stolen = this.steal(cpu, priority);
      if (stolen !== undefined) return stolen;
    }
    if (first !== undefined) this.unqueue(cpu, 0);
    return first;
  }

  private moveAway(vcpu: SimVcpu): void {
    vcpu.migrates = false;
    const cpu = this.pickCpu(vcpu);
    this.simulation.noteMigration(vcpu, cpu);
    vcpu.cpu = cpu;
    vcpu.state = RUNNABLE;
    this.enqueue(vcpu);
    this.tickle(vcpu);
  }

  /** The best CPU: soft step, then hard; an idle one with idle neighbours. */
  private pickCpu(vcpu: SimVcpu): number {
    let cpu = vcpu.cpu;
    for (const step of vcpu.steps) {
      cpu = hasBit(step, vcpu.cpu) ? vcpu.cpu : cycle(step, vcpu.cpu);
      const { idle, candidates } = this;
      idle.set(this.idlers);
      if (vcpu.cpu === cpu && this.queues[cpu]!.length === 0) setBit(idle, cpu);
      for (let w = 0; w < idle.length; w++) candidates[w] = step[w]! & idle[w]!;
      if (!hasBit(candidates, cpu) && !isEmpty(candidates)) cpu = cycle(candidates, cpu);
      cpu = this.idlestFrom(cpu);
      if (hasBit(idle, cpu)) break;
    }
    return cpu;
  }

  private idlestFrom(start: number): number {
    const { siblings, sockets, candidates, idle, scratch } = this;
    let cpu = start;
    clearBit(candidates, cpu);
    while (!isEmpty(candidates)) {
      const next = cycle(candidates, cpu);
      const isSameSocket = hasBit(sockets[next]!, cpu);
      const factor = isSameSocket ? 1 : 2;
      const neighbours = isSameSocket ? siblings : sockets;
      const here = countCommon(idle, neighbours[cpu]!);
      const there = countCommon(idle, neighbours[next]!);
      intersect(scratch, neighbours[next]!, idle);
      if (here * factor < there) {
        intersect(scratch, scratch, candidates);
        cpu = cycle(scratch, this.idleBias[next]!);
        removeAll(candidates, siblings[cpu]!);
      } else removeAll(candidates, scratch);
    }
    return cpu;
  }

  private tickle(vcpu: SimVcpu): void {
    const { cpu, priority } = vcpu;
    const running = this.simulation.vcpus[this.simulation.current[cpu]!];
    const isHigher = priority > (running?.priority ?? IDLE);
    const noIdlers = isEmpty(this.idlers);
    const chosen =
      running === undefined || (noIdlers && isHigher)
        ? cpu
        : noIdlers
          ? undefined
          : this.idlerFor(vcpu, isHigher);
    if (chosen === undefined) return;
    clearBit(this.idlers, chosen);
    this.simulation.raise(chosen);
  }

  private idlerFor(vcpu: SimVcpu, isHigher: boolean): number | undefined {
    for (const step of vcpu.steps) {
      intersect(this.scratch, step, this.idlers);
      if (!isEmpty(this.scratch)) {
        this.lastTickle[vcpu.cpu] = cycle(this.scratch, this.lastTickle[vcpu.cpu]!);
        return this.lastTickle[vcpu.cpu];
      }
      if (step === vcpu.hard && isHigher) return vcpu.cpu;
    }
    return undefined;
  }

  /** Soft step, then hard; in each the own node first, then upwards by id with wrap-around. */
  private steal(cpu: number, priority: number): SimVcpu | undefined {
    if (isEmpty(this.waiting)) return undefined;
    const { nodeOf, nodeCount } = this.simulation.host;
    const own = nodeOf[cpu]!;
    for (let step = 0; step < 2; step++) {
      const thief = { cpu, priority, isSoftStep: step === 0 };
      for (let i = 0; i < nodeCount; i++) {
        const stolen = this.stealFrom((own + i) % nodeCount, thief);
        if (stolen !== undefined) return stolen;
      }
    }
    return undefined;
  }

  private stealFrom(node: number, thief: Thief): SimVcpu | undefined {
    const peers = this.scratch;
    const nodeCpus = this.nodeCpus[node]!;
    for (let w = 0; w < peers.length; w++)
      peers[w] = nodeCpus[w]! & this.waiting[w]! & ~this.idlers[w]!;
    clearBit(peers, thief.cpu);
    const first = cycle(peers, this.stealBias[node]!);
    for (let peer = first; peer >= 0;) {
      const queue = this.queues[peer]!;
      if (this.simulation.current[peer] !== NO_ONE) {
        const at = stealablePlace(queue, thief);
        if (at >= 0) {
          const stolen = queue[at]!;
          this.unqueue(peer, at);
          stolen.isQueued = false;
          this.stealBias[node] = peer;
          return stolen;
        }
      }
      peer = cycle(peers, peer);
      if (peer === first) break;
    }
    return undefined;
  }

  private sortQueue(cpu: number): void {
    this.sortedAt[cpu] = this.sortCount;
    const queue = this.queues[cpu]!;
    const over = queue.filter((vcpu) => vcpu.priority < UNDER);
    if (over.length === 0) return;
    queue.splice(0, queue.length, ...queue.filter((vcpu) => vcpu.priority >= UNDER), ...over);
  }

  private burn(vcpu: SimVcpu): void {
    this.simulation.account(vcpu);
    const spentUs = this.simulation.nowUs - vcpu.burntUntilUs;
    if (spentUs <= 0) return;
    vcpu.credit -= spentUs / US_PER_CREDIT;
    vcpu.burntUntilUs = this.simulation.nowUs;
  }
}

interface Thief {
  readonly cpu: number;
  readonly priority: number;
  readonly isSoftStep: boolean;
}

/** The first waiting vCPU of higher priority that may run on the thief's CPU; -1 when there is none. */
function stealablePlace(queue: readonly SimVcpu[], thief: Thief): number {
  for (let at = 0; at < queue.length; at++) {
    const vcpu = queue[at]!;
    if (vcpu.priority <= thief.priority) return -1;
    const mask = thief.isSoftStep ? vcpu.softStep : vcpu.hard;
    if (mask !== undefined && hasBit(mask, thief.cpu)) return at;
  }
  return -1;
}

function giveCredit(vcpu: SimVcpu, credit: number): void {
  vcpu.credit += credit;
  if (vcpu.credit < 0) {
    vcpu.priority = OVER;
    vcpu.credit = Math.max(vcpu.credit, -CREDITS_PER_ACCOUNTING);
    return;
  }
  if (vcpu.priority !== BOOST) vcpu.priority = UNDER;
  if (vcpu.credit > CREDITS_PER_ACCOUNTING) {
    vcpu.isActive = false;
    vcpu.credit /= 2;
  }
}

function intersect(into: CpuMask, a: CpuMask, b: CpuMask): void {
  for (let w = 0; w < into.length; w++) into[w] = a[w]! & b[w]!;
}

function removeAll(from: CpuMask, cpus: CpuMask): void {
  for (let w = 0; w < from.length; w++) from[w]! &= ~cpus[w]!;
}
