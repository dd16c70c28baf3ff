import type { ComponentChildren, JSX } from 'preact';
import {
  freeRequests,
  type QueueState,
  type RingRequest,
  type RingState,
  type Simulation,
} from '#core/ring';
import { grouped } from '../shared/controls.tsx';

export function Figure({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="figure">
      <dt class="mono">{name}</dt>
      <dd class="mono">{children}</dd>
    </div>
  );
}

function Bar({ share, tone }: { readonly share: number; readonly tone: string }): JSX.Element {
  const percent = Math.round(Math.max(0, Math.min(1, share)) * 100);
  return (
    <svg class={`bar ${tone}`} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-ground" width="100" height="4" />
      <rect class="bar-value" width={percent} height="4" />
    </svg>
  );
}

const FRONT_STATE: Readonly<Record<QueueState['front']['phase'], string>> = {
  idle: 'idle',
  push: 'running',
  notify: 'notifying',
  consume: 'in interrupt',
  check: 'final check',
  error: 'gave up',
};

const BACK_STATE: Readonly<Record<QueueState['back']['phase'], string>> = {
  asleep: 'asleep',
  read: 'running',
  take: 'running',
  submit: 'mapping',
  check: 'final check',
  starved: 'out of requests',
  halted: 'halted',
};

/** What the shadow entry holds, short enough for a narrow column. */
function shadowText(request: RingRequest): string {
  if (request.segments === 0) return request.operation;
  const how = request.indirectPages > 0 ? 'ind.' : 'dir.';
  return `${request.operation} ${how} ${request.segments} seg`;
}

/** Rows of lists; the rest is counted. */
const ROWS = 3;

function More({
  count,
  what,
}: {
  readonly count: number;
  readonly what: string;
}): JSX.Element | null {
  return count > 0 ? <p class="quiet">{`${count} more ${what}`}</p> : null;
}

interface EndProps {
  readonly ring: RingState;
  /** Undefined for a trace or a snapshot, which only know indices. */
  readonly simulation: Simulation | undefined;
  readonly queue: QueueState | undefined;
}

const UNKNOWN = <p class="quiet">Not in this input: it holds the indices only.</p>;

/** The guest's side: indices, outstanding I/O, the shadow table. */
export function FrontendEnd({ ring, simulation, queue }: EndProps): JSX.Element {
  const stopped =
    queue !== undefined && queue.backlog.length > queue.backlogHead && freeRequests(ring) === 0;
  return (
    <section class="end front" aria-label="Frontend">
      <h2>Frontend · guest</h2>
      {queue !== undefined && (
        <p class="row">
          <span class="badge">
            {stopped && queue.front.phase === 'idle' ? 'ring full' : FRONT_STATE[queue.front.phase]}
          </span>
          <span class="mono quiet">xen-blkfront</span>
        </p>
      )}
      <dl>
        <Figure name="req_prod_pvt">{grouped(ring.reqProdPvt)}</Figure>
        <Figure name="rsp_cons">{grouped(ring.rspCons)}</Figure>
        <Figure name="free slots">
          {freeRequests(ring)} of {ring.entryCount}
        </Figure>
      </dl>
      {simulation === undefined || queue === undefined ? (
        UNKNOWN
      ) : (
        <FrontDetails simulation={simulation} queue={queue} />
      )}
    </section>
  );
}

