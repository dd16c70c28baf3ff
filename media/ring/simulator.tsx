import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { describeVerdict, fitRing, hazardOf, PRESETS } from '#core/ring';
import { announce } from '../shared/announce.ts';
import { Button, Select, Tabs } from '../shared/controls.tsx';
import { ask, listen } from '../shared/host.ts';
import { BackendEnd, FrontendEnd } from './ends.tsx';
import { BreakDialog } from './break-dialog.tsx';
import { CompareView } from './compare-view.tsx';
import { ConfigureDialog } from './configure-dialog.tsx';
import { copyLink, exportDocument, exportPng, exportSteps, exportSvg } from './exports.ts';
import { Handshake } from './handshake.tsx';
import { Inspector } from './inspector.tsx';
import { useKeys } from './keys.ts';
import { MetricsBar } from './metrics-bar.tsx';
import { type Moment, momentOf } from './moment.ts';
import { intervalSentence, NumberLine, NumberLines, requestInterval } from './number-line.tsx';
import { PageBytes } from './page-bytes.tsx';
import { type PanelState, usePanelState } from './panel-state.ts';
import { usePlayback } from './playback.ts';
import { RingView } from './ring-view.tsx';
import { stepCount } from './session.ts';
import { KeysDialog, PasteDialog } from './small-dialogs.tsx';
import { SlotTable } from './slot-table.tsx';
import { Timeline } from './timeline.tsx';
import { type Controls, Toolbar } from './toolbar.tsx';
import { TourBar } from './tour.tsx';
import { VIEWS } from './view-name.ts';

/** The other configuration when none was chosen yet. */
const OTHER = PRESETS.find((preset) => preset.id === 'segments-256')?.value ?? PRESETS[0]?.value;

function controlsOf(panel: PanelState): Controls {
  const start = (): void => {
    if (panel.position >= stepCount(panel.session)) panel.seek(0, true);
    panel.setPlaying(true);
  };
  return {
    togglePlay: () => {
      if (panel.session.kind === 'snapshot') return;
      if (!panel.playing) start();
      else {
        panel.setPlaying(false);
        announce(momentOf(panel.session, panel.position, panel.saved.queue).said);
      }
    },
    stepBy: (steps) => {
      panel.setPlaying(false);
      panel.stepBy(steps);
    },
    jumpToNotification: panel.jumpToNotification,
    seek: (step) => {
      panel.setPlaying(false);
      panel.seek(step);
    },
    setConfig: (config) => panel.setScenario({ config }),
    setWorkload: (workload) => panel.setScenario({ workload }),
    setSeed: (seed) => panel.setScenario({ seed }),
    setSpeed: (speed) => panel.change({ speed }),
    open: (dialog) => {
      if (dialog === 'compare') panel.change({ comparing: !panel.saved.comparing });
      else if (dialog === 'tour') panel.goToStop(panel.saved.tour ?? 0);
      else panel.setDialog(dialog);
    },
  };
}

