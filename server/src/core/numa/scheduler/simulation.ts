import { Credit } from './credit.ts';
import { Credit2 } from './credit2.ts';
import { cycle, maskOf, nextBit, type CpuMask } from './cpu-mask.ts';
import {
  ACCOUNTING,
  BLOCK,
  EventQueue,
  NO_SLOT,
  SCHEDULE,
  TICK,
  TIMER,
  WAKE,
} from './event-queue.ts';
import { NullScheduler } from './null-scheduler.ts';
import { roundHalfEven, seededRandom } from './random.ts';
import { Rtds } from './rtds.ts';
import { BLOCKED, NO_ONE, RUNNING, SimVcpu } from './sim-vcpu.ts';
import type { Scheduler } from './scheduler.ts';
import type { RunSegment, SimDomain, SimHost, SimOptions, SimReport } from './model.ts';

const LOCAL_DISTANCE = 10;
const COST_UNIT = 1000;
const US_PER_SECOND = 1_000_000;

/**
 * Discrete simulation of Xen's schedulers on a NUMA machine (numa.md 2.6): integer microseconds, one seeded source of
 * randomness, work slowed down by the distance to the domain's pages. A model, not a measurement.
 */
export class Simulation {
  readonly host: SimHost;
  readonly cpuCount: number;
  readonly options: SimOptions;
  readonly domains: readonly SimDomain[];
  readonly vcpus: SimVcpu[] = [];
  readonly events: EventQueue = new EventQueue();
  readonly allCpus: CpuMask;
  /** vCPU on each CPU, or NO_ONE. */
  readonly current: Int32Array;
  /** When the vCPU on each CPU started. */
  readonly enteredUs: Float64Array;
  readonly segments: RunSegment[] = [];
  migrations = 0;
  crossNodeMigrations = 0;
  private readonly isPending: Uint8Array;
  private readonly timerGeneration: Int32Array;
  /** Where each CPU's timer waits in the queue. */
  private readonly timerSlot: Int32Array;
  private readonly random: () => number;
  private readonly scheduler: Scheduler;
  private readonly records: boolean;

  constructor(
    host: SimHost,
    domains: readonly SimDomain[],
    options: SimOptions,
    records: boolean = false,
  ) {
    this.host = host;
    this.options = options;
    this.domains = domains;
    this.records = records;
    this.cpuCount = host.nodeOf.length;
    this.allCpus = maskOf(host.nodeOf.keys(), this.cpuCount);
    this.current = new Int32Array(this.cpuCount).fill(NO_ONE);
    this.enteredUs = new Float64Array(this.cpuCount);
    this.isPending = new Uint8Array(this.cpuCount);
    this.timerGeneration = new Int32Array(this.cpuCount);
    this.timerSlot = new Int32Array(this.cpuCount).fill(NO_SLOT);
    this.random = seededRandom(options.seed);
    this.scheduler = createScheduler(this);
    domains.forEach((domain, id) => this.addDomain(domain, id));
  }

  get nowUs(): number {
    return this.events.nowUs;
  }

  /** Runs to a time and charges what is on the CPUs until then. */
  run(untilUs: number): void {
    const { events } = this;
    while (events.take(untilUs)) this.handle(events.kind, events.subject, events.generation);
    events.nowUs = untilUs;
    for (let cpu = 0; cpu < this.cpuCount; cpu++) {
      const id = this.current[cpu]!;
      if (id === NO_ONE) continue;
      this.account(this.vcpus[id]!);
      this.record(id, cpu);
    }
  }

