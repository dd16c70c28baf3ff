import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SLOT_OWNERS } from '#core/ring';
import { host } from '../../../media/shared/host.ts';
import { Simulator } from '../../../media/ring/simulator.tsx';
import { loadTools } from '../../../media/ring/tools-loader.ts';
import { TOUR } from '../../../media/ring/tour.tsx';

let root: HTMLElement;

/** Lets effects and the promises they started settle. */
async function settle(): Promise<void> {
  await act(async () => {
    await loadTools();
    await Promise.resolve();
    await Promise.resolve();
  });
}

async function open(): Promise<void> {
  root = document.createElement('main');
  document.body.append(root);
  await act(() => render(<Simulator />, root));
  await settle();
}

async function press(key: string, init: KeyboardEventInit = {}): Promise<void> {
  const target = document.activeElement ?? document.body;
  await act(() => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
    const taken = !target.dispatchEvent(event);
    // A browser clicks the focused button on Enter; the simulated page does not.
    if (key === 'Enter' && !taken && target instanceof HTMLButtonElement) target.click();
  });
  await settle();
}

const said = (): string => document.getElementById('announcer')?.textContent?.trim() ?? '';
const text = (selector: string): string => root.querySelector(selector)?.textContent ?? '';
const button = (label: string): HTMLButtonElement => {
  const found = [...root.querySelectorAll('button')].find(
    (one) => one.getAttribute('aria-label') === label || one.textContent?.trim() === label,
  );
  if (found === undefined) throw new Error(`No button is called ${label}.`);
  return found;
};
const owners = (): string[] =>
  [...root.querySelectorAll('[role=option]')].map((slot) => slot.getAttribute('aria-label') ?? '');

beforeEach(async () => {
  host.setState(undefined);
  await open();
});
afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
});

describe('stepping by keyboard', () => {
  it('says each step in one sentence', async () => {
    const sentences: string[] = [];
    for (let i = 0; i < 4; i++) {
      await press('ArrowRight');
      sentences.push(said());
    }
    expect(sentences).toEqual([
      'Frontend fills slot 0 with request 1.',
      'Frontend pushes: req_event lies in the interval, so it notifies.',
      'Frontend sends the event to the backend.',
      'Frontend fills slot 1 with request 2.',
    ]);
    await press('ArrowLeft');
    expect(said()).toBe('Frontend sends the event to the backend.');
  });

  it('jumps between notifications, to the end and to the start', async () => {
    await press('ArrowRight', { shiftKey: true });
    expect(said()).toContain('so it notifies');
    const first = text('.scrub');
    await press('ArrowRight', { shiftKey: true });
    expect(text('.scrub')).not.toBe(first);
    await press('ArrowLeft', { shiftKey: true });
    expect(text('.scrub')).toBe(first);
    await press('End');
    expect(text('.why')).toContain('Done: all 64 I/Os completed');
    await press('Home');
    expect(said()).toContain('Nothing has happened yet');
  });

  it('chooses slots with Up and Down, and the ring names whose each slot is', async () => {
    await press('ArrowRight');
    expect(owners()[0]).toBe('Slot 0, filled');
    await press('ArrowRight');
    expect(owners()[0]).toBe('Slot 0, pushed');
    expect(owners()).toHaveLength(32);
    // SVG takes the attribute only in small letters.
    expect(root.querySelector('[role=listbox]')?.getAttribute('tabindex')).toBe('0');
    await press('ArrowDown');
    expect(root.querySelector('[role=listbox]')?.getAttribute('aria-activedescendant')).toBe(
      'slot-1',
    );
    expect(root.querySelector('[aria-selected=true][role=option]')?.id).toBe('slot-1');
    await press('ArrowUp');
    await press('ArrowUp');
    expect(root.querySelector('[aria-selected=true][role=option]')?.id).toBe('slot-31');
  });

  it('switches views with 1 to 5; the table is the picture in words', async () => {
    for (let i = 0; i < 12; i++) await press('ArrowRight');
    await press('4');
    const rows = [...root.querySelectorAll('table[aria-label=Slots] tbody tr')];
    expect(rows).toHaveLength(32);
    const states = rows.map((row) => row.querySelectorAll('td')[0]?.textContent);
    expect(new Set(states).size).toBeGreaterThan(1);
    for (const state of states) expect(SLOT_OWNERS.map(({ owner }) => owner)).toContain(state);
    expect(rows[0]?.textContent).toContain('request 0: read 128 KiB, 32 segments, indirect');
    await press('2');
    expect(root.querySelector('table.bytes')?.getAttribute('aria-label')).toBe(
      'Bytes 0 to 511 of page 0',
    );
    await press('3');
    expect(text('.number-lines')).toContain('(uint32)(new − event) < (uint32)(new − old)');
    await press('5');
    expect(text('.handshake')).toContain('2 InitWait');
    await press('1');
    expect(owners()).toHaveLength(32);
  });

  it('leaves keys alone while somebody types', async () => {
    root.querySelector<HTMLInputElement>('input[type=number]')?.focus();
    await press('ArrowRight');
    expect(text('.scrub')).toContain('0 / ');
  });
});

