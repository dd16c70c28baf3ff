import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import {
  CACHE_LINE_BYTES,
  PAGE_BYTES,
  RING_ABIS,
  type RingConfig,
  ringPagePicture,
} from '#core/ring';
import type { SlotLayout } from '#core/slot-layout';
import { Button, grouped, Select } from '../shared/controls.tsx';
import { BytesGrid } from './bytes-grid.tsx';
import type { Moment } from './moment.ts';

/** Bytes shown at once: eight cache lines. */
const WINDOW_BYTES = 512;
const PER_ROW = 32;

interface PageBytesProps {
  readonly moment: Moment;
  readonly layout: SlotLayout;
  readonly pages: number;
  readonly selected: number;
  /** Lays the ring out as another ABI does; undefined where the input fixes it. */
  readonly onAbi: ((abi: RingConfig['abi']) => void) | undefined;
}

/** The ring's pages as bytes, a window of eight cache lines at a time. */
export function PageBytes(props: PageBytesProps): JSX.Element {
  const { moment, layout, pages, selected, onAbi } = props;
  const [place, setPlace] = useState({ page: 0, at: 0 });
  const page = Math.min(place.page, pages - 1);
  const picture = ringPagePicture(layout, moment.ring, moment.slots ?? [], page);
  const end = Math.min(PAGE_BYTES, place.at + WINDOW_BYTES);
  const show = (bytes: number): void => {
    const at = Math.max(0, Math.min(pages * PAGE_BYTES - WINDOW_BYTES, bytes));
    const aligned = Math.floor(at / CACHE_LINE_BYTES) * CACHE_LINE_BYTES;
    setPlace({ page: Math.floor(aligned / PAGE_BYTES), at: aligned % PAGE_BYTES });
  };
  const here = page * PAGE_BYTES + place.at;
  const slotAt = layout.ringOffsetBytes + selected * layout.entryBytes;
  return (
    <div class="page-bytes">
      <div class="row">
        {pages > 1 && (
          <Select
            label="Page"
            value={String(page)}
            choices={Array.from({ length: pages }, (_, i) => ({
              value: String(i),
              label: `page ${i}`,
            }))}
            onChange={(value) => show(Number(value) * PAGE_BYTES)}
          />
        )}
        {onAbi !== undefined && (
          <Select
            label="ABI"
            value={layout.abi}
            choices={RING_ABIS.map((abi) => ({ value: abi, label: abi }))}
            onChange={onAbi}
          />
        )}
        <Button label="Indices" onPress={() => show(0)} />
        <Button label={`Slot ${selected}`} onPress={() => show(slotAt)} />
        <Button label="Previous bytes" onPress={() => show(here - WINDOW_BYTES)}>
          ◀
        </Button>
        <Button label="Next bytes" onPress={() => show(here + WINDOW_BYTES)}>
          ▶
        </Button>
        <span class="quiet">
          bytes {grouped(here)} to {grouped(page * PAGE_BYTES + end - 1)} · {layout.entryBytes}-byte
          slots{onAbi === undefined && ` (${layout.abi})`}
        </span>
      </div>
      <BytesGrid
        picture={picture}
        label={`Bytes ${place.at} to ${end - 1} of page ${page}`}
        perRow={PER_ROW}
        from={place.at}
        to={end}
        lineBytes={CACHE_LINE_BYTES}
      />
      <p class="quiet">
        A line under a row ends a {CACHE_LINE_BYTES}-byte cache line; hatched bytes belong to no
        member.
        {moment.slots === undefined &&
          ' Only the indices are known here: the slots are drawn empty.'}
      </p>
    </div>
  );
}
