import type { JSX } from 'preact';
import type { Simulation } from '#core/ring';
import type { Tools } from './tools-loader.ts';

interface MetricsBarProps {
  readonly simulation: Simulation | undefined;
  readonly tools: Tools | undefined;
  readonly why: string;
  readonly said: string;
  readonly symbol: string | undefined;
  readonly onSymbol: (symbol: string) => void;
}

/** What it cost so far, the step just taken, and why nothing or something happens. */
export function MetricsBar({
  simulation,
  tools,
  why,
  said,
  symbol,
  onSymbol,
}: MetricsBarProps): JSX.Element {
  return (
    <section class="metrics" aria-label="Metrics">
      {simulation !== undefined &&
        (tools === undefined ? (
          <div class="figures" />
        ) : (
          <tools.MetricFigures simulation={simulation} />
        ))}
      <div class="why">
        <p>
          <strong>Why is it waiting?</strong> {why}
        </p>
        <p class="quiet">
          Last step: {said}
          {symbol !== undefined && (
            <>
              {' '}
              <button
                type="button"
                class="link mono"
                title="Open where this is defined"
                onClick={() => onSymbol(symbol)}
              >
                {symbol}
              </button>
            </>
          )}
        </p>
      </div>
    </section>
  );
}
