import type { JSX } from 'preact';
import {
  PRESETS,
  presetOf,
  type RingConfig,
  type StopId,
  type Workload,
  WORKLOADS,
  workloadOf,
} from '#core/ring';
import { Button, MenuButton, type MenuItem, NumberField, Select } from '../shared/controls.tsx';

/** Steps a second while playing. */
export const SPEEDS = ['4', '20', '60', '600', '6000'] as const;
export type Speed = (typeof SPEEDS)[number];

/** What every press of the toolbar or a key may do. */
export interface Controls {
  readonly togglePlay: () => void;
  readonly stepBy: (steps: number) => void;
  readonly jumpToNotification: (direction: 1 | -1) => void;
  readonly seek: (step: number) => void;
  readonly runToStop: () => void;
  readonly setStop: (stop: StopId) => void;
  readonly setConfig: (config: RingConfig) => void;
  readonly setWorkload: (workload: Workload) => void;
  readonly setSeed: (seed: number) => void;
  readonly setSpeed: (speed: Speed) => void;
  readonly open: (dialog: DialogName) => void;
}

export type DialogName = 'configure' | 'compare' | 'break' | 'paste' | 'keys' | 'tour';

interface ToolbarProps {
  readonly controls: Controls;
  readonly config: RingConfig;
  readonly workload: Workload;
  readonly seed: number;
  readonly speed: Speed;
  readonly playing: boolean;
  readonly movable: boolean;
  readonly imports: readonly MenuItem[];
  readonly exports: readonly MenuItem[];
}

const OWN = 'own';

function withOwn(
  list: readonly { readonly id: string; readonly title: string }[],
  value: string | undefined,
): { value: string; label: string }[] {
  const choices = list.map((one) => ({ value: one.id, label: one.title }));
  return value === undefined ? [{ value: OWN, label: 'Own values' }, ...choices] : choices;
}

export function Toolbar(props: ToolbarProps): JSX.Element {
  const { controls, config, workload, movable } = props;
  const preset = presetOf(config);
  const load = workloadOf(workload);
  return (
    <div class="toolbar" role="toolbar" aria-label="Ring simulator">
      <h1 class="visually-hidden">Ring simulator</h1>
      <Select
        label="Configuration"
        value={preset ?? OWN}
        choices={withOwn(PRESETS, preset)}
        onChange={(id) => {
          const chosen = PRESETS.find((one) => one.id === id);
          if (chosen !== undefined) controls.setConfig(chosen.value);
        }}
      />
      <Select
        label="Workload"
        value={load ?? OWN}
        choices={withOwn(WORKLOADS, load)}
        onChange={(id) => {
          const chosen = WORKLOADS.find((one) => one.id === id);
          if (chosen !== undefined) controls.setWorkload(chosen.value);
        }}
      />
      <Button label="Configure" onPress={() => controls.open('configure')}>
        …
      </Button>
      <span class="group">
        <Button label="To the start (Home)" disabled={!movable} onPress={() => controls.seek(0)}>
          |◀
        </Button>
        <Button
          label="One step back (Left)"
          disabled={!movable}
          onPress={() => controls.stepBy(-1)}
        >
          ◀
        </Button>
        <Button
          label={props.playing ? 'Pause (Space)' : 'Play (Space)'}
          tone="primary"
          disabled={!movable}
          onPress={controls.togglePlay}
        >
          {props.playing ? '❚❚ Pause' : '▶ Play'}
        </Button>
        <Button label="One step on (Right)" disabled={!movable} onPress={() => controls.stepBy(1)}>
          ▶
        </Button>
        <Button
          label="To the end (End)"
          disabled={!movable}
          onPress={() => controls.seek(Infinity)}
        >
          ▶|
        </Button>
      </span>
      <Select
        label="Speed"
        value={props.speed}
        choices={SPEEDS.map((value) => ({ value, label: `${value} steps/s` }))}
        onChange={controls.setSpeed}
      />
      <NumberField
        label="seed"
        value={props.seed}
        min={0}
        max={0xffffffff}
        onChange={controls.setSeed}
      />
      <span class="group end-group">
        <Button label="A | B: compare two configurations" onPress={() => controls.open('compare')}>
          A | B
        </Button>
        <Button label="Break it" onPress={() => controls.open('break')} />
        <MenuButton label="Import" items={props.imports} />
        <MenuButton label="Export" items={props.exports} />
        <Button label="Tour" onPress={() => controls.open('tour')} />
        <Button label="Keys (?)" onPress={() => controls.open('keys')}>
          ?
        </Button>
      </span>
    </div>
  );
}