  /** Figures of all vCPUs, or of one domain's. */
  report(domain?: number): SimReport {
    const seconds = this.nowUs / US_PER_SECOND;
    const { nodeCount } = this.host;
    let [run, local, home, work, waited] = [0, 0, 0, 0, 0];
    for (const vcpu of this.vcpus) {
      if (domain !== undefined && vcpu.domain !== domain) continue;
      for (let node = 0; node < nodeCount; node++) {
        const time = vcpu.runUsOnNode[node]!;
        run += time;
        local += time * vcpu.memory[node]!;
        if (vcpu.memory[node]! > 0) home += time;
      }
      work += vcpu.workDone;
      waited += vcpu.waitUs;
    }
    const cpuTime = this.nowUs * this.cpuCount;
    return {
      utilisation: cpuTime === 0 ? 0 : run / cpuTime,
      localShare: run === 0 ? 0 : local / run,
      homeShare: run === 0 ? 0 : home / run,
      workPerCpuSecond: cpuTime === 0 ? 0 : work / cpuTime,
      speed: run === 0 ? 0 : work / run,
      migrationsPerSecond: seconds === 0 ? 0 : this.migrations / seconds,
      crossNodeMigrationsPerSecond: seconds === 0 ? 0 : this.crossNodeMigrations / seconds,
      waitingSeconds: waited / US_PER_SECOND,
    };
  }

  /** Asks a CPU to schedule, at this instant, once. */
  raise(cpu: number): void {
    if (this.isPending[cpu] === 1) return;
    this.isPending[cpu] = 1;
    this.events.push(this.nowUs, SCHEDULE, cpu, 0);
  }

  setTimer(cpu: number, afterUs: number): void {
    this.cancelTimer(cpu);
    const at = this.nowUs + afterUs;
    this.timerSlot[cpu] = this.events.push(at, TIMER, cpu, this.timerGeneration[cpu]!);
  }

  cancelTimer(cpu: number): void {
    this.timerGeneration[cpu]!++;
    this.events.cancel(this.timerSlot[cpu]!);
    this.timerSlot[cpu] = NO_SLOT;
  }

  /** Puts a vCPU on a CPU, draws a burst if it has none. */
  startRun(cpu: number, vcpu: SimVcpu): void {
    vcpu.isRunning = true;
    vcpu.state = RUNNING;
    this.current[cpu] = vcpu.id;
    this.enteredUs[cpu] = this.nowUs;
    vcpu.burntUntilUs = this.nowUs;
    vcpu.accountedUs = this.nowUs;
    vcpu.generation++;
    if (vcpu.cpu !== cpu) this.noteMigration(vcpu, cpu);
    vcpu.cpu = cpu;
    vcpu.waitUs += this.nowUs - vcpu.queuedSinceUs;
    const { workload } = vcpu;
    if (workload === undefined) return;
    if (vcpu.workLeft < 0) vcpu.workLeft = this.burst(workload.runUs);
    const cost = vcpu.costOnNode[this.host.nodeOf[cpu]!]!;
    const runUs = Math.ceil((vcpu.workLeft * cost) / COST_UNIT);
    vcpu.blockSlot = this.events.push(this.nowUs + runUs, BLOCK, vcpu.id, vcpu.generation);
  }

  stopRun(cpu: number): SimVcpu {
    const vcpu = this.vcpus[this.current[cpu]!]!;
    this.account(vcpu);
    this.record(vcpu.id, cpu);
    vcpu.isRunning = false;
    this.current[cpu] = NO_ONE;
    vcpu.generation++;
    this.events.cancel(vcpu.blockSlot);
    vcpu.blockSlot = NO_SLOT;
    return vcpu;
  }

  /** Charges run time and work up to now. */
  account(vcpu: SimVcpu): void {
    const elapsedUs = this.nowUs - vcpu.accountedUs;
    if (elapsedUs <= 0) return;
    const node = this.host.nodeOf[vcpu.cpu]!;
    vcpu.runUsOnNode[node]! += elapsedUs;
    const work = Math.floor((elapsedUs * COST_UNIT) / vcpu.costOnNode[node]!);
    vcpu.workDone += work;
    if (vcpu.workLeft >= 0) vcpu.workLeft = Math.max(0, vcpu.workLeft - work);
    vcpu.accountedUs = this.nowUs;
  }

