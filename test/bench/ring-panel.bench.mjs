// The ring panel in Chromium: opening, a long scenario to its end, and frames while a ring of 512 slots plays.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../vscode/session.mjs';

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../dist');

/** The panel's page as the extension serves it, with a stand-in for the editor's side. */
function page(state) {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>ring</title>
<link rel="stylesheet" href="/ring.css"></head><body class="vscode-dark"><main id="root"></main>
<script>window.acquireVsCodeApi = () => ({ postMessage() {}, getState: () => (${JSON.stringify(state)}), setState() {} });
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.painted ??= entry.startTime; })
  .observe({ type: 'paint', buffered: true });</script>
<script type="module" src="/ring.js"></script></body></html>`;
}

const saved = (document) => ({
  ring: { document: JSON.stringify(document), view: 'ring', speed: '600' },
});

async function serve(state) {
  const server = http.createServer((request, response) => {
    const name = path.basename(request.url ?? '/');
    if (name === '') {
      response.setHeader('content-type', 'text/html');
      response.end(page(state));
    } else if (/^[\w-]+\.(?:js|css)$/.test(name)) {
      response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
      response.end(readFileSync(path.join(dist, name)));
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function inPanel(browser, document, measure) {
  const server = await serve(saved(document));
  const tab = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  try {
    await tab.goto(server.url);
    await tab.locator('body[data-ready="1"]').waitFor();
    return await measure(tab);
  } finally {
    await tab.close();
    server.close();
  }
}

/** Runs in the page: plays for a while and answers the times between frames, sorted. */
async function framesWhilePlaying(seconds) {
  document.querySelector('.button.primary').click();
  const gaps = [];
  const work = [];
  await new Promise((done) => {
    let last = performance.now();
    const end = last + seconds * 1000;
    const draw = (now) => {
      gaps.push(now - last);
      last = now;
      // The panel's own frame callback ran before this one: what is left is the time it took.
      work.push(performance.now() - now);
      if (now < end) requestAnimationFrame(draw);
      else done();
    };
    requestAnimationFrame(draw);
  });
  return { gaps: gaps.slice(5).sort((a, b) => a - b), work: work.sort((a, b) => a - b) };
}

const p95 = (sorted) => sorted[Math.floor(sorted.length * 0.95)] ?? 0;

export default async function measure() {
  const browser = await launchBrowser();
  const row = (what, ours, goal) => ({ what, ours, peer: 'none known', ratio: '', goal });
  try {
    const opened = await inPanel(browser, { config: 'linux' }, (tab) =>
      tab.evaluate(() => window.painted),
    );
    const large = { config: 'order-4', workload: { ioKib: 64, count: 9000, depth: 256 } };
    const frames = await inPanel(browser, large, (tab) => tab.evaluate(framesWhilePlaying, 6));
    const long = { config: 'linux', workload: { ioKib: 64, count: 9000, depth: 16 } };
    const end = await inPanel(browser, long, (tab) =>
      tab.evaluate(() => {
        const start = performance.now();
        document.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
        return performance.now() - start;
      }),
    );
    const fps = 1000 / (frames.gaps.reduce((sum, gap) => sum + gap, 0) / frames.gaps.length);
    return [
      row('ring panel, first paint', `${opened.toFixed(0)} ms`, '200 ms'),
      row('100,000 steps to the end in the panel', `${end.toFixed(0)} ms`, '100 ms'),
      row('512 slots playing, frames a second', fps.toFixed(1), '60'),
      row('512 slots playing, p95 frame', `${p95(frames.gaps).toFixed(1)} ms`, '16 ms'),
      row('512 slots playing, p95 of its own work', `${p95(frames.work).toFixed(1)} ms`, '16 ms'),
    ];
  } finally {
    await browser.close();
  }
}
