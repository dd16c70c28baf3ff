import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evaluatePlan } from '#core/numa';
import { assembleInputs, readFile } from '../../media/numa/imports.ts';
import { decodeState, EMPTY_STATE, parseDocument } from '../../media/numa/panel-state.ts';
import { Placement } from '../../media/numa/placement.tsx';
import { loadTools } from '../../media/numa/tools-loader.ts';
import { host } from '../../media/shared/host.ts';
import { cases } from '../effort.ts';

let root: HTMLElement;

beforeEach(async () => {
  await loadTools();
  vi.useFakeTimers();
  host.setState({});
  document.body.innerHTML = '<main id="root"></main>';
  root = document.getElementById('root')!;
  await act(() => render(<Placement />, root));
});

afterEach(async () => {
  await act(() => render(null, root));
  vi.useRealTimers();
});

/** The host hands files to the panel. */
async function open(...files: readonly { readonly name: string; readonly text: string }[]) {
  await act(() => {
    window.dispatchEvent(new MessageEvent('message', { data: { type: 'open', files } }));
  });
  await settle();
}

async function settle(): Promise<void> {
  // What was read is drawn first; only then the scheduler waits for its own moment.
  for (let i = 0; i < 2; i++)
    await act(() => vi.advanceTimersByTimeAsync(500).then(() => undefined));
}

async function press(element: Element, key: string): Promise<void> {
  await act(() => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
  await settle();
}

function button(name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll('button')].find(
    (each) => (each.getAttribute('aria-label') ?? each.textContent)?.trim() === name,
  );
  if (found === undefined) throw new Error(`there is no button "${name}"`);
  return found;
}

const said = (): string => document.getElementById('announcer')?.textContent ?? '';
const row = (name: string): HTMLElement =>
  [...root.querySelectorAll<HTMLElement>('[data-domain]')].find((each) =>
    each.textContent?.includes(name),
  )!;

async function showExample(): Promise<void> {
  await act(() => button('Show an example host').click());
  await settle();
}

describe('the NUMA panel', () => {
  it('asks for what it needs before anything is imported', () => {
    expect(root.textContent).toContain('xl info -n');
    expect(button('Play').disabled).toBe(true);
  });

  it('places the new domain of the example and says why', async () => {
    await showExample();
    expect(row('cache').textContent).toContain('to node 1');
    expect(root.querySelector('tr.chosen')?.textContent).toContain('first that fits, stays best');
    expect(root.querySelector('[data-node="1"]')?.getAttribute('aria-label')).toContain(
      'home of the selected domain',
    );
    expect(button('Play').disabled).toBe(false);
  });

  it('moves a domain by keyboard and shows what xl would do instead', async () => {
    await showExample();
    await press(row('cache'), 'm');
    expect(said()).toContain('Moving cache');
    await press(row('cache'), 'ArrowRight');
    await press(row('cache'), 'ArrowRight');
    expect(root.querySelector('.tile.target')?.getAttribute('data-node')).toBe('3');
    await press(row('cache'), 'Enter');
    expect(said()).toContain('cache was put on node 3');
    expect(root.querySelector('.what-if')?.textContent).toContain(
      'By hand on node 3; xl would take node 1.',
    );
    await act(() => button('Reset').click());
    expect(row('cache').textContent).toContain('to node 1');
  });

  it('is as it was after a reload', async () => {
    await showExample();
    await press(row('cache'), 'm');
    await press(row('cache'), 'ArrowRight');
    await press(row('cache'), 'Enter');
    await act(() => render(null, root));
    await act(() => render(<Placement />, root));
    expect(row('cache').textContent).toContain('node 2');
  });

  it('cancels a move with Escape', async () => {
    await showExample();
    await press(row('cache'), 'm');
    await press(row('cache'), 'ArrowRight');
    await press(row('cache'), 'Escape');
    expect(root.querySelector('.tile.target')).toBeNull();
    expect(row('cache').textContent).toContain('to node 1');
  });

  it('switches the engine and turns pictures into tables', async () => {
    await showExample();
    const engine = root.querySelector<HTMLSelectElement>('select[aria-label="Engine"]')!;
    await act(() => {
      engine.value = 'xapi';
      engine.dispatchEvent(new Event('change', { bubbles: true }));
    });
    expect(root.querySelector('#why-title')?.textContent).toContain('Why xapi takes');
    await press(document.body, 't');
    expect(root.querySelectorAll('.tables table')).toHaveLength(3);
    expect(root.querySelector('svg.picture')).toBeNull();
  });

  it('reads a host beside a broken paste and loses neither', async () => {
    const folder = path.resolve(import.meta.dirname, '../fixtures/numa/xl-on-mock-host/dev-02-tie');
    const info = readFileSync(path.join(folder, 'xl-info-n.txt'), 'utf8');
    await open(
      { name: 'xl-info-n.txt', text: info },
      { name: 'cut.txt', text: 'cpu_topology           :\ncpu:    core    socket     node\n' },
    );
    expect(root.querySelectorAll('[data-node]').length).toBeGreaterThan(1);
    expect(root.querySelector('.notes')?.textContent).toContain('cut.txt, line 2');
    expect(root.querySelector('.notes')?.textContent).toContain(
      'the domains that run (run xl list -n)',
    );
  });

  it('keeps the last good state when a document is broken', async () => {
    await showExample();
    await open({ name: 'half.xennuma.json', text: '{"xennuma": 1, "inp' });
    expect(root.querySelector('[role=alert]')?.textContent).toContain(
      'half.xennuma.json is not JSON',
    );
    expect(row('cache').textContent).toContain('to node 1');
  });
});

