import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import {
  blockGeometry,
  compare,
  type ComparedMetric,
  PRESETS,
  presetOf,
  type RingConfig,
  type Scenario,
} from '#core/ring';
import { SLOT_LAYOUTS } from '#core/slot-layout';
import { Button, grouped, Select } from '../shared/controls.tsx';

interface CompareProps {
  readonly scenario: Scenario;
  readonly other: RingConfig;
  readonly onConfig: (config: RingConfig) => void;
  readonly onOther: (config: RingConfig) => void;
  readonly onClose: () => void;
}

const entriesOf = (config: RingConfig): number =>
  blockGeometry(SLOT_LAYOUTS[config.abi]).entriesForOrder(config.pageOrder);

function show(value: number | undefined, unit: string): string {
  if (value === undefined) return '–';
  const text =
    Number.isInteger(value) || value >= 1000 ? grouped(Math.round(value)) : value.toFixed(1);
  return unit === '' ? text : `${text} ${unit}`;
}

function difference({
  a,
  b,
  unit,
  better,
}: ComparedMetric): readonly [text: string, verdict: string] {
  if (a === undefined || b === undefined) return ['–', ''];
  const delta = b - a;
  if (Math.abs(delta) < 0.05) return ['same', ''];
  const sign = delta > 0 ? '+' : '−';
  const improved = better !== 'none' && delta > 0 === (better === 'more');
  const verdict = better === 'none' ? '' : improved ? 'better' : 'worse';
  const size = Math.abs(delta);
  return [`${sign}${show(size >= 10 ? Math.round(size) : size, unit)}`, verdict];
}

/** A and B on the same workload and seed, every metric as a difference. */
export function CompareView(props: CompareProps): JSX.Element {
  const { scenario, other } = props;
  const { config, workload, seed } = scenario;
  const result = useMemo(
    () =>
      compare({
        a: config,
        b: other,
        workload,
        seed,
        entriesA: entriesOf(config),
        entriesB: entriesOf(other),
      }),
    [config, other, workload, seed],
  );
  const pick = (
    label: string,
    value: RingConfig,
    onChange: (config: RingConfig) => void,
  ): JSX.Element => {
    const own = presetOf(value) === undefined ? [{ value: 'own', label: 'Own values' }] : [];
    return (
      <Select
        label={label}
        value={presetOf(value) ?? 'own'}
        choices={[...own, ...PRESETS.map((preset) => ({ value: preset.id, label: preset.title }))]}
        onChange={(id) => {
          const preset = PRESETS.find((one) => one.id === id);
          if (preset !== undefined) onChange(preset.value);
        }}
      />
    );
  };
  return (
    <section class="compare" aria-label="Comparison">
      <div class="row spread">
        <h2>Comparison · same workload, same seed</h2>
        <Button label="Back to the ring" onPress={props.onClose} />
      </div>
      <p class="reason">{result.reason}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" class="number">
              A {pick('Configuration A', config, props.onConfig)}
            </th>
            <th scope="col" class="number">
              B {pick('Configuration B', other, props.onOther)}
            </th>
            <th scope="col" class="number">
              B − A
            </th>
            <th scope="col">For B</th>
          </tr>
        </thead>
        <tbody>
          {result.metrics.map((metric) => {
            const [delta, verdict] = difference(metric);
            return (
              <tr key={metric.id}>
                <th scope="row">
                  {metric.label}
                  {metric.model && ' · model'}
                </th>
                <td class="number">{show(metric.a, metric.unit)}</td>
                <td class="number">{show(metric.b, metric.unit)}</td>
                <td class="number">{delta}</td>
                <td class={verdict}>{verdict}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
