import fc from 'fast-check';
import {
  advance,
  blockGeometry,
  brokenOrder,
  createHistory,
  createSimulation,
  DEFAULT_CONFIG,
  DEFAULT_COSTS,
  DEFAULT_WORKLOAD,
  emptyRecord,
  exportTrace,
  HAZARDS,
  type HazardId,
  metricsOf,
  PRESETS,
  requestsOf,
  type RingConfig,
  runToEnd,
  type Scenario,
  type Simulation,
  splitIo,
  TraceComparison,
  wantsNotify,
  whyWaiting,
  type Workload,
  WORKLOADS,
} from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { describe, expect, it } from 'vitest';
import { cases } from '../../effort.ts';

const entriesOf = (config: RingConfig): number =>
  blockGeometry(SLOT_LAYOUTS[config.abi]).entriesForOrder(config.pageOrder);

const configs: fc.Arbitrary<RingConfig> = fc.record({
  abi: fc.constantFrom('x86_64' as const, 'i386' as const),
  pageOrder: fc.integer({ min: 0, max: 2 }),
  queues: fc.integer({ min: 1, max: 3 }),
  maxSegments: fc.constantFrom(11, 12, 32, 64, 256, 600),
  persistent: fc.boolean(),
  dataPath: fc.constantFrom('map' as const, 'copy' as const),
  guestPageKib: fc.constantFrom(4 as const, 64 as const),
  publication: fc.constantFrom('linux' as const, 'header' as const),
  startIndex: fc.constantFrom(0, 5, 0x7fffffff, 0xfffffff0),
  maxPersistentGrants: fc.constantFrom(0, 100, 1056),
  frontendWake: fc.constantFrom('next' as const, 'half' as const),
});

const workloads: fc.Arbitrary<Workload> = fc.record({
  ioKib: fc.constantFrom(4, 44, 64, 132, 1024),
  count: fc.integer({ min: 1, max: 60 }),
  depth: fc.integer({ min: 1, max: 80 }),
  writePercent: fc.integer({ min: 0, max: 100 }),
  bufferOffsetBytes: fc.constantFrom(0, 512, 3584),
  flushEvery: fc.constantFrom(0, 3, 7),
  discardEvery: fc.constantFrom(0, 5),
  pattern: fc.constantFrom('sequential' as const, 'random' as const),
});

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  config: configs,
  workload: workloads,
  seed: fc.nat({ max: 0xffffffff }),
});

function run(scenario: Scenario): Simulation {
  const sim = createSimulation(scenario, entriesOf(scenario.config));
  runToEnd(sim);
  return sim;
}

