// The ring panel in Chromium: opening, a long scenario to its end, and frames while a ring of 512 slots plays.
import { launchBrowser } from '../vscode/session.mjs';
import { framesPerSecond, inPanel, p95, recordFrames } from './panel-tab.mjs';

const saved = (document) => ({
  bundle: 'ring',
  state: { ring: { document: JSON.stringify(document), view: 'ring', speed: '600' } },
});

/** Processor time of the page's own thread, milliseconds: what other programs take from the machine is not in it. */
async function threadMs(client) {
  const { metrics } = await client.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
}

async function play(tab) {
  const client = await tab.context().newCDPSession(tab);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  await tab.locator('.button.primary').first().click();
  const before = await threadMs(client);
  const frames = await tab.evaluate(recordFrames, 6);
  return { ...frames, cpuMs: ((await threadMs(client)) - before) / frames.gaps.length };
}

export default async function measure() {
  const browser = await launchBrowser();
  const row = (what, ours, goal) => ({ what, ours, peer: 'none known', ratio: '', goal });
  try {
    const opened = await inPanel(browser, saved({ config: 'linux' }), (tab) =>
      tab.evaluate(() => window.painted),
    );
    const large = { config: 'order-4', workload: { ioKib: 64, count: 9000, depth: 256 } };
    const frames = await inPanel(browser, saved(large), play);
    const long = { config: 'linux', workload: { ioKib: 64, count: 9000, depth: 16 } };
    const end = await inPanel(browser, saved(long), (tab) =>
      tab.evaluate(() => {
        const start = performance.now();
        document.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
        return performance.now() - start;
      }),
    );
    return [
      row('ring panel, first paint', `${opened.toFixed(0)} ms`, '200 ms'),
      row('100,000 steps to the end in the panel', `${end.toFixed(0)} ms`, '100 ms'),
      row('512 slots playing, frames a second', framesPerSecond(frames).toFixed(1), '60'),
      row('512 slots playing, p95 frame', `${p95(frames.gaps).toFixed(1)} ms`, '16 ms'),
      row('512 slots playing, p95 of its own work', `${p95(frames.work).toFixed(1)} ms`, '16 ms'),
      row('512 slots playing, processor time a frame', `${frames.cpuMs.toFixed(1)} ms`, '16 ms'),
    ];
  } finally {
    await browser.close();
  }
}