function FrontDetails({
  simulation,
  queue,
}: {
  readonly simulation: Simulation;
  readonly queue: QueueState;
}): JSX.Element {
  const outstanding = [...simulation.state.left];
  const total = Math.max(
    1,
    Math.ceil((simulation.workload.ioKib * 1024) / (simulation.config.maxSegments * 4096)),
  );
  const waiting = queue.shadow.filter((request) => request !== undefined);
  return (
    <>
      <h2>I/O outstanding</h2>
      {outstanding.slice(0, ROWS).map(([io, left]) => (
        <div key={io} class="card">
          <p class="row spread">
            <strong>I/O {io + 1}</strong>
            <span class="quiet">{left === 1 ? '1 request left' : `${left} requests left`}</span>
          </p>
          <Bar share={1 - left / Math.max(total, left)} tone="front" />
        </div>
      ))}
      {outstanding.length === 0 && <p class="quiet">none</p>}
      <More count={outstanding.length - ROWS} what="outstanding" />
      <h2>Shadow (id → what)</h2>
      {waiting.length === 0 && <p class="quiet">empty: no request is under way</p>}
      <ul class="plain mono shadow">
        {waiting.slice(0, ROWS + 1).map((request) => (
          <li key={request.id}>
            <span class="id">{request.id}</span> {shadowText(request)}
          </li>
        ))}
      </ul>
      <More count={waiting.length - ROWS - 1} what="waiting for an answer" />
      <p class="quiet mono">
        free ids {queue.freeIds.length}
        {queue.freeIds.length > 0 ? `: ${queue.freeIds.slice(-3).toReversed().join(', ')} …` : ''}
      </p>
    </>
  );
}

/** The driver domain's side: indices, grants, disk. */
export function BackendEnd({ ring, simulation, queue }: EndProps): JSX.Element {
  return (
    <section class="end back" aria-label="Backend">
      <h2>Backend · driver domain</h2>
      {queue !== undefined && (
        <p class="row">
          <span class="badge">{BACK_STATE[queue.back.phase]}</span>
          <span class="mono quiet">xen-blkback</span>
        </p>
      )}
      <dl>
        <Figure name="req_cons">{grouped(ring.reqCons)}</Figure>
        <Figure name="rsp_prod_pvt">{grouped(ring.rspProdPvt)}</Figure>
        <Figure name="working on">{(ring.reqCons - ring.rspProdPvt) >>> 0}</Figure>
      </dl>
      {simulation === undefined || queue === undefined ? (
        UNKNOWN
      ) : (
        <BackDetails simulation={simulation} queue={queue} />
      )}
    </section>
  );
}

function grantSentence(simulation: Simulation, queue: QueueState): string {
  const { config } = simulation;
  const { counters } = simulation.state;
  if (config.persistent) {
    return `${grouped(queue.grants.persistentCount)} of ${grouped(config.maxPersistentGrants)} kept mapped`;
  }
  return config.dataPath === 'copy'
    ? `${grouped(counters.grantsCopied)} pages copied, none mapped`
    : `${grouped(counters.grantsMapped - counters.grantsUnmapped)} mapped now`;
}

function BackDetails({
  simulation,
  queue,
}: {
  readonly simulation: Simulation;
  readonly queue: QueueState;
}): JSX.Element {
  const { config, state } = simulation;
  const { mapHypercalls, unmapHypercalls, copyHypercalls } = state.counters;
  const now = state.nowUs;
  return (
    <>
      <h2>Grants</h2>
      {config.persistent && (
        <Bar
          share={queue.grants.persistentCount / Math.max(1, config.maxPersistentGrants)}
          tone="grants"
        />
      )}
      <p>{grantSentence(simulation, queue)}</p>
      <p class="quiet">
        hypercalls: {grouped(mapHypercalls)} map, {grouped(unmapHypercalls)} unmap
        {copyHypercalls > 0 ? `, ${grouped(copyHypercalls)} copy` : ''}
      </p>
      <h2>Disk · model times</h2>
      {queue.disk.slice(0, ROWS).map((job) => {
        const leftUs = Math.max(0, job.doneAtUs - now);
        return (
          <div key={job.request.serial} class="card">
            <p class="row spread">
              <span>
                <strong>{job.request.id}</strong> {job.request.operation} {job.request.bytes / 1024}{' '}
                KiB
              </span>
              <span class="quiet">{Math.round(leftUs)} µs</span>
            </p>
            <Bar share={1 - leftUs / (2 * simulation.costs.diskLatencyUs)} tone="back" />
          </div>
        );
      })}
      {queue.disk.length === 0 && <p class="quiet">nothing to do</p>}
      <More count={queue.disk.length - ROWS} what="in the disk" />
    </>
  );
}
