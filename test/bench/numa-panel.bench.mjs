// The NUMA panel in Chromium: opening, frames while the scheduler plays and while a domain is dragged over a large host.
import { launchBrowser } from '../vscode/session.mjs';
import { framesPerSecond, inPanel, p95, recordFrames } from './panel-tab.mjs';

const NODES = 16;
const CPUS_PER_NODE = 16;

/** What xl prints for a host of 16 nodes with 256 CPUs and 16 domains of 4 vCPUs. */
function hostFiles() {
  const cell = (value, width) => String(value).padStart(width);
  const cpus = Array.from({ length: NODES * CPUS_PER_NODE }, (_, id) => {
    const node = Math.floor(id / CPUS_PER_NODE);
    return `${cell(id, 3)}:${cell(id % CPUS_PER_NODE, 8)}${cell(node, 9)}${cell(node, 9)}`;
  });
  const nodes = Array.from({ length: NODES }, (_, node) => {
    const distances = Array.from({ length: NODES }, (__, to) => (to === node ? 10 : 21));
    return `${cell(node, 4)}:${cell(65_536, 10)}${cell(48_000 - node, 10)}      ${distances.join(',')}`;
  });
  const domains = Array.from(
    { length: 16 },
    (_, id) =>
      `guest-${id}`.padEnd(40) +
      ` ${cell(id, 5)} ${cell(4096, 5)} ${cell(4, 5)}     -b----       1.0 ${id}`,
  );
  return [
    {
      name: 'xl-info-n.txt',
      text: `cpu_topology           :\ncpu:    core    socket     node\n${cpus.join('\n')}\nnuma_info              :\nnode:    memsize    memfree    distances\n${nodes.join('\n')}\n`,
    },
    {
      name: 'xl-list-n.txt',
      text: `Name                                        ID   Mem VCPUs\tState\tTime(s) NODE Affinity\n${domains.join('\n')}\n`,
    },
    { name: 'new.cfg', text: 'name = "new"\ntype = "pvh"\nmemory = 400000\nvcpus = 64\n' },
  ];
}

async function openHost(tab) {
  await tab.waitForFunction(() => document.querySelector('.host-area') !== null);
  // The panel listens once its second part is there; what comes earlier is lost, so it is asked until it shows.
  const row = tab.locator('[data-domain="new 0"]');
  while ((await row.count()) === 0) {
    await tab.evaluate((files) => window.postMessage({ type: 'open', files }), hostFiles());
    await row.waitFor({ timeout: 1000 }).catch(() => undefined);
  }
  await tab.locator('button:enabled', { hasText: 'Play' }).waitFor();
}

async function play(tab) {
  await openHost(tab);
  await tab.locator('button', { hasText: 'Play' }).click();
  return tab.evaluate(recordFrames, 6);
}

async function drag(tab) {
  await openHost(tab);
  const row = await tab.locator('[data-domain="new 0"]').boundingBox();
  await tab.mouse.move(row.x + 40, row.y + 10);
  await tab.mouse.down();
  const frames = tab.evaluate(recordFrames, 4);
  for (let i = 0; i < 160; i++) {
    await tab.mouse.move(60 + ((i * 37) % 600), 120 + ((i * 23) % 400));
  }
  await tab.mouse.up();
  return frames;
}

export default async function measure() {
  const browser = await launchBrowser();
  const row = (what, ours, goal) => ({ what, ours, peer: 'none known', ratio: '', goal });
  const rows = (what, frames) => [
    row(`${what}, frames a second`, framesPerSecond(frames).toFixed(1), '60'),
    row(`${what}, p95 frame`, `${p95(frames.gaps).toFixed(1)} ms`, '16.7 ms'),
    row(`${what}, p95 of its own work`, `${p95(frames.work).toFixed(1)} ms`, '16.7 ms'),
  ];
  const numa = { bundle: 'numa', state: {} };
  try {
    const opened = await inPanel(browser, numa, (tab) => tab.evaluate(() => window.painted));
    const played = await inPanel(browser, numa, play);
    const dragged = await inPanel(browser, numa, drag);
    return [
      row('NUMA panel, first paint', `${opened.toFixed(0)} ms`, '200 ms'),
      ...rows('scheduler of 128 vCPUs playing', played),
      ...rows('dragging over 16 nodes', dragged),
    ];
  } finally {
    await browser.close();
  }
}