describe('between honest peers', () => {
  it('the indices keep their order at every step, and every I/O ends', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const sim = createSimulation(scenario, entriesOf(scenario.config));
        const record = emptyRecord();
        let lastUs = 0;
        while (advance(sim, record)) {
          for (const queue of sim.state.queues) expect(brokenOrder(queue.ring)).toBeUndefined();
          expect(record.startUs).toBeGreaterThanOrEqual(lastUs);
          lastUs = record.startUs;
        }
        expect(sim.state.ended).toBe('finished');
        expect(sim.state.verdict).toBeUndefined();
      }),
      { numRuns: cases(400) },
    );
  });

  it('no request is lost and none is answered twice', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const entries = entriesOf(scenario.config);
        const history = createHistory(scenario, entries);
        const taken = new Map<string, number>();
        const answered = new Map<string, number>();
        while (history.forward()) {
          const { log } = history;
          const at = log.length - 1;
          const key = `${log.queueOf(at)}/${log.subjectOf(at)}`;
          const kind = log.kindOf(at);
          if (kind === 'take-request' && log.resultOf(at) === 0)
            taken.set(key, (taken.get(key) ?? 0) + 1);
          if (kind === 'consume-response') answered.set(key, (answered.get(key) ?? 0) + 1);
        }
        const { counters, queues } = history.simulation.state;
        const filled = queues.reduce((sum, queue) => sum + queue.nextSerial - 1, 0);
        expect(counters.requests).toBe(filled);
        expect(taken.size).toBe(filled);
        expect([...taken.values()].every((times) => times === 1)).toBe(true);
        expect(answered).toEqual(taken);
        for (const queue of queues) {
          expect(queue.inBackend).toBe(0);
          expect(queue.freeIds.length).toBe(entries);
          expect(new Set(queue.freeIds).size).toBe(entries);
        }
        expect(counters.bytesInFlight).toBe(0);
      }),
      { numRuns: cases(200) },
    );
  });

  it('requests carry every byte of every I/O, in segments that the negotiation allows', () => {
    fc.assert(
      fc.property(scenarios, fc.nat(59), (scenario, index) => {
        const sim = createSimulation(scenario, entriesOf(scenario.config));
        const requests = requestsOf(sim, index % scenario.workload.count);
        if (requests[0]?.operation === 'flush' || requests[0]?.operation === 'discard') return;
        const bytes = requests.reduce((sum, request) => sum + request.bytes, 0);
        expect(bytes).toBe(scenario.workload.ioKib * 1024);
        expect(Math.max(...requests.map((request) => request.segments))).toBeLessThanOrEqual(
          scenario.config.maxSegments,
        );
        const split = splitIo({
          ioBytes: scenario.workload.ioKib * 1024,
          maxSegments: scenario.config.maxSegments,
          bufferOffsetBytes: scenario.workload.bufferOffsetBytes,
          guestPageBytes: scenario.config.guestPageKib * 1024,
          persistent: false,
          warm: false,
        });
        expect(requests.map((request) => request.segments)).toEqual(split.segmentsPerRequest);
      }),
      { numRuns: cases(400) },
    );
  });

  it('what is mapped is unmapped or kept, and never more is kept than allowed', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const sim = run(scenario);
        const { counters, queues } = sim.state;
        const kept = queues.reduce((sum, queue) => sum + queue.grants.persistentCount, 0);
        expect(counters.grantsMapped - counters.grantsUnmapped).toBe(kept);
        for (const { grants } of queues) {
          expect(grants.persistentCount).toBeLessThanOrEqual(scenario.config.maxPersistentGrants);
          expect(grants.mapped.filter((mark) => mark !== 0).length).toBe(grants.persistentCount);
          const all = [...grants.held, ...grants.free];
          expect(new Set(all).size).toBe(all.length);
        }
      }),
      { numRuns: cases(200) },
    );
  });

  it('"why is it waiting" tells the truth about the next push', () => {
    fc.assert(
      fc.property(scenarios, fc.nat({ max: 400 }), (scenario, step) => {
        const sim = createSimulation(scenario, entriesOf(scenario.config));
        runToEnd(sim, step);
        for (const [index, queue] of sim.state.queues.entries()) {
          const sentence = whyWaiting(sim, index);
          const forecast = /the next push will (not )?notify/u.exec(sentence);
          if (forecast === null) continue;
          const { ring } = queue;
          const pushed = ring.reqProdPvt === ring.reqProd ? ring.reqProdPvt + 1 : ring.reqProdPvt;
          expect(wantsNotify(ring.reqProd, pushed >>> 0, ring.reqEvent)).toBe(
            forecast[1] === undefined,
          );
        }
      }),
      { numRuns: cases(400) },
    );
  });

  it('with one segment size nothing depends on the seed but the order of the disk', () => {
    const seeds = [1, 2, 3].map((seed) =>
      run({ config: DEFAULT_CONFIG, workload: DEFAULT_WORKLOAD, seed }),
    );
    const requests = seeds.map((sim) => sim.state.counters.requests);
    expect(requests).toEqual([512, 512, 512]);
    expect(new Set(seeds.map((sim) => sim.state.nowUs)).size).toBe(3);
  });
});

describe('going back', () => {
  it('gives the state that going forward gave', () => {
    fc.assert(
      fc.property(
        scenarios,
        fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 6 }),
        (scenario, targets) => {
          const entries = entriesOf(scenario.config);
          const history = createHistory(scenario, entries);
          history.seek(3000);
          for (const target of targets) {
            const reached = history.seek(target);
            const fresh = createSimulation(scenario, entries);
            runToEnd(fresh, target);
            // At the end, one step more is tried: that is what finds out that it is the end.
            if (reached === history.end) advance(fresh, emptyRecord());
            const { grants: _grants, ...state } = { grants: 0, ...history.simulation.state };
            expect(
              state.queues.map((queue) => ({ ...queue, backlog: 0, backlogHead: 0, grants: 0 })),
            ).toEqual(
              fresh.state.queues.map((queue) => ({
                ...queue,
                backlog: 0,
                backlogHead: 0,
                grants: 0,
              })),
            );
            expect(metricsOf(history.simulation)).toEqual(metricsOf(fresh));
          }
        },
      ),
      { numRuns: cases(100) },
    );
  });

  it('takes no longer over 10,000 steps than a few milliseconds of repeating', () => {
    const workload = { ...DEFAULT_WORKLOAD, ioKib: 64, count: 20_000, depth: 16 };
    const history = createHistory({ config: DEFAULT_CONFIG, workload, seed: 1 }, 32);
    history.seek(60_000);
    const before = metricsOf(history.simulation);
    history.seek(50_000);
    expect(history.position).toBe(50_000);
    history.seek(60_000);
    expect(metricsOf(history.simulation)).toEqual(before);
    expect(history.log.length).toBe(60_000);
  });
});