describe('a saved state', () => {
  it('is read back as it was', () => {
    const state = { ...EMPTY_STATE, engine: 'xapi', changes: { 'new 0': { nodes: [1] } } };
    expect(parseDocument('a.xennuma.json', JSON.stringify(state))).toEqual({ state });
  });

  it.each([null, 7, [], {}, { xennuma: 2 }, { xennuma: 1, inputs: [{ kind: 'facts' }] }])(
    '%j is refused',
    (value) => expect(decodeState(value)).toBeUndefined(),
  );

  it('falls back for single wrong values', () =>
    expect(decodeState({ xennuma: 1, inputs: [], scheduler: 'cfs', loadPercent: 900 })).toEqual(
      EMPTY_STATE,
    ));
});

describe('a document somebody damaged', () => {
  const inputs = ['xl-info-n.txt', 'xl-list-n.txt', 'xl-vcpu-list.txt', 'cache.cfg'].map((name) =>
    readFile({ name, text: readFileSync(path.join('docs/demo/numa', name), 'utf8') }),
  );
  const whole = { ...EMPTY_STATE, inputs, changes: { 'new 0': { nodes: [2] } } };

  it('is read or refused, and what is read can be placed', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), damage(), (steps, value) => {
        const parsed = parseDocument('d', JSON.stringify(damaged(whole, steps, value)));
        if ('problem' in parsed) {
          expect(parsed.problem).toMatch(/\.$/);
          return;
        }
        const { view, guests } = assembleInputs(parsed.state.inputs);
        const { changes, engine } = parsed.state;
        expect(evaluatePlan({ view, guests, changes, engine }).vms.length).toBeGreaterThanOrEqual(
          0,
        );
      }),
      { numRuns: cases(3000) },
    ));
});

const damage = () =>
  fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(-1, 1e12, '', 'all', [1e9], null));

/** The value with one place in it, found by steps through its keys, replaced. */
function damaged(value: unknown, steps: readonly number[], by: unknown): unknown {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const [step, ...rest] = steps;
  if (step === undefined || keys.length === 0) return by;
  const key = keys[step % keys.length]!;
  const inner = damaged((value as Record<string, unknown>)[key], rest, by);
  if (Array.isArray(value)) return value.map((each, i) => (String(i) === key ? inner : each));
  return { ...(value as object), [key]: inner };
}
