// The ring model alone, in Node on one core: single macro steps, whole simulations, going back.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

async function loadRing(folder) {
  const outfile = path.join(folder, 'ring.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['server/src/core/ring/index.ts'],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    outfile,
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

const million = (count, ms) => `${(count / ms / 1000).toFixed(1)} M/s`;

/** Best of some runs, milliseconds: the others tell about the machine's other work. */
function best(run, times = 7) {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** Eight ring steps a round: fill, push, take, check, answer, push, take, check. */
function macroRounds(ring, rounds) {
  const state = ring.attachRing(32, 0xfffffff0);
  let notifications = 0;
  for (let i = 0; i < rounds; i++) {
    if (!ring.isFull(state)) state.reqProdPvt = (state.reqProdPvt + 1) >>> 0;
    if (ring.pushRequestsAndCheckNotify(state)) notifications += 1;
    if (!ring.requestProdOverflow(state, state.reqProd)) state.reqCons = state.reqProd;
    ring.finalCheckForRequests(state);
    state.rspProdPvt = (state.rspProdPvt + 1) >>> 0;
    if (ring.pushResponsesAndCheckNotify(state)) notifications += 1;
    if (!ring.responseProdOverflow(state, state.rspProd)) state.rspCons = state.rspProd;
    ring.finalCheckForResponses(state);
  }
  return notifications;
}

/** The same eight steps through the machine that replays traces, with ids and slots. */
function machineRounds(ring, rounds) {
  const machine = ring.createMachine(32, 0xfffffff0);
  for (let i = 0; i < rounds; i++) {
    ring.produceRequests(machine, 1);
    ring.pushRequestsAndCheckNotify(machine.ring);
    const { ids } = ring.consumeRequests(machine, 1);
    ring.finalCheckForRequests(machine.ring);
    ring.respondTo(machine, ids);
    ring.pushResponsesAndCheckNotify(machine.ring);
    ring.consumeResponses(machine, 1);
    ring.finalCheckForResponses(machine.ring);
  }
}

export default async function measure() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ring-bench-'));
  try {
    const ring = await loadRing(folder);
    const rounds = 500_000;
    const steps = rounds * 8;
    const workload = { ...ring.DEFAULT_WORKLOAD, ioKib: 64, count: 9000, depth: 16 };
    const scenario = { config: ring.DEFAULT_CONFIG, workload, seed: 1 };
    let simulated = 0;
    const runMs = best(() => {
      const simulation = ring.createSimulation(scenario, 32);
      simulated = ring.runToEnd(simulation);
    });
    const history = ring.createHistory(scenario, 32);
    history.seek(100_000);
    let from = 100_000;
    const backMs = best(() => {
      history.seek(from - 10_000);
      from -= 10_000;
    }, 5);
    const row = (what, ours, goal) => ({ what, ours, peer: 'none known', ratio: '', goal });
    return [
      row(
        'ring.h macros, steps',
        million(
          steps,
          best(() => macroRounds(ring, rounds)),
        ),
        '5 M/s',
      ),
      row(
        'with ids and slots, steps',
        million(
          steps,
          best(() => machineRounds(ring, rounds)),
        ),
        '5 M/s',
      ),
      row(
        `simulation of ${simulated} steps to its end`,
        `${runMs.toFixed(0)} ms`,
        '100 ms per 100,000',
      ),
      row('10,000 steps back', `${backMs.toFixed(1)} ms`, 'instant'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