export function Simulator(): JSX.Element {
  const panel = usePanelState();
  const { saved, session, position } = panel;
  const controls = controlsOf(panel);
  const entryCount = momentOf(session, position, saved.queue).ring.entryCount;
  const slot = Math.min(saved.slot, entryCount - 1);

  useEffect(() => listen((message) => panel.receive(message)), []);
  useEffect(() => acceptDrops(panel), []);
  usePlayback(panel.playing, Number(saved.speed), (steps) => {
    panel.stepBy(steps, true);
    if (panel.position + steps >= stepCount(session)) panel.setPlaying(false);
  });
  useKeys({
    ...controls,
    selectBy: (slots) => panel.change({ slot: (slot + slots + entryCount) % entryCount }),
    setView: (view) => panel.change({ view, comparing: false }),
  });

  const simulation = session.kind === 'simulation' ? session.history.simulation : undefined;
  const moment = momentOf(session, position, saved.queue);
  const { scenario } = saved.document;
  return (
    <div class="simulator">
      <Toolbar
        controls={controls}
        config={scenario.config}
        workload={scenario.workload}
        seed={scenario.seed}
        speed={saved.speed}
        playing={panel.playing}
        movable={session.kind !== 'snapshot'}
        imports={[
          { label: 'Choose files…', onChoose: () => void pickFiles(panel) },
          { label: 'Paste a text…', onChoose: () => panel.setDialog('paste') },
        ]}
        exports={exportItems(panel)}
      />
      {saved.tour !== undefined && (
        <TourBar
          stop={saved.tour}
          onStop={panel.goToStop}
          onClose={() => panel.goToStop(undefined)}
        />
      )}
      <Notices panel={panel} />
      {saved.comparing && OTHER !== undefined ? (
        <CompareView
          scenario={scenario}
          other={saved.document.compareWith ?? OTHER}
          onConfig={controls.setConfig}
          onOther={(compareWith) =>
            panel.load({ ...saved.document, compareWith }, { comparing: true })
          }
          onClose={() => panel.change({ comparing: false })}
        />
      ) : (
        <Stage panel={panel} moment={moment} slot={slot} />
      )}
      <Timeline session={session} position={position} said={moment.said} onSeek={controls.seek} />
      <MetricsBar
        simulation={simulation}
        why={moment.why}
        said={moment.said}
        symbol={moment.facts?.symbol}
        onSymbol={(name) => void reveal(panel, name)}
      />
      <Dialogs panel={panel} controls={controls} />
    </div>
  );
}

interface StageProps {
  readonly panel: PanelState;
  readonly moment: Moment;
  readonly slot: number;
}

function Stage({ panel, moment, slot }: StageProps): JSX.Element {
  const { saved, session } = panel;
  const simulation = session.kind === 'simulation' ? session.history.simulation : undefined;
  const queue = simulation?.state.queues[saved.queue];
  const select = (chosen: number): void => panel.change({ slot: chosen });
  return (
    <div class="stage">
      <FrontendEnd ring={moment.ring} simulation={simulation} queue={queue} />
      <section class="view" aria-label="Shared ring">
        <QueueChoice panel={panel} />
        <Tabs
          label="Views"
          value={saved.view}
          tabs={VIEWS}
          onChange={(view) => panel.change({ view })}
        >
          <View panel={panel} moment={moment} slot={slot} select={select} />
        </Tabs>
      </section>
      <BackendEnd ring={moment.ring} simulation={simulation} queue={queue} />
      <Inspector
        tab={saved.tab}
        onTab={(tab) => panel.change({ tab })}
        slot={slot}
        content={moment.slots?.[slot]}
        layout={session.layout}
        queue={queue}
      />
    </div>
  );
}

