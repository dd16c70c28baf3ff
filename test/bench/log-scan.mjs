// One scan in a process of its own, so that its memory and its start are its own: BUNDLE FILE THREADS KNOWLEDGE.
import { createRequire } from 'node:module';

const [, , bundle, file, threads, knowledgeFolder] = process.argv;
const { scanFile, logKnowledge, nodePorts } = createRequire(import.meta.url)(bundle);
const knowledge = logKnowledge(nodePorts(knowledgeFolder));
const began = performance.now();
let firstMs;
const { sizeBytes, analysis } = await scanFile(file, knowledge, {
  knowledgeFolder,
  threads: Number(threads) - 1,
  picksItself: true,
  maxEvents: 0,
  onEvent: () => (firstMs ??= performance.now() - began),
});
const seconds = (performance.now() - began) / 1000;
console.log(
  JSON.stringify({
    megabytesPerSecond: sizeBytes / 1e6 / seconds,
    firstMs,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    crashCount: analysis.crashes.length,
    lineCount: analysis.lineCount,
  }),
);
