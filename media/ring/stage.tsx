import type { JSX } from 'preact';
import { fitRing } from '#core/ring';
import { Select, Tabs } from '../shared/controls.tsx';
import type { Moment } from './moment.ts';
import { intervalSentence, NumberLine, requestInterval } from './number-line.tsx';
import type { PanelState } from './panel-state.ts';
import { RingView } from './ring-view.tsx';
import type { Tools } from './tools-loader.ts';
import { VIEWS } from './view-name.ts';

interface StageProps {
  readonly panel: PanelState;
  readonly tools: Tools | undefined;
  readonly moment: Moment;
  readonly slot: number;
}

/** Both ends, the views between them, and the inspector. */
export function Stage({ panel, tools, moment, slot }: StageProps): JSX.Element {
  const { saved, session } = panel;
  const simulation = session.kind === 'simulation' ? session.history.simulation : undefined;
  const queue = simulation?.state.queues[saved.queue];
  const select = (chosen: number): void => panel.change({ slot: chosen });
  return (
    <div class="stage">
      {tools === undefined ? (
        <div class="end" />
      ) : (
        <tools.FrontendEnd ring={moment.ring} simulation={simulation} queue={queue} />
      )}
      <section class="view" aria-label="Shared ring">
        <QueueChoice panel={panel} />
        <Tabs
          label="Views"
          value={saved.view}
          tabs={VIEWS}
          onChange={(view) => panel.change({ view })}
        >
          <View panel={panel} tools={tools} moment={moment} slot={slot} select={select} />
        </Tabs>
      </section>
      {tools === undefined ? (
        <div class="end" />
      ) : (
        <tools.BackendEnd ring={moment.ring} simulation={simulation} queue={queue} />
      )}
      {tools === undefined ? (
        <aside class="inspector" aria-label="Inspector" />
      ) : (
        <tools.Inspector
          tab={saved.tab}
          onTab={(tab) => panel.change({ tab })}
          slot={slot}
          content={moment.slots?.[slot]}
          layout={session.layout}
          queue={queue}
        />
      )}
    </div>
  );
}

function View({
  panel,
  tools,
  moment,
  slot,
  select,
}: StageProps & { readonly select: (slot: number) => void }): JSX.Element {
  const { saved, session } = panel;
  const { layout } = session;
  const pageOrder =
    session.kind === 'simulation'
      ? saved.document.scenario.config.pageOrder
      : pagesFor(moment, layout);
  if (saved.view === 'ring') {
    const interval = requestInterval(moment.ring);
    return (
      <>
        <RingView
          moment={moment}
          selected={slot}
          onSelect={select}
          sum={sumOf(panel, pageOrder)}
          tools={tools}
        />
        <NumberLine interval={interval} />
        <p class="interval-sentence">{intervalSentence(interval)}</p>
      </>
    );
  }
  if (tools === undefined) return <></>;
  switch (saved.view) {
    case 'bytes':
      return (
        <tools.PageBytes
          moment={moment}
          layout={layout}
          pages={2 ** pageOrder}
          selected={slot}
          onAbi={
            session.kind === 'simulation'
              ? (abi) => panel.setConfigHere({ ...saved.document.scenario.config, abi })
              : undefined
          }
        />
      );
    case 'line':
      return <tools.NumberLines ring={moment.ring} />;
    case 'table':
      return <tools.SlotTable moment={moment} />;
    case 'handshake':
      return (
        <tools.Handshake
          config={saved.document.scenario.config}
          onOrder={(publication) =>
            panel.setScenario({ config: { ...saved.document.scenario.config, publication } })
          }
        />
      );
  }
}

/** The smallest ring of pages that has so many slots, for inputs that do not say. */
function pagesFor(moment: Moment, layout: PanelState['session']['layout']): number {
  for (let order = 0; order < 4; order++) {
    if (
      fitRing(layout.entryBytes, layout.ringOffsetBytes, order).entryCount >= moment.ring.entryCount
    )
      return order;
  }
  return 4;
}

function sumOf(panel: PanelState, pageOrder: number): string {
  const { layout, kind } = panel.session;
  if (kind === 'snapshot') return 'as printed';
  const fit = fitRing(layout.entryBytes, layout.ringOffsetBytes, pageOrder);
  return `(${fit.ringBytes} − ${layout.ringOffsetBytes}) / ${layout.entryBytes} = ${fit.fit} → ${fit.entryCount}\n${fit.pages} page${fit.pages === 1 ? '' : 's'} · ${layout.abi}`;
}

function QueueChoice({ panel }: { readonly panel: PanelState }): JSX.Element | null {
  const { session, saved } = panel;
  const queues = session.kind === 'simulation' ? session.history.simulation.state.queues.length : 1;
  if (queues === 1) return null;
  return (
    <div class="queue-choice">
      <Select
        label="Queue"
        value={String(Math.min(saved.queue, queues - 1))}
        choices={Array.from({ length: queues }, (_, i) => ({
          value: String(i),
          label: `queue ${i} of ${queues}`,
        }))}
        onChange={(queue) => panel.change({ queue: Number(queue) })}
      />
    </div>
  );
}
