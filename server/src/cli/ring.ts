import { UsageError, type Command } from './command.ts';

const USAGE = `Usage: xen-devtools ring run SCENARIO.json
       xen-devtools ring replay TRACE.jsonl...
       xen-devtools ring vectors VECTORS.json...

run: simulates both ends of a block ring to the end of a scenario (a .xenring.json file; {} is
  Linux's default). Times, latencies and rates are those of a model.
  --events        list every step
  --steps N       stop after N steps
  --trace FILE    write the steps of queue 0 as a ring trace

replay: executes a ring trace line by line and compares every field of every state; prints the
  first differences with their lines, then "N passed, N failed".

vectors: computes the figures of each vector, one JSON line each {id, ok, differs}, then
  "N passed, N failed".

Exit status 1 when something differs, or when the scenario's fault does harm.

Common: --format text|json, --output FILE, --help
`;

/** `ring run`, `ring replay` and `ring vectors`. */
export const ring: Command = {
  name: 'ring',
  summary: 'simulate a shared block ring; replay traces and vectors of one',
  usage: USAGE,
  async run(args, io) {
    const [verb, ...rest] = args;
    if (verb === 'run') return (await import('./ring-run.ts')).runScenario(rest, io);
    if (verb === 'replay') return (await import('./ring-replay.ts')).replayTraces(rest, io);
    if (verb === 'vectors') return (await import('./ring-replay.ts')).checkVectors(rest, io);
    throw new UsageError('ring needs "run", "replay" or "vectors"; see --help.');
  },
};
