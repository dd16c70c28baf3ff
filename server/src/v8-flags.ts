import { setFlagsFromString } from 'node:v8';

const OPTIMISE_AFTER_MS = 1000;

/**
 * Sets V8 for a server that is asked a little, often, beside an editor that wants the processor too. Measured with
 * `npm run bench` on Node 20; each flag is known to V8 of Node 20, 22 and 24.
 */
export function tuneV8(): void {
  // Re-reading a file for each key leaves garbage that V8 answers with a young generation of 48 MB; kept small, it costs
  // nothing in time and some 20 MB less at the peak.
  setFlagsFromString('--semi-space-growth-factor=1');
  // Optimising what runs a few hundred times takes more time than it saves: a fifth of a session's.
  setFlagsFromString('--interrupt-budget=1000000');
  // tree-sitter as V8 first compiles it is fast enough; compiling it twice takes 28 MB and half a second.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  // The first answers run through much code once. V8 would optimise it all the same, beside the thread that answers and
  // in its way: on two cores that doubles the time to the first hover. Code that is still in use later is worth it.
  setFlagsFromString('--no-opt');
  setTimeout(() => setFlagsFromString('--opt'), OPTIMISE_AFTER_MS).unref();
}
