import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { PRESETS } from '#core/ring';
import { announce } from '../shared/announce.ts';
import { useKeys } from './keys.ts';
import { MetricsBar } from './metrics-bar.tsx';
import { momentOf } from './moment.ts';
import { type PanelState, usePanelState } from './panel-state.ts';
import { usePlayback } from './playback.ts';
import { stepCount } from './session.ts';
import { Stage } from './stage.tsx';
import { Timeline } from './timeline.tsx';
import { loadTools, useTools } from './tools-loader.ts';
import { type Controls, Toolbar } from './toolbar.tsx';

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
    runToStop: () => {
      panel.setPlaying(false);
      panel.seek(panel.nextStop());
    },
    setStop: (stop) => panel.change({ stop }),
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
  const tools = useTools();
  const { saved, session, position } = panel;
  const controls = controlsOf(panel);
  const entryCount = momentOf(session, position, saved.queue).ring.entryCount;
  const slot = Math.min(saved.slot, entryCount - 1);

  useEffect(() => listenOnceLoaded(panel), []);
  useEffect(() => acceptDrops(panel), []);
  usePlayback(panel.playing, Number(saved.speed), (steps) => {
    const stop = panel.nextStop();
    const arrives = panel.position + steps >= stop;
    panel.seek(arrives ? stop : panel.position + steps, !arrives);
    if (arrives) panel.setPlaying(false);
    return !arrives;
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
      {saved.tour !== undefined && tools !== undefined && (
        <tools.TourBar
          stop={saved.tour}
          onStop={panel.goToStop}
          onClose={() => panel.goToStop(undefined)}
        />
      )}
      {tools !== undefined && <tools.Notices panel={panel} />}
      {saved.comparing && OTHER !== undefined && tools !== undefined ? (
        <tools.CompareView
          scenario={scenario}
          other={saved.document.compareWith ?? OTHER}
          onConfig={controls.setConfig}
          onOther={(compareWith) =>
            panel.load({ ...saved.document, compareWith }, { comparing: true })
          }
          onClose={() => panel.change({ comparing: false })}
        />
      ) : (
        <Stage panel={panel} tools={tools} moment={moment} slot={slot} />
      )}
      <Timeline
        session={session}
        position={position}
        said={moment.said}
        stop={saved.stop}
        controls={controls}
      />
      <MetricsBar
        simulation={simulation}
        tools={tools}
        why={moment.why}
        said={moment.said}
        symbol={moment.facts?.symbol}
        onSymbol={(name) => void reveal(panel, name)}
      />
      {tools !== undefined && <tools.Dialogs panel={panel} controls={controls} />}
    </div>
  );
}

function exportItems(panel: PanelState): { label: string; onChoose: () => void }[] {
  const { session, saved } = panel;
  const always = [
    { label: 'Picture (SVG)', onChoose: () => void loadTools().then((tools) => tools.exportSvg()) },
    { label: 'Picture (PNG)', onChoose: () => void loadTools().then((tools) => tools.exportPng()) },
  ];
  if (session.kind !== 'simulation') return always;
  return [
    ...always,
    {
      label: 'Scenario (.xenring.json)',
      onChoose: () => void loadTools().then((tools) => tools.exportDocument(saved.document)),
    },
    {
      label: 'Trace up to here (JSONL)',
      onChoose: () => void loadTools().then((tools) => tools.exportSteps(session, saved.queue)),
    },
    {
      label: 'Copy a link to this state',
      onChoose: () => void loadTools().then((tools) => tools.copyLink(saved.document)),
    },
  ];
}

async function pickFiles(panel: PanelState): Promise<void> {
  const { ask } = await loadTools();
  const answer = await ask({ type: 'pickFiles', title: 'Import into the ring simulator' });
  if (answer.outcome === 'failed')
    panel.setNotice({ tone: 'error', lines: [answer.message ?? 'The file cannot be read.'] });
  if (answer.files !== undefined) panel.importAll(answer.files);
}

async function reveal(panel: PanelState, name: string): Promise<void> {
  const { ask } = await loadTools();
  const answer = await ask({ type: 'revealSymbol', name });
  if (answer.outcome === 'failed')
    panel.setNotice({ tone: 'info', lines: [answer.message ?? `${name} was not found.`] });
}

/** The host is told `ready` when the part that reads its messages is there. */
function listenOnceLoaded(panel: PanelState): () => void {
  let stop: (() => void) | undefined;
  let gone = false;
  void loadTools().then((tools) => {
    if (!gone) stop = tools.listen(panel.receive);
  });
  return () => {
    gone = true;
    stop?.();
  };
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
