import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { evaluatePlan, type IdSet, type VmChange } from '#core/numa';
import type { PanelFile } from '#core/protocol';
import { announce } from '../shared/announce.ts';
import { isTyping } from '../shared/controls.tsx';
import { ask, listen, tell } from '../shared/host.ts';
import { usePersisted } from '../shared/persisted.ts';
import { KeysDialog, NewDomainDialog, PasteDialog, type NewDomain } from './dialogs.tsx';
import { DomainList } from './domain-list.tsx';
import { EXAMPLE } from './example.ts';
import { copySnippet, exportDocument, exportPng, exportSvg, openSnippet } from './exports.ts';
import { distanceSentence, HeatMap } from './heat-map.tsx';
import { HostPicture } from './host-picture.tsx';
import { addInputs, assembleInputs, nameOf, readFile } from './imports.ts';
import { nodesName } from './labels.ts';
import { Footer, SchedulerHead } from './scheduler-bar.tsx';
import { Notes } from './notes.tsx';
import { PagesChart } from './pages-chart.tsx';
import {
  decodeState,
  EMPTY_STATE,
  formatDocument,
  parseDocument,
  type PanelState,
} from './panel-state.ts';
import { Tables } from './tables.tsx';
import { Timeline } from './timeline.tsx';
import { Toolbar } from './toolbar.tsx';
import { useMove } from './use-move.ts';
import { busyAt, usePlayback } from './use-simulation.ts';
import { WhatIf } from './what-if.tsx';
import { Why } from './why.tsx';

type OpenDialog = 'none' | 'paste' | 'new' | 'keys';
const SIDE_CHART = 172;
const EDIT_DELAY_MS = 200;

