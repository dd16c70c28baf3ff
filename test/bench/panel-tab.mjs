// A panel in Chromium without an editor around it: the page, and how its frames are measured.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../dist');

/** The panel's page as the extension serves it, with a stand-in for the editor's side. */
function page(bundle, state) {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${bundle}</title>
<link rel="stylesheet" href="/${bundle}.css"></head><body class="vscode-dark"><main id="root"></main>
<script>window.acquireVsCodeApi = () => ({ postMessage() {}, getState: () => (${JSON.stringify(state)}), setState() {} });
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.painted ??= entry.startTime; })
  .observe({ type: 'paint', buffered: true });</script>
<script type="module" src="/${bundle}.js"></script></body></html>`;
}

async function serve(bundle, state) {
  const server = http.createServer((request, response) => {
    const name = path.basename(request.url ?? '/');
    if (name === '') {
      response.setHeader('content-type', 'text/html');
      response.end(page(bundle, state));
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

/** Opens a panel's bundle with a saved state and measures in its tab. */
export async function inPanel(browser, { bundle, state }, measure) {
  const server = await serve(bundle, state);
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

/** Runs in the page: times between frames for some seconds, and the panel's own work in them, both sorted. */
export async function recordFrames(seconds) {
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

/** The value that 95 of 100 do not pass. */
export const p95 = (sorted) => sorted[Math.floor(sorted.length * 0.95)] ?? 0;

/** Frames a second on average. */
export const framesPerSecond = ({ gaps }) =>
  1000 / (gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length);