  noteMigration(vcpu: SimVcpu, to: number): void {
    if (vcpu.cpu === to) return;
    this.migrations++;
    const { nodeOf } = this.host;
    if (nodeOf[vcpu.cpu] !== nodeOf[to]) this.crossNodeMigrations++;
  }

  private handle(kind: number, subject: number, generation: number): void {
    switch (kind) {
      case WAKE: {
        const vcpu = this.vcpus[subject]!;
        if (vcpu.state === BLOCKED) this.scheduler.wake(vcpu);
        return;
      }
      case BLOCK:
        this.block(this.vcpus[subject]!, generation);
        return;
      case TIMER:
        if (generation !== this.timerGeneration[subject]) return;
        this.timerSlot[subject] = NO_SLOT;
        this.raise(subject);
        return;
      case SCHEDULE:
        this.isPending[subject] = 0;
        this.scheduler.schedule(subject);
        return;
      case TICK:
        this.scheduler.tick?.(subject);
        return;
      case ACCOUNTING:
        this.scheduler.accounting?.();
    }
  }

  private block(vcpu: SimVcpu, generation: number): void {
    if (vcpu.generation !== generation || !vcpu.isRunning) return;
    vcpu.blockSlot = NO_SLOT;
    this.account(vcpu);
    vcpu.state = BLOCKED;
    vcpu.workLeft = -1;
    vcpu.migrates = false;
    this.raise(vcpu.cpu);
    this.events.push(this.nowUs + this.burst(vcpu.workload!.blockUs), WAKE, vcpu.id, 0);
  }

  private burst(meanUs: number): number {
    return Math.max(1, roundHalfEven(meanUs * (0.5 + this.random())));
  }

  private record(id: number, cpu: number): void {
    if (!this.records || this.nowUs <= this.enteredUs[cpu]!) return;
    this.segments.push({ vcpu: id, cpu, startUs: this.enteredUs[cpu]!, endUs: this.nowUs });
  }

  /** The first vCPU starts on a CPU of the memory's nodes, the next ones go round these. */
  private addDomain(domain: SimDomain, id: number): void {
    const { host, cpuCount, allCpus } = this;
    const hard = domain.hard === undefined ? allCpus : maskOf(domain.hard, cpuCount);
    const soft = domain.soft === undefined ? allCpus : maskOf(domain.soft, cpuCount);
    const homeCpus = [...host.nodeOf.keys()].filter((cpu) => domain.memory[host.nodeOf[cpu]!]! > 0);
    const home = homeCpus.length === 0 ? allCpus : maskOf(homeCpus, cpuCount);
    const costOnNode = Array.from({ length: host.nodeCount }, (_, at) => this.cost(domain, at));
    for (let i = 0; i < domain.vcpus; i++) {
      const vcpu = new SimVcpu(
        { id: this.vcpus.length, domain: id, workload: domain.workload },
        { hard, soft, all: allCpus },
        { shares: domain.memory, costOnNode },
      );
      vcpu.cpu = i === 0 ? nextBit(home, 0) : cycle(home, this.vcpus.at(-1)!.cpu);
      this.vcpus.push(vcpu);
      this.scheduler.insert(vcpu);
      this.events.push(0, WAKE, vcpu.id, 0);
    }
  }

  private cost(domain: SimDomain, at: number): number {
    const { memoryBoundness } = this.options;
    let weighted = 0;
    domain.memory.forEach((share, node) => {
      weighted += share * (this.host.distances[at]?.[node] ?? LOCAL_DISTANCE);
    });
    const factor = 1 - memoryBoundness + (memoryBoundness * weighted) / LOCAL_DISTANCE;
    return roundHalfEven(COST_UNIT * factor);
  }
}

function createScheduler(simulation: Simulation): Scheduler {
  switch (simulation.options.scheduler) {
    case 'credit':
      return new Credit(simulation);
    case 'credit2':
      return new Credit2(simulation);
    case 'null':
      return new NullScheduler(simulation);
    case 'rtds':
      return new Rtds(simulation);
  }
}
