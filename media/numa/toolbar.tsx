import type { JSX } from 'preact';
import type { SchedulerName, SimulatedPolicy } from '#core/numa';
import type { SnippetForm } from '#core/xl-cfg';
import { Button, MenuButton, Select } from '../shared/controls.tsx';
import type { PanelState } from './panel-state.ts';

const ENGINES: readonly { readonly value: PanelState['engine']; readonly label: string }[] = [
  { value: 'libxl', label: 'libxl (xl)' },
  { value: 'xapi', label: 'xapi' },
];
const SCHEDULERS: readonly { readonly value: SchedulerName; readonly label: string }[] = [
  { value: 'credit2', label: 'credit2' },
  { value: 'credit', label: 'credit' },
  { value: 'null', label: 'null' },
  { value: 'rtds', label: 'rtds' },
];
const POLICIES: readonly { readonly value: SimulatedPolicy; readonly label: string }[] = [
  { value: 'as-placed', label: 'as placed' },
  { value: 'none', label: 'no affinity' },
  { value: 'memory-only', label: 'memory only' },
  { value: 'soft', label: 'all soft' },
  { value: 'pinned', label: 'all pinned' },
  { value: 'worst', label: 'worst case' },
];

interface ToolbarProps {
  readonly state: PanelState;
  readonly source: string;
  readonly isPlaying: boolean;
  readonly canPlay: boolean;
  readonly update: (change: Partial<PanelState>) => void;
  readonly onPickFiles: () => void;
  readonly onPaste: () => void;
  readonly onExample: () => void;
  readonly onClear: () => void;
  readonly onPlay: () => void;
  readonly onKeys: () => void;
  readonly onExportSvg: () => void;
  readonly onExportPng: () => void;
  readonly onExportDocument: () => void;
  /** Undefined while no domain is selected. */
  readonly onSnippet: ((form: SnippetForm) => void) | undefined;
}

export function Toolbar(props: ToolbarProps): JSX.Element {
  const { state, update } = props;
  return (
    <header class="toolbar">
      <h1 class="title">NUMA placement</h1>
      <span class="source quiet" title={props.source}>
        {props.source}
      </span>
      <MenuButton
        label="Import"
        items={[
          { label: 'Choose files…', onChoose: props.onPickFiles },
          { label: 'Paste text…', onChoose: props.onPaste },
          { label: 'Example host', onChoose: props.onExample },
          { label: 'Forget everything', onChoose: props.onClear },
        ]}
      />
      <span class="toolbar-space" />
      <Select
        label="Engine"
        value={state.engine}
        choices={ENGINES}
        onChange={(engine) => update({ engine })}
      />
      <Select
        label="Scheduler"
        value={state.scheduler}
        choices={SCHEDULERS}
        onChange={(scheduler) => update({ scheduler })}
      />
      <Select
        label="Affinity in the simulation"
        value={state.policy}
        choices={POLICIES}
        onChange={(policy) => update({ policy })}
      />
      <Button
        label={props.isPlaying ? 'Pause' : 'Play'}
        tone="primary"
        disabled={!props.canPlay}
        onPress={props.onPlay}
      >
        {props.isPlaying ? '❚❚ Pause' : '▶ Play'}
      </Button>
      <MenuButton
        label="Export"
        items={[
          ...snippetItems(props.onSnippet),
          { label: 'Picture as SVG', onChoose: props.onExportSvg },
          { label: 'Picture as PNG', onChoose: props.onExportPng },
          { label: 'Document (.xennuma.json)', onChoose: props.onExportDocument },
        ]}
      />
      <Button
        label="Tables"
        title="The pictures as tables (T)"
        pressed={state.showsTables}
        onPress={() => update({ showsTables: !state.showsTables })}
      />
      <Button label="Keys" onPress={props.onKeys}>
        ?
      </Button>
    </header>
  );
}

function snippetItems(
  onSnippet: ToolbarProps['onSnippet'],
): readonly { readonly label: string; readonly onChoose: () => void }[] {
  if (onSnippet === undefined) return [];
  return [
    { label: 'xl.cfg with cpus_soft', onChoose: () => onSnippet('cpus_soft') },
    { label: 'xl.cfg with cpus per vCPU', onChoose: () => onSnippet('cpus') },
    { label: 'xl.cfg with vnuma', onChoose: () => onSnippet('vnuma') },
  ];
}
