import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import {
  DEFAULT_CONFIG,
  DEFAULT_WORKLOAD,
  type RingDocument,
  PRESETS,
  WORKLOADS,
} from '#core/ring';
import { Button } from '../shared/controls.tsx';
import type { InspectorTab } from './inspector.tsx';
import type { ViewName } from './view-name.ts';

/** What a stop of the tour shows, and what the reader does there. */
export interface TourStop {
  readonly title: string;
  readonly text: string;
  /** One thing to try. */
  readonly task: string;
  readonly document: RingDocument;
  readonly view: ViewName;
  readonly tab: InspectorTab;
  readonly slot: number;
  readonly compare?: boolean;
}

const preset = (id: string): RingDocument['scenario']['config'] =>
  PRESETS.find((one) => one.id === id)?.value ?? DEFAULT_CONFIG;
const workload = (id: string): RingDocument['scenario']['workload'] =>
  WORKLOADS.find((one) => one.id === id)?.value ?? DEFAULT_WORKLOAD;

function at(config: string, load: string, position: number, compareWith?: string): RingDocument {
  return {
    scenario: { config: preset(config), workload: workload(load), seed: 7 },
    position,
    ...(compareWith === undefined ? {} : { compareWith: preset(compareWith) }),
  };
}

export const TOUR: readonly TourStop[] = [
  {
    title: 'One page, two ends',
    text: 'Guest and driver domain share one 4 KiB page. The guest fills slots and moves req_prod; the driver domain takes them and answers in the same slots.',
    task: 'Press Right until the first request is pushed, and watch req_prod follow req_prod_pvt.',
    document: at('post-2013', 'one-mib', 0),
    view: 'ring',
    tab: 'slot',
    slot: 0,
  },
  {
    title: 'Why 32 slots',
    text: 'The indices take 64 bytes, an entry 112: (4096 − 64) / 112 = 36. Slots are found by masking the index, so 36 is rounded down to a power of two: 32. The remaining 448 bytes stay unused.',
    task: 'Look at the page as bytes; go on with ▶ to see the slots behind the indices.',
    document: at('post-2013', 'one-mib', 12),
    view: 'bytes',
    tab: 'slot',
    slot: 0,
  },
  {
    title: '44 KiB a request',
    text: 'A slot has room for 11 segments, each one page behind one grant: 11 × 4 KiB = 44 KiB. A read of 1 MiB becomes 24 requests.',
    task: 'Read the eleven grants of slot 0 in the inspector; Up and Down choose another slot.',
    document: at('post-2013', 'one-mib', 46),
    view: 'ring',
    tab: 'slot',
    slot: 0,
  },
  {
    title: '1 408 KiB, and no more',
    text: '32 slots × 44 KiB = 1 408 KiB under way at most. With the ring full the guest has to wait, however fast the disk is.',
    task: 'Press End, then Home and Space: the figure "in flight" never passes its maximum.',
    document: at('post-2013', 'full-ring', 200),
    view: 'ring',
    tab: 'slot',
    slot: 0,
  },
  {
    title: 'The indirect request',
    text: 'An indirect request carries no segments. It names up to eight granted pages that hold them, so one slot moves much more: 32 segments are 128 KiB with Linux\u2019s default.',
    task: 'Compare nr_segments and indirect_grefs in the inspector with the direct request before.',
    document: at('linux', 'one-mib', 2),
    view: 'ring',
    tab: 'slot',
    slot: 0,
  },
  {
    title: '512 descriptors a page',
    text: 'A descriptor is 8 bytes, so a page holds 4096 / 8 = 512. Eight pages make 4 096 segments: 16 MiB in one request, the limit of the protocol.',
    task: 'Leaf through the descriptor page with ▶ in the inspector.',
    document: at('protocol-max', 'one-mib', 2),
    view: 'ring',
    tab: 'indirect',
    slot: 0,
  },
  {
    title: 'Who wakes whom',
    text: 'Each push compares its interval with the other end\u2019s event. A busy consumer leaves its event behind and is not disturbed; one that sleeps has set it one ahead and looked once more.',
    task: 'Jump from notification to notification with Shift+Right and read the sentence under the line.',
    document: at('linux', 'random-4k', 60),
    view: 'line',
    tab: 'slot',
    slot: 0,
  },
  {
    title: 'What it costs',
    text: 'Fewer requests are not fewer hypercalls: blkback maps eleven grants at a time and the descriptor page by itself. At 32 segments a megabyte costs 48 grant hypercalls either way; larger requests or persistent grants change that.',
    task: 'Choose other configurations for B and see which figures move.',
    document: at('post-2013', 'one-mib', 0, 'linux-map'),
    view: 'ring',
    tab: 'slot',
    slot: 0,
    compare: true,
  },
];

interface TourProps {
  readonly stop: number;
  readonly onStop: (stop: number) => void;
  readonly onClose: () => void;
}

/** The stop's text with its controls; the focus goes to "Next" at each stop, so Enter walks the tour. */
export function TourBar({ stop, onStop, onClose }: TourProps): JSX.Element {
  const root = useRef<HTMLElement>(null);
  const current = TOUR[stop];
  const last = stop === TOUR.length - 1;
  useEffect(() => {
    root.current?.querySelector<HTMLElement>('.button.primary')?.focus();
  }, [stop]);
  return (
    <section class="tour" aria-label="Guided tour" ref={root}>
      <div>
        <h2>
          Tour {stop + 1} of {TOUR.length} · {current?.title}
        </h2>
        <p>{current?.text}</p>
        <p>
          <strong>Try it:</strong> {current?.task}
        </p>
      </div>
      <p class="row">
        <Button label="Back" disabled={stop === 0} onPress={() => onStop(stop - 1)} />
        <Button
          label={last ? 'Finish' : 'Next'}
          tone="primary"
          onPress={() => (last ? onClose() : onStop(stop + 1))}
        />
        <Button label="Leave the tour" onPress={onClose}>
          ✕
        </Button>
      </p>
    </section>
  );
}
