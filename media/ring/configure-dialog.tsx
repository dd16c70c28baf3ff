import type { JSX } from 'preact';
import type { RingConfig, Workload } from '#core/ring';
import { Checkbox, Dialog, NumberField, Select } from '../shared/controls.tsx';

interface ConfigureProps {
  readonly config: RingConfig;
  readonly workload: Workload;
  readonly onConfig: (config: RingConfig) => void;
  readonly onWorkload: (workload: Workload) => void;
  readonly onClose: () => void;
}

const number = (value: number): string => String(value);
const choices = (...values: readonly (string | number)[]): { value: string; label: string }[] =>
  values.map((value) => ({ value: String(value), label: String(value) }));

/** Every value of the configuration and the workload. A change starts the simulation anew. */
export function ConfigureDialog({
  config,
  workload,
  onConfig,
  onWorkload,
  onClose,
}: ConfigureProps): JSX.Element {
  const set = (change: Partial<RingConfig>): void => onConfig({ ...config, ...change });
  const work = (change: Partial<Workload>): void => onWorkload({ ...workload, ...change });
  return (
    <Dialog title="Configure" onClose={onClose}>
      <div class="form">
        <h2>Device</h2>
        <label class="field">
          ABI
          <Select
            label="ABI"
            value={config.abi}
            choices={
              choices('x86_64', 'i386', 'arm64', 'armv7') as {
                value: RingConfig['abi'];
                label: string;
              }[]
            }
            onChange={(abi) => set({ abi })}
          />
        </label>
        <label class="field">
          Ring pages
          <Select
            label="Ring pages"
            value={number(config.pageOrder)}
            choices={[0, 1, 2, 3, 4].map((order) => ({
              value: number(order),
              label: number(2 ** order),
            }))}
            onChange={(order) => set({ pageOrder: Number(order) })}
          />
        </label>
        <NumberField
          label="Queues"
          value={config.queues}
          min={1}
          max={16}
          onChange={(queues) => set({ queues })}
        />
        <NumberField
          label="Segments per request"
          value={config.maxSegments}
          min={11}
          max={4096}
          onChange={(maxSegments) => set({ maxSegments })}
        />
        <Checkbox
          label="Persistent grants"
          checked={config.persistent}
          onChange={(persistent) => set({ persistent })}
        />
        <label class="field">
          Data path without them
          <Select
            label="Data path"
            value={config.dataPath}
            choices={[
              { value: 'map', label: 'map grants' },
              { value: 'copy', label: 'grant copy' },
            ]}
            onChange={(dataPath) => set({ dataPath })}
          />
        </label>
        <NumberField
          label="Backend keeps at most (grants)"
          value={config.maxPersistentGrants}
          min={0}
          max={1_000_000}
          onChange={(maxPersistentGrants) => set({ maxPersistentGrants })}
        />
        <label class="field">
          Guest page
          <Select
            label="Guest page"
            value={number(config.guestPageKib)}
            choices={choices(4, 64)}
            onChange={(kib) => set({ guestPageKib: kib === '64' ? 64 : 4 })}
          />
          KiB
        </label>
        <label class="field">
          Frontend wakes
          <Select
            label="Frontend wakes"
            value={config.frontendWake}
            choices={[
              { value: 'next', label: 'at the next response' },
              { value: 'half', label: 'after half of them' },
            ]}
            onChange={(frontendWake) => set({ frontendWake })}
          />
        </label>
        <NumberField
          label="Indices start at"
          value={config.startIndex}
          min={0}
          max={0xffffffff}
          onChange={(startIndex) => set({ startIndex })}
        />
        <h2>Workload</h2>
        <NumberField
          label="I/O size (KiB)"
          value={workload.ioKib}
          min={1}
          max={16_384}
          onChange={(ioKib) => work({ ioKib })}
        />
        <NumberField
          label="I/Os"
          value={workload.count}
          min={1}
          max={100_000}
          onChange={(count) => work({ count })}
        />
        <NumberField
          label="Depth"
          value={workload.depth}
          min={1}
          max={4096}
          onChange={(depth) => work({ depth })}
        />
        <NumberField
          label="Writes (%)"
          value={workload.writePercent}
          min={0}
          max={100}
          onChange={(writePercent) => work({ writePercent })}
        />
        <NumberField
          label="Buffer offset (bytes)"
          value={workload.bufferOffsetBytes}
          min={0}
          max={3584}
          step={512}
          onChange={(bytes) => work({ bufferOffsetBytes: Math.floor(bytes / 512) * 512 })}
        />
        <NumberField
          label="Flush every (0: never)"
          value={workload.flushEvery}
          min={0}
          max={100_000}
          onChange={(flushEvery) => work({ flushEvery })}
        />
        <NumberField
          label="Discard every (0: never)"
          value={workload.discardEvery}
          min={0}
          max={100_000}
          onChange={(discardEvery) => work({ discardEvery })}
        />
        <label class="field">
          Pattern
          <Select
            label="Pattern"
            value={workload.pattern}
            choices={
              choices('sequential', 'random') as { value: Workload['pattern']; label: string }[]
            }
            onChange={(pattern) => work({ pattern })}
          />
        </label>
      </div>
    </Dialog>
  );
}
