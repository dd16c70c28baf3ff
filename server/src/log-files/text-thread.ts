import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LogAnalysis, LogKnowledge } from '#core/xen-log';
import { analyseText, type TextRequest } from './large-text.ts';
import type { PickerData } from './worker.ts';

interface Waiting {
  readonly done: (analysis: LogAnalysis) => void;
  readonly fail: (error: Error) => void;
}

/** A text of 20 million characters in bytes and as lines, and what is kept of it. */
const threadLimits = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 512 } as const;

/** Analyses long texts in a thread of its own, so that a hover or a key never waits for one. */
export class TextThread {
  private readonly knowledge: () => LogKnowledge;
  private readonly knowledgeFolder: string;
  private readonly waiting: Waiting[] = [];
  private worker: Worker | undefined;

  constructor(knowledge: () => LogKnowledge, knowledgeFolder: string) {
    this.knowledge = knowledge;
    this.knowledgeFolder = knowledgeFolder;
  }

  analyse(text: string): Promise<LogAnalysis> {
    const worker = (this.worker ??= this.start());
    // Run from its sources the server has no script for a thread.
    if (worker === undefined) return Promise.resolve(analyseText(text, this.knowledge()));
    const request: TextRequest = { text };
    return new Promise((done, fail) => {
      this.waiting.push({ done, fail });
      worker.postMessage(request);
    });
  }

  /** Ends the thread when nothing is waited for; the next text starts a new one. */
  rest(): void {
    if (this.waiting.length > 0) return;
    void this.worker?.terminate();
    this.worker = undefined;
  }

  private start(): Worker | undefined {
    const script = join(__dirname, 'log-worker.js');
    if (!existsSync(script)) return undefined;
    const workerData: PickerData = { knowledgeFolder: this.knowledgeFolder };
    const worker = new Worker(script, { workerData, resourceLimits: threadLimits });
    // A thread that waits keeps no server alive.
    worker.unref();
    worker.on('message', (analysis: LogAnalysis) => this.waiting.shift()?.done(analysis));
    worker.on('error', (error: Error) => {
      this.worker = undefined;
      for (const each of this.waiting.splice(0)) each.fail(error);
    });
    return worker;
  }
}