function View({
  panel,
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
  switch (saved.view) {
    case 'ring': {
      const interval = requestInterval(moment.ring);
      return (
        <>
          <RingView
            moment={moment}
            selected={slot}
            onSelect={select}
            sum={sumOf(panel, pageOrder)}
          />
          <NumberLine interval={interval} />
          <p class="interval-sentence">{intervalSentence(interval)}</p>
        </>
      );
    }
    case 'bytes':
      return <PageBytes moment={moment} layout={layout} pages={2 ** pageOrder} selected={slot} />;
    case 'line':
      return <NumberLines ring={moment.ring} />;
    case 'table':
      return <SlotTable moment={moment} />;
    case 'handshake':
      return (
        <Handshake
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

function Notices({ panel }: { readonly panel: PanelState }): JSX.Element | null {
  const { session, saved, notice } = panel;
  const verdict =
    session.kind === 'simulation' ? session.history.simulation.state.verdict : undefined;
  const { hazard } = saved.document.scenario;
  const armed =
    session.kind === 'simulation' && hazard !== undefined ? hazardOf(hazard.id) : undefined;
  if (armed === undefined && notice === undefined && session.kind === 'simulation') return null;
  return (
    <div class="notices">
      {session.kind !== 'simulation' && (
        <div class="notice row spread">
          <p>
            {session.kind === 'trace'
              ? `Trace: ${session.name}`
              : 'A printed ring: one moment, as it was taken.'}
          </p>
          <Button label="Back to the simulation" onPress={() => panel.load(saved.document)} />
        </div>
      )}
      {armed !== undefined && (
        <div class={verdict?.kind === 'bitten' ? 'notice error row spread' : 'notice row spread'}>
          <p>
            <strong>
              {armed.title}, {hazard?.checked === true ? 'check in place' : 'check missing'}
            </strong>
            {verdict === undefined
              ? `: ${armed.check} is what helps (${armed.rules.join(', ')}).`
              : `: ${describeVerdict(verdict)}`}
          </p>
          <Button label="Disarm" onPress={() => panel.arm(undefined)} />
        </div>
      )}
      {notice !== undefined && (
        <div class={notice.tone === 'error' ? 'notice error row spread' : 'notice row spread'}>
          <ul class="plain">
            {notice.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <Button label="Dismiss" onPress={() => panel.setNotice(undefined)}>
            ✕
          </Button>
        </div>
      )}
    </div>
  );
}

function Dialogs({
  panel,
  controls,
}: {
  readonly panel: PanelState;
  readonly controls: Controls;
}): JSX.Element | null {
  const close = (): void => panel.setDialog(undefined);
  const { scenario } = panel.saved.document;
  switch (panel.dialog) {
    case 'configure':
      return (
        <ConfigureDialog
          config={scenario.config}
          workload={scenario.workload}
          onConfig={controls.setConfig}
          onWorkload={controls.setWorkload}
          onClose={close}
        />
      );
    case 'break':
      return (
        <BreakDialog
          armed={scenario.hazard}
          onArm={(hazard) => {
            close();
            panel.arm(hazard);
          }}
          onSchedule={(id) => {
            close();
            panel.showSchedule(id);
          }}
          onClose={close}
        />
      );
    case 'paste':
      return (
        <PasteDialog
          onImport={(text) => {
            close();
            panel.importAll([{ name: 'The pasted text', text }]);
          }}
          onClose={close}
        />
      );
    case 'keys':
      return <KeysDialog onClose={close} />;
    default:
      return null;
  }
}

function exportItems(panel: PanelState): { label: string; onChoose: () => void }[] {
  const { session, saved } = panel;
  const always = [
    { label: 'Picture (SVG)', onChoose: () => void exportSvg() },
    { label: 'Picture (PNG)', onChoose: () => void exportPng() },
  ];
  if (session.kind !== 'simulation') return always;
  return [
    ...always,
    { label: 'Scenario (.xenring.json)', onChoose: () => void exportDocument(saved.document) },
    { label: 'Trace up to here (JSONL)', onChoose: () => void exportSteps(session, saved.queue) },
    { label: 'Copy a link to this state', onChoose: () => void copyLink(saved.document) },
  ];
}

async function pickFiles(panel: PanelState): Promise<void> {
  const answer = await ask({ type: 'pickFiles', title: 'Import into the ring simulator' });
  if (answer.outcome === 'failed')
    panel.setNotice({ tone: 'error', lines: [answer.message ?? 'The file cannot be read.'] });
  if (answer.files !== undefined) panel.importAll(answer.files);
}

async function reveal(panel: PanelState, name: string): Promise<void> {
  const answer = await ask({ type: 'revealSymbol', name });
  if (answer.outcome === 'failed')
    panel.setNotice({ tone: 'info', lines: [answer.message ?? `${name} was not found.`] });
}

/** Files dropped anywhere on the panel are imported. */
function acceptDrops(panel: PanelState): () => void {
  const over = (event: DragEvent): void => event.preventDefault();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    void Promise.all(
      files.map(async (file) => ({ name: file.name, text: await file.text() })),
    ).then(panel.importAll);
  };
  document.addEventListener('dragover', over);
  document.addEventListener('drop', drop);
  return () => {
    document.removeEventListener('dragover', over);
    document.removeEventListener('drop', drop);
  };
}
