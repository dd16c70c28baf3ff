import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { EMPTY_VIEW, evaluatePlan, type IdSet, type VmChange } from '#core/numa';
import type { PanelFile } from '#core/protocol';
import { announce } from '../shared/announce.ts';
import { usePersisted } from '../shared/persisted.ts';
import type { NewDomain, OpenDialog } from './dialogs.tsx';
import { DomainList } from './domain-list.tsx';
import { distanceSentence, HeatMap } from './heat-map.tsx';
import { HostPicture } from './host-picture.tsx';
import { EmptyHost, Legend, Traps } from './host-words.tsx';
import { nodesName } from './labels.ts';
import { useOpening } from './opening.ts';
import { usePanelKeys } from './panel-keys.ts';
import { Footer, SchedulerHead } from './scheduler-bar.tsx';
import { Notes } from './notes.tsx';
import { PagesChart } from './pages-chart.tsx';
import {
  addInputs,
  decodeState,
  EMPTY_STATE,
  nameOf,
  parseDocument,
  type PanelState,
  type SavedInput,
} from './panel-state.ts';
import { Timeline } from './timeline.tsx';
import { Toolbar } from './toolbar.tsx';
import { loadTools, useTools, type Tools } from './tools-loader.ts';
import { useMove } from './use-move.ts';
import { busyAt, usePlayback } from './use-simulation.ts';
import { WhatIf } from './what-if.tsx';
import { Why } from './why.tsx';

const SIDE_CHART = 172;

/** What is shown until the readers are there. */
const NOTHING = { view: EMPTY_VIEW, guests: [] };

function withTools(use: (tools: Tools) => Promise<void>): void {
  void loadTools().then(use);
}

/** The whole panel: what was imported, the plan made of it, and the views on it. */
export function Placement(): JSX.Element {
  const [state, setState] = usePersisted<PanelState>('numa', decodeState, () => EMPTY_STATE);
  const [dialog, setDialog] = useState<OpenDialog>('none');
  const [fault, setFault] = useState<string | undefined>(undefined);
  const update = (change: Partial<PanelState>): void => setState((old) => ({ ...old, ...change }));
  const tools = useTools();
  const { view, guests } = useMemo(
    () => tools?.assembleInputs(state.inputs) ?? NOTHING,
    [tools, state.inputs],
  );
  const plan = useMemo(
    () => evaluatePlan({ view, guests, changes: state.changes, engine: state.engine }),
    [view, guests, state.changes, state.engine],
  );
  const index = Math.max(
    0,
    plan.vms.findIndex((vm) => vm.key === state.selected),
  );
  const selected = plan.vms[index];

  const read = async (files: readonly PanelFile[]): Promise<void> => {
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
    const { readFile } = await loadTools();
    setFault(undefined);
    setState((old) => withInputs(old, files.map(readFile)));
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
  const { run } = playback;
  const busy = useMemo(() => (run === undefined ? undefined : busyAt(run, plan)), [run, plan]);
  useOpening((files) => void read(files), state);
  usePanelKeys({
    update,
    state,
    playback,
    onKeys: () => setDialog('keys'),
    read: (files) => void read(files),
  });

  const pickFiles = async (): Promise<void> => {
    const { ask } = await loadTools();
    const answer = await ask({ type: 'pickFiles', title: 'Outputs of a host, xl.cfg, logs' });
    if (answer.files !== undefined) await read(answer.files);
    if (answer.outcome === 'failed') setFault(answer.message);
  };
  const readExample = (): void => withTools(async (loaded) => read(loaded.EXAMPLE));
  const targets =
    moving.move === undefined
      ? []
      : [...moving.move.nodes, ...(moving.move.cursor === undefined ? [] : [moving.move.cursor])];
  const isReading = tools === undefined && state.inputs.length > 0;
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
        onExample={readExample}
        onClear={() => setState(EMPTY_STATE)}
        onPlay={playback.toggle}
        onKeys={() => setDialog('keys')}
        onExportSvg={() => withTools((loaded) => loaded.exportSvg())}
        onExportPng={() => withTools((loaded) => loaded.exportPng())}
        onExportDocument={() => withTools((loaded) => loaded.exportDocument(state))}
        onSnippet={
          selected === undefined
            ? undefined
            : (form) => withTools((loaded) => loaded.openSnippet(plan, selected, form))
        }
      />
      <section class="host-area" aria-label="Host" tabIndex={0}>
        <Notes view={view} fault={fault} hasInputs={state.inputs.length > 0} />
        {isReading ? null : isEmpty ? (
          <EmptyHost
            onPaste={() => setDialog('paste')}
            onPick={() => void pickFiles()}
            onExample={readExample}
          />
        ) : state.showsTables && tools !== undefined ? (
          <tools.Tables plan={plan} run={run} />
        ) : (
          <>
            <div class="host-columns">
              <HostPicture
                plan={plan}
                selected={selected}
                targets={targets}
                clock={playback.clock}
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
            {selected !== undefined && <Traps vm={selected} />}
            <Legend />
          </>
        )}
      </section>
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
              onCopy={() => withTools((loaded) => loaded.copySnippet(plan, selected))}
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
      {tools !== undefined && (
        <tools.Dialogs
          open={dialog}
          onClose={() => setDialog('none')}
          onPasted={(text) => {
            setDialog('none');
            void read([{ name: `paste ${state.inputs.length + 1}`, text }]);
          }}
          onAdd={(domain) => {
            setDialog('none');
            setState((old) => withNewDomain(old, domain, plan.vms.filter((vm) => vm.isNew).length));
          }}
        />
      )}
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

function withInputs(old: PanelState, added: readonly SavedInput[]): PanelState {
  const inputs = addInputs(old.inputs, added);
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