describe('where playing stops', () => {
  const choose = async (label: string, value: string): Promise<void> => {
    const select = root.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`);
    if (select === null) throw new Error(`No field is called ${label}.`);
    await act(() => {
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await settle();
  };

  it('is the full ring when that is chosen; N runs there and says what happened', async () => {
    await choose('Workload', 'full-ring');
    await choose('Where playing stops', 'full');
    await press('n');
    expect(text('.end.front')).toContain('0 of 32');
    expect(said()).toBe('Frontend fills slot 31 with request 32.');
    await press('n');
    expect(text('.end.front')).toContain('0 of 32');
  });

  it('is where playing arrives and goes no further, however late it is drawn', async () => {
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
    await choose('Where playing stops', 'held');
    await choose('Speed', '6000');
    await press(' ');
    await act(() => {
      for (let now = performance.now(), i = 0; i < 8; i++) frames.shift()?.((now += 50));
    });
    vi.unstubAllGlobals();
    await settle();
    expect(said()).toContain('the notification is held back');
    expect(button('Play (Space)').textContent).toContain('Play');
    const stopped = text('.scrub span');
    await press('Home');
    await press('n');
    expect(text('.scrub span')).toBe(stopped);
  });

  it('is the end otherwise', async () => {
    await press('n');
    expect(text('.why')).toContain('Done: all 64 I/Os completed');
  });
});

describe('the guided tour', () => {
  it('is walked from the first stop to the last with the keyboard alone', async () => {
    await press('t');
    for (const [index, stop] of TOUR.entries()) {
      expect(text('.tour h2')).toBe(`Tour ${index + 1} of ${TOUR.length} · ${stop.title}`);
      expect(said()).toBe(
        `Tour ${index + 1} of ${TOUR.length}: ${stop.title}. ${stop.text} Try it: ${stop.task}`,
      );
      expect(document.activeElement?.textContent).toBe(
        index === TOUR.length - 1 ? 'Finish' : 'Next',
      );
      await press('Enter');
    }
    expect(root.querySelector('.tour')).toBeNull();
    expect(said()).toBe('The tour is over.');
  });

  it('has eight stops, each with something to do', () => {
    expect(TOUR).toHaveLength(8);
    for (const stop of TOUR) expect(stop.task.length).toBeGreaterThan(20);
  });
});

describe('what survives a reload', () => {
  it('is the scenario, the position, the view and the slot', async () => {
    for (let i = 0; i < 9; i++) await press('ArrowRight');
    await press('ArrowDown');
    await press('3');
    await act(async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
    });
    const before = text('.scrub');
    await act(() => render(null, root));
    root.remove();
    await open();
    expect(text('.scrub')).toBe(before);
    expect(text('.scrub')).toContain('9 / ');
    expect(root.querySelector('[role=tab][aria-selected=true]')?.textContent).toBe('Number line');
    expect(text('.inspector .tab[aria-selected=true]')).toBe('Slot 1');
  });

  it('is nothing when the saved state is not ours', async () => {
    await act(() => render(null, root));
    root.remove();
    host.setState({ ring: { document: '{"config":{"queues":0}}' } });
    await open();
    expect(text('.scrub')).toContain('0 / ');
  });
});

describe('messages from the editor', () => {
  const send = async (message: unknown): Promise<void> => {
    await act(() => {
      window.dispatchEvent(new MessageEvent('message', { data: message }));
    });
    await settle();
  };

  it('opens on the schedule that breaks a rule, with the check missing', async () => {
    await send({ type: 'open', files: [], parameters: { schedule: 'XR302' } });
    expect(text('.notices')).toContain('Sleep without the final check, check missing');
    await press('End');
    expect(text('.notices')).toContain('A wake-up was lost');
    expect(text('.why')).toContain('nobody owes a notification');
    await act(() => button('Disarm').click());
    await settle();
    expect(root.querySelector('.notices')).toBeNull();
  });

  it('takes a configuration from xenstore and says where each value came from', async () => {
    const dump = [
      '/local/domain/0/backend/vbd/3/51712/feature-max-indirect-segments = "256"   (n0,r3)',
      '/local/domain/0/backend/vbd/3/51712/feature-persistent = "1"   (n0,r3)',
      '/local/domain/0/backend/vbd/3/51712/state = "4"   (n0,r3)',
      '/local/domain/3/device/vbd/51712/protocol = "x86_32-abi"   (n3,r0)',
      '/local/domain/3/device/vbd/51712/ring-page-order = "1"   (n3,r0)',
      '/local/domain/3/device/vbd/51712/state = "4"   (n3,r0)',
    ].join('\n');
    await send({ type: 'open', files: [{ name: 'xs.txt', text: dump }] });
    expect(owners()).toHaveLength(64);
    expect(text('.notices')).toContain('Slots as on i386');
    expect(text('.notices')).toContain('feature-persistent is not 1 at the frontend');
  });

  it('shows a printed ring as one moment and goes back', async () => {
    const print =
      '$1 = {req_prod_pvt = 118, rsp_cons = 97, nr_ents = 32}\n$2 = {req_prod = 112, req_event = 113, rsp_prod = 102, rsp_event = 98}\n$3 = {rsp_prod_pvt = 102, req_cons = 112}';
    await send({ type: 'open', files: [{ name: 'gdb.txt', text: print }] });
    expect(text('.why')).toContain('works on 10 requests');
    expect(button('Play (Space)').disabled).toBe(true);
    await act(() => button('Back to the simulation').click());
    await settle();
    expect(button('Play (Space)').disabled).toBe(false);
  });

  it('keeps the last good state when a file cannot be read', async () => {
    await press('ArrowRight');
    await send({ type: 'open', files: [{ name: 'x.txt', text: 'nothing' }] });
    expect(text('.notices')).toContain('x.txt holds nothing that is known');
    expect(text('.scrub')).toContain('1 / ');
  });
});

describe('comparing', () => {
  it('puts two configurations side by side with the reason in one line', async () => {
    await press('c');
    expect(text('.compare .reason')).toMatch(/32 against 256 segments/u);
    expect(root.querySelectorAll('.compare tbody tr').length).toBe(13);
    await press('c');
    expect(root.querySelector('.compare')).toBeNull();
  });
});