/** The whole panel: what was imported, the plan made of it, and the views on it. */
export function Placement(): JSX.Element {
  const [state, setState] = usePersisted<PanelState>('numa', decodeState, () => EMPTY_STATE);
  const [dialog, setDialog] = useState<OpenDialog>('none');
  const [fault, setFault] = useState<string | undefined>(undefined);
  const update = (change: Partial<PanelState>): void => setState((old) => ({ ...old, ...change }));
  const { view, guests } = useMemo(() => assembleInputs(state.inputs), [state.inputs]);
  const plan = useMemo(
    () => evaluatePlan({ view, guests, changes: state.changes, engine: state.engine }),
    [view, guests, state.changes, state.engine],
  );
  const index = Math.max(
    0,
    plan.vms.findIndex((vm) => vm.key === state.selected),
  );
  const selected = plan.vms[index];

  const read = (files: readonly PanelFile[]): void => {
    const document = files.find((file) => file.name.endsWith('.xennuma.json'));
    if (document !== undefined) {
      const parsed = parseDocument(document.name, document.text);
      if ('problem' in parsed) setFault(parsed.problem);
      else {
        setFault(undefined);
        setState(parsed.state);
      }
      return;
    }
    setFault(undefined);
    setState((old) => withFiles(old, files));
    announce(`${files.map((file) => file.name).join(', ')} was read.`);
  };
  const change = (key: string, what: VmChange): void =>
    setState((old) => ({
      ...old,
      selected: key,
      changes: { ...old.changes, [key]: { ...old.changes[key], ...what } },
    }));
  const drop = (key: string, nodes: IdSet): void => {
    change(key, { nodes });
    const name = plan.vms.find((vm) => vm.key === key)?.name ?? 'The domain';
    announce(`${name} was put on ${nodesName(nodes)}.`);
  };
  const moving = useMove(plan, drop);
  const playback = usePlayback(plan, state, moving.move !== undefined);
  const { run, timeUs } = playback;
  const busy = useMemo(
    () => (run === undefined ? undefined : busyAt(run, timeUs, plan)),
    [run, timeUs, plan],
  );
  useOpening(read, state);
  usePanelKeys({ update, state, playback, onKeys: () => setDialog('keys'), read });

  const pickFiles = async (): Promise<void> => {
    const answer = await ask({ type: 'pickFiles', title: 'Outputs of a host, xl.cfg, logs' });
    if (answer.files !== undefined) read(answer.files);
    if (answer.outcome === 'failed') setFault(answer.message);
  };
  const targets =
    moving.move === undefined
      ? []
      : [...moving.move.nodes, ...(moving.move.cursor === undefined ? [] : [moving.move.cursor])];
  const isEmpty = plan.host.nodes.length === 0;

  return (
    <div class="numa" onKeyDown={(event) => void moving.key(event)}>
      <Toolbar
        state={state}
        source={state.inputs.map(nameOf).join(' + ') || 'nothing imported yet'}
        isPlaying={playback.isPlaying}
        canPlay={run !== undefined}
        update={update}
        onPickFiles={() => void pickFiles()}
        onPaste={() => setDialog('paste')}
        onExample={() => read(EXAMPLE)}
        onClear={() => setState(EMPTY_STATE)}
        onPlay={playback.toggle}
        onKeys={() => setDialog('keys')}
        onExportSvg={() => void exportSvg()}
        onExportPng={() => void exportPng()}
        onExportDocument={() => void exportDocument(state)}
        onSnippet={
          selected === undefined ? undefined : (form) => void openSnippet(plan, selected, form)
        }
      />
      <div class="host-area">
        <Notes view={view} fault={fault} hasInputs={state.inputs.length > 0} />
        {isEmpty ? (
          <EmptyHost
            onPaste={() => setDialog('paste')}
            onPick={() => void pickFiles()}
            onExample={() => read(EXAMPLE)}
          />
        ) : state.showsTables ? (
          <Tables plan={plan} run={run} />
        ) : (
          <>
            <div class="host-columns">
              <HostPicture
                plan={plan}
                selected={selected}
                targets={targets}
                busy={busy}
                onNode={() => {}}
              />
              <div class="side-charts">
                <h2>Distance (SLIT)</h2>
                <HeatMap host={plan.host} chosen={selected?.nodes ?? []} width={SIDE_CHART} />
                {selected !== undefined && (
                  <>
                    <p class="quiet">{distanceSentence(plan.host, selected.nodes)}</p>
                    <h2>{`Pages of ${selected.name}`}</h2>
                    <PagesChart plan={plan} vm={selected} index={index} width={SIDE_CHART} />
                    <p class="quiet">
                      {selected.isModel ? 'model; hatched: foreign' : 'as Xen told'}
                    </p>
                  </>
                )}
              </div>
            </div>
            <Legend />
          </>
        )}
      </div>
      <aside class="sidebar" aria-label="Domains and reasons">
        <DomainList
          plan={plan}
          selected={selected?.key}
          moving={moving}
          onSelect={(key) => update({ selected: key })}
          onNew={() => setDialog('new')}
        />
        {selected !== undefined && (
          <>
            <Why vm={selected} engine={state.engine} />
            <WhatIf
              plan={plan}
              vm={selected}
              isChanged={state.changes[selected.key] !== undefined}
              onChange={(what) => change(selected.key, what)}
              onReset={() => update({ changes: without(state.changes, selected.key) })}
              onMove={() => {
                document.querySelector<HTMLElement>(`[data-domain="${selected.key}"]`)?.focus();
                moving.begin(selected);
              }}
              onCopy={() => void copySnippet(plan, selected)}
            />
          </>
        )}
      </aside>
      <section class="scheduler" aria-labelledby="scheduler-title">
        <SchedulerHead state={state} update={update} run={run} selected={selected?.key} />
        <Timeline plan={plan} playback={playback} selected={selected?.key} />
      </section>
      <Footer run={run} selected={selected} />
      {moving.move?.pointer !== undefined && (
        <Ghost name={nameFor(plan, moving.move.key)} at={moving.move.pointer} />
      )}
      {dialog === 'paste' && (
        <PasteDialog
          onClose={() => setDialog('none')}
          onRead={(text) => {
            setDialog('none');
            read([{ name: `paste ${state.inputs.length + 1}`, text }]);
          }}
        />
      )}
      {dialog === 'new' && (
        <NewDomainDialog
          onClose={() => setDialog('none')}
          onAdd={(domain) => {
            setDialog('none');
            setState((old) => withNewDomain(old, domain, plan.vms.filter((vm) => vm.isNew).length));
          }}
        />
      )}
      {dialog === 'keys' && <KeysDialog onClose={() => setDialog('none')} />}
    </div>
  );
}

/** How to read the pictures. */
function Legend(): JSX.Element {
  return (
    <p class="legend quiet">
      A thick link and a full cell are near. A letter in a square is the domain on that CPU at the
      shown moment. Hatched memory is away from the domain’s nodes; grey is holes, Xen and what is
      not listed. In the timeline n is near its memory, dashed R is remote. T shows everything as
      tables.
    </p>
  );
}

function EmptyHost(props: {
  readonly onPaste: () => void;
  readonly onPick: () => void;
  readonly onExample: () => void;
}): JSX.Element {
  return (
    <div class="empty-host">
      <p class="empty-title">Where will xl put this domain, and why?</p>
      <p class="quiet">
        Paste the output of <span class="mono">xl info -n</span>, and of{' '}
        <span class="mono">xl vcpu-list</span> and <span class="mono">xl list -n</span> if domains
        run, together with the xl.cfg of a new domain; or drop the files here.
      </p>
      <p class="what-if-actions">
        <button type="button" class="button primary" onClick={props.onPaste}>
          Paste text…
        </button>
        <button type="button" class="button" onClick={props.onPick}>
          Choose files…
        </button>
        <button type="button" class="button" onClick={props.onExample}>
          Show an example host
        </button>
      </p>
    </div>
  );
}

/** Follows the pointer while a domain is dragged; placed by the object model, inline styles are not allowed. */
function Ghost(props: {
  readonly name: string;
  readonly at: { readonly x: number; readonly y: number };
}): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { style } = element.current!;
    style.left = `${props.at.x + 12}px`;
    style.top = `${props.at.y + 8}px`;
  }, [props.at]);
  return (
    <div class="ghost" ref={element} aria-hidden="true">
      {props.name}
    </div>
  );
}

