import {
  blockGeometry,
  createHistory,
  freeRequests,
  type History,
  metricsOf,
  NEW_DOCUMENT,
  nextStop,
  type Scenario,
  STOPS,
  type StopId,
  WORKLOADS,
} from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { describe, expect, it } from 'vitest';

function known(workload: string, change: Partial<Scenario> = {}): History {
  const value = WORKLOADS.find(({ id }) => id === workload)?.value;
  if (value === undefined) throw new Error(`There is no workload ${workload}.`);
  const scenario = { ...NEW_DOCUMENT.scenario, workload: value, ...change };
  const geometry = blockGeometry(SLOT_LAYOUTS[scenario.config.abi]);
  const history = createHistory(scenario, geometry.entriesForOrder(scenario.config.pageOrder));
  history.seek(20_000);
  history.seek(0);
  return history;
}

/** Every position at which playing would stop, one after the other. */
function stopsOf(history: History, stop: StopId): readonly number[] {
  const found: number[] = [];
  history.seek(0);
  for (let at = nextStop(history, stop); at !== undefined; at = nextStop(history, stop)) {
    expect(at).toBeGreaterThan(history.position);
    found.push(at);
    history.seek(at);
  }
  return found;
}

describe('where playing stops', () => {
  it('at a full ring: no slot is free behind that step, and one was before it', () => {
    const history = known('full-ring');
    const [first, ...later] = stopsOf(history, 'full');
    expect(later.length).toBeGreaterThan(3);
    for (const at of [first ?? 0, ...later]) {
      history.seek(at);
      expect(freeRequests(history.simulation.state.queues[0]!.ring)).toBe(0);
      history.seek(at - 1);
      expect(freeRequests(history.simulation.state.queues[0]!.ring)).toBe(1);
    }
  });

  it('at a full ring of any queue', () => {
    const config = { ...NEW_DOCUMENT.scenario.config, queues: 3 };
    const workload = { ...NEW_DOCUMENT.scenario.workload, ioKib: 64, count: 512, depth: 128 };
    const history = known('full-ring', { config, workload });
    const [at = 0] = stopsOf(history, 'full');
    history.seek(at);
    const free = history.simulation.state.queues.map(({ ring }) => freeRequests(ring));
    expect(free).toHaveLength(3);
    expect(Math.min(...free)).toBe(0);
  });

  it('at every notification, sent or held back, as often as they are counted', () => {
    const history = known('mib-depth-4');
    const sent = stopsOf(history, 'sent');
    const held = stopsOf(history, 'held');
    history.seek(20_000);
    const metrics = metricsOf(history.simulation);
    expect(sent).toHaveLength(metrics.notificationsSent);
    expect(held).toHaveLength(metrics.notificationsHeld);
  });

  it('where an end sleeps and where a grant hypercall is made', () => {
    const history = known('one-mib', {
      config: { ...NEW_DOCUMENT.scenario.config, persistent: false },
    });
    for (const stop of ['asleep', 'mapped'] as const)
      expect(stopsOf(history, stop).length).toBeGreaterThan(1);
  });

  it('nowhere for the end, and at the peer only when there is one', () => {
    const history = known('one-mib');
    expect(nextStop(history, 'end')).toBeUndefined();
    expect(nextStop(history, 'peer')).toBeUndefined();
    const hazard = {
      id: 'forged-request-index',
      checked: true,
      delaySteps: 1,
      fromStep: 5,
    } as const;
    expect(stopsOf(known('mib-depth-4', { hazard }), 'peer').length).toBeGreaterThan(0);
  });

  it('is never behind where playing stands', () => {
    const history = known('full-ring');
    history.seek(history.end);
    for (const { id } of STOPS) expect(nextStop(history, id)).toBeUndefined();
  });
});