describe('a simulation as a trace', () => {
  const geometry = blockGeometry(SLOT_LAYOUTS.x86_64);

  it('replays, and the replayed ring is the simulated one at every step', () => {
    fc.assert(
      fc.property(scenarios, (random) => {
        const scenario = { ...random, config: { ...random.config, abi: 'x86_64' as const } };
        const queue = scenario.config.queues - 1;
        const exported = exportTrace(scenario, geometry, { queue, steps: 2000 });
        expect(exported.stoppedAtStep).toBeUndefined();
        const comparison = new TraceComparison(geometry);
        for (const line of exported.lines) comparison.feed(line);
        expect(comparison.report()).toEqual({
          passed: exported.lines.length,
          failed: 0,
          differences: [],
        });
      }),
      { numRuns: cases(100) },
    );
  });

  it('ends before the step that no honest ring takes', () => {
    const hazard = {
      id: 'forged-request-index' as const,
      checked: true,
      fromStep: 20,
      delaySteps: 0,
    };
    const scenario = { config: DEFAULT_CONFIG, workload: DEFAULT_WORKLOAD, seed: 1, hazard };
    const exported = exportTrace(scenario, geometry, { queue: 0, steps: 5000 });
    expect(exported.stoppedAtStep).toBe(20);
  });
});

describe('every way to break a ring', () => {
  const short: Workload = {
    ...DEFAULT_WORKLOAD,
    ioKib: 4,
    count: 64,
    depth: 12,
    pattern: 'random',
  };
  const full: Workload = { ...short, count: 120, depth: 48 };

  function broken(id: HazardId, checked: boolean, seed: number, fromStep: number): Simulation {
    const workload = id === 'ring-full-unchecked' ? full : short;
    const hazard = { id, checked, fromStep, delaySteps: 8 };
    return run({ config: DEFAULT_CONFIG, workload, seed, hazard });
  }

  const adversaries = HAZARDS.filter((hazard) => hazard.kind === 'adversary');

  it.each(adversaries)('$title: caught by $check, harmful without it', ({ id }) => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), fc.nat({ max: 250 }), (seed, fromStep) => {
        expect(broken(id, true, seed, fromStep).state.verdict).toMatchObject({
          kind: 'caught',
          hazard: id,
        });
        const bitten = broken(id, false, seed, fromStep);
        expect(bitten.state.verdict).toMatchObject({ kind: 'bitten', hazard: id });
        expect(bitten.state.ended).toBe('halted');
      }),
      { numRuns: cases(400) },
    );
  });

  const others = HAZARDS.filter((hazard) => hazard.kind !== 'adversary');

  it.each(others)('$title: never harmful with $check, reachable without it', ({ id }) => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), (seed) => {
        const sim = broken(id, true, seed, 0);
        expect(sim.state.ended).toBe('finished');
        expect(sim.state.verdict?.kind).not.toBe('bitten');
      }),
      { numRuns: cases(400) },
    );
    const bites = Array.from({ length: 40 }, (_, seed) => broken(id, false, seed, 0));
    expect(bites.some((sim) => sim.state.verdict?.kind === 'bitten')).toBe(true);
  });

  it.each(['no-final-check', 'no-push-mb', 'no-check-mb', 'notify-ignored'] as const)(
    '%s loses a wake-up: both ends asleep, requests pushed, nobody owes a notification',
    (id) => {
      const stuck = Array.from({ length: 40 }, (_, seed) => broken(id, false, seed, 0)).filter(
        (sim) => sim.state.ended === 'stuck',
      );
      expect(stuck.length).toBeGreaterThan(0);
      for (const sim of stuck) {
        const queue = sim.state.queues[0];
        expect(queue?.back.phase).toBe('asleep');
        expect(queue?.ring.reqProd).not.toBe(queue?.ring.reqCons);
        expect(sim.state.verdict?.sentence).toContain('A wake-up was lost');
      }
    },
  );
});

describe('the presets', () => {
  it.each(PRESETS.flatMap((preset) => WORKLOADS.map((workload) => ({ preset, workload }))))(
    '$preset.id runs $workload.id to the end',
    ({ preset, workload }) => {
      const sim = run({
        config: preset.value,
        workload: workload.value,
        seed: 7,
        costs: DEFAULT_COSTS,
      });
      expect(sim.state.ended).toBe('finished');
      expect(metricsOf(sim).latencyP99Us).toBeGreaterThan(0);
    },
  );

  it('never have more in flight than the protocol allows, and the 2013 protocol reaches its 1,408 KiB', () => {
    const deep: Workload = { ...DEFAULT_WORKLOAD, ioKib: 44, count: 200, depth: 64 };
    const post = PRESETS.find((preset) => preset.id === 'post-2013')?.value ?? DEFAULT_CONFIG;
    expect(run({ config: post, workload: deep, seed: 1 }).state.counters.mostBytesInFlight).toBe(
      1408 * 1024,
    );
  });
});