/** Listens to the host, and tells it the document's new text after changes. */
function useOpening(read: (files: readonly PanelFile[]) => void, state: PanelState): void {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => listen(({ files }) => files.length > 0 && latest.current(files)), []);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return undefined;
    }
    const timer = setTimeout(
      () => tell({ type: 'edit', text: formatDocument(state) }),
      EDIT_DELAY_MS,
    );
    return () => clearTimeout(timer);
  }, [state]);
}

interface PanelKeys {
  readonly update: (change: Partial<PanelState>) => void;
  readonly state: PanelState;
  readonly playback: ReturnType<typeof usePlayback>;
  readonly onKeys: () => void;
  readonly read: (files: readonly PanelFile[]) => void;
}

/** Keys, paste and drop anywhere in the panel. */
function usePanelKeys(keys: PanelKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
      if (handleKey(event, latest.current)) event.preventDefault();
    };
    const pasted = (event: ClipboardEvent): void => {
      const target = event.target as HTMLElement | null;
      if (/^(?:INPUT|TEXTAREA)$/.test(target?.tagName ?? '')) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      const count = latest.current.state.inputs.length + 1;
      if (text.trim() !== '') latest.current.read([{ name: `paste ${count}`, text }]);
    };
    const over = (event: DragEvent): void => event.preventDefault();
    const dropped = (event: DragEvent): void => {
      event.preventDefault();
      const files = Array.from(event.dataTransfer?.files ?? []);
      void Promise.all(
        files.map(async (file) => ({ name: file.name, text: await file.text() })),
      ).then((read) => read.length > 0 && latest.current.read(read));
    };
    document.addEventListener('keydown', pressed);
    document.addEventListener('paste', pasted);
    document.addEventListener('dragover', over);
    document.addEventListener('drop', dropped);
    return () => {
      document.removeEventListener('keydown', pressed);
      document.removeEventListener('paste', pasted);
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', dropped);
    };
  }, []);
}

function handleKey(event: KeyboardEvent, { update, state, playback, onKeys }: PanelKeys): boolean {
  const { run, timeUs, seek } = playback;
  const onButton = (event.target as HTMLElement | null)?.tagName === 'BUTTON';
  switch (event.key) {
    case '?':
      onKeys();
      return true;
    case 't':
    case 'T':
      update({ showsTables: !state.showsTables });
      return true;
    case ' ':
      // Space on a button presses it.
      if (onButton) return false;
      playback.toggle();
      return true;
    case 'ArrowLeft':
      seek(event.shiftKey ? remoteStart(run, timeUs, -1) : timeUs - 1000);
      return true;
    case 'ArrowRight':
      seek(event.shiftKey ? remoteStart(run, timeUs, 1) : timeUs + 1000);
      return true;
    case 'Home':
      seek(0);
      return true;
    case 'End':
      seek(run?.lengthUs ?? 0);
      return true;
    default:
      return false;
  }
}

/** Start of the nearest stretch on a node without the domain's pages, in one direction. */
function remoteStart(
  run: ReturnType<typeof usePlayback>['run'],
  timeUs: number,
  direction: 1 | -1,
): number {
  if (run === undefined) return timeUs;
  let best: number | undefined;
  for (const segment of run.segments) {
    const domain = run.input.domains[run.vcpus[segment.vcpu]!.domain]!;
    if (domain.memory[run.input.host.nodeOf[segment.cpu]!]! > 0) continue;
    const ahead = (segment.startUs - timeUs) * direction;
    if (ahead > 0 && (best === undefined || ahead < (best - timeUs) * direction)) {
      best = segment.startUs;
    }
  }
  return best ?? timeUs;
}

function withFiles(old: PanelState, files: readonly PanelFile[]): PanelState {
  const inputs = addInputs(old.inputs, files.map(readFile));
  const hasNew = inputs.some((input) => input.kind === 'cfg');
  return { ...old, inputs, selected: hasNew ? 'new 0' : old.selected };
}

function withNewDomain(old: PanelState, domain: NewDomain, count: number): PanelState {
  const text = `name = ${JSON.stringify(domain.name)}\ntype = "${domain.type}"\nvcpus = ${domain.vcpus}\nmemory = ${domain.memoryMib}\n`;
  const name = `${domain.name}.cfg`;
  const isTaken = old.inputs.some((input) => nameOf(input) === name);
  const input = {
    kind: 'cfg',
    name: isTaken ? `${domain.name}-${count + 1}.cfg` : name,
    text,
  } as const;
  return { ...old, inputs: [...old.inputs, input], selected: `new ${count}` };
}

function without(changes: PanelState['changes'], key: string): PanelState['changes'] {
  return Object.fromEntries(Object.entries(changes).filter(([each]) => each !== key));
}

function nameFor(plan: ReturnType<typeof evaluatePlan>, key: string): string {
  return plan.vms.find((vm) => vm.key === key)?.name ?? '';
}
