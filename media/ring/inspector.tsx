import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import {
  type ByteSpan,
  describeRequest,
  hexReference,
  indirectPagePicture,
  type QueueState,
  type RingRequest,
  segmentSectors,
  SEGMENTS_PER_INDIRECT_PAGE,
  type SlotContent,
  slotPicture,
} from '#core/ring';
import type { SlotLayout } from '#core/slot-layout';
import { Button, grouped, Select, Tabs } from '../shared/controls.tsx';
import { BytesGrid } from './bytes-grid.tsx';

export type InspectorTab = 'slot' | 'indirect' | 'grants';

const TABS: readonly { readonly value: InspectorTab; readonly label: string }[] = [
  { value: 'slot', label: 'Slot' },
  { value: 'indirect', label: 'Indirect' },
  { value: 'grants', label: 'Grants' },
];

interface InspectorProps {
  readonly tab: InspectorTab;
  readonly onTab: (tab: InspectorTab) => void;
  readonly slot: number;
  readonly content: SlotContent | undefined;
  readonly layout: SlotLayout;
  readonly queue: QueueState | undefined;
}

/** What is in the selected slot: bytes and names, descriptor pages, grants. */
export function Inspector(props: InspectorProps): JSX.Element {
  const { content } = props;
  const request = content === undefined || content.kind === 'empty' ? undefined : content.request;
  return (
    <aside class="inspector" aria-label="Inspector">
      <Tabs
        label="Inspector"
        value={props.tab}
        tabs={TABS.map((tab) =>
          tab.value === 'slot' ? { ...tab, label: `Slot ${props.slot}` } : tab,
        )}
        onChange={props.onTab}
      >
        {content === undefined ? (
          <p class="quiet">
            This input holds indices only; the contents of the slots are not in it.
          </p>
        ) : props.tab === 'slot' ? (
          <SlotBytes content={content} layout={props.layout} />
        ) : props.tab === 'indirect' ? (
          <IndirectPage key={request?.serial ?? 0} request={request} layout={props.layout} />
        ) : (
          <Grants request={request} queue={props.queue} />
        )}
      </Tabs>
    </aside>
  );
}

function titleOf(
  content: SlotContent,
  layout: SlotLayout,
): readonly [name: string, usedBytes: number] {
  if (content.kind === 'empty') return ['empty slot', 0];
  if (content.kind === 'response') return ['blkif_response', layout.response.sizeBytes];
  if (content.request.indirectPages > 0)
    return ['blkif_request_indirect', layout.indirectRequest.sizeBytes];
  if (content.request.operation === 'discard')
    return ['blkif_request_discard', layout.discardRequest.sizeBytes];
  return ['blkif_request', layout.request.sizeBytes];
}

function SlotBytes({
  content,
  layout,
}: {
  readonly content: SlotContent;
  readonly layout: SlotLayout;
}): JSX.Element {
  const [name, usedBytes] = titleOf(content, layout);
  const picture = slotPicture(layout, content);
  const shown =
    content.kind === 'empty'
      ? 0
      : content.kind === 'response'
        ? Math.min(layout.entryBytes, 64)
        : usedBytes;
  return (
    <>
      <h3>
        <strong>{name}</strong> · {layout.abi}
      </h3>
      <p class="quiet">
        {layout.entryBytes}-byte entry, {usedBytes} used
        {content.kind === 'request' ? ` · ${describeRequest(content.request)}` : ''}
      </p>
      {content.kind === 'empty' && (
        <p class="quiet">
          Nothing was written here yet. Up and Down choose a slot; its bytes appear when the
          frontend fills it.
        </p>
      )}
      {shown > 0 && (
        <BytesGrid picture={picture} label={`Bytes of the ${name}`} perRow={8} to={shown} />
      )}
      <SpanList spans={picture.spans} />
      {content.kind === 'response' && (
        <p class="quiet">
          A response covers {layout.response.sizeBytes} bytes; behind it the request that was in
          this slot shows through.
          {content.leaky && ' The padding was not cleared: it carries stack bytes (XSA-216).'}
        </p>
      )}
    </>
  );
}

/** Members; the three parts of a segment share a row. */
function SpanList({ spans }: { readonly spans: readonly ByteSpan[] }): JSX.Element {
  const rows = new Map<string, string>();
  for (const span of spans) {
    const [owner = span.name, part] = span.name.split('].');
    if (part === undefined) {
      rows.set(span.name, span.value);
      continue;
    }
    const key = `${owner}]`;
    const before = rows.get(key);
    const separator = part === 'last_sect' ? '–' : ' sectors ';
    rows.set(key, before === undefined ? span.value : `${before}${separator}${span.value}`);
  }
  return (
    <dl class="members">
      {[...rows].map(([name, value]) => (
        <div key={name} class="figure">
          <dt class="mono">{name}</dt>
          <dd class="mono">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Descriptors shown at once. */
const DESCRIPTORS = 16;

interface IndirectPageProps {
  readonly request: RingRequest | undefined;
  readonly layout: SlotLayout;
}

function IndirectPage({ request, layout }: IndirectPageProps): JSX.Element {
  const [page, setPage] = useState(0);
  const [first, setFirst] = useState(0);
  if (request === undefined || request.indirectPages === 0) {
    return (
      <p class="quiet">
        This slot holds no indirect request: its descriptors, if any, are in the slot itself.
      </p>
    );
  }
  const base = page * SEGMENTS_PER_INDIRECT_PAGE;
  const used = Math.min(SEGMENTS_PER_INDIRECT_PAGE, request.segments - base);
  const last = Math.min(used, first + DESCRIPTORS);
  const at = first * layout.segment.sizeBytes;
  return (
    <>
      <h3>
        <strong>Descriptor page {page + 1}</strong> of {request.indirectPages}
      </h3>
      <p class="quiet">
        {used} of {SEGMENTS_PER_INDIRECT_PAGE} entries of {layout.segment.sizeBytes} bytes, grant{' '}
        {hexReference(request.grants[request.segments + page] ?? 0)}
      </p>
      <div class="row">
        {request.indirectPages > 1 && (
          <Select
            label="Descriptor page"
            value={String(page)}
            choices={Array.from({ length: request.indirectPages }, (_, i) => ({
              value: String(i),
              label: `page ${i + 1}`,
            }))}
            onChange={(value) => {
              setPage(Number(value));
              setFirst(0);
            }}
          />
        )}
        <Button
          label="Earlier descriptors"
          disabled={first === 0}
          onPress={() => setFirst(Math.max(0, first - DESCRIPTORS))}
        >
          ◀
        </Button>
        <span>
          {first + 1} to {last}
        </span>
        <Button
          label="Later descriptors"
          disabled={last >= used}
          onPress={() => setFirst(first + DESCRIPTORS)}
        >
          ▶
        </Button>
      </div>
      <BytesGrid
        picture={indirectPagePicture(layout, request, page)}
        label="Bytes of the descriptor page"
        perRow={8}
        from={at}
        to={at + 4 * layout.segment.sizeBytes}
      />
      <table aria-label="Descriptors" class="descriptors mono">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">gref</th>
            <th scope="col">sectors</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => base + first + i).map(
            (index) => (
              <tr key={index}>
                <th scope="row">{index}</th>
                <td>{hexReference(request.grants[index] ?? 0)}</td>
                <td>{segmentSectors(request, index).join('–')}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </>
  );
}

const MAPPED = [
  'not mapped',
  'kept mapped, idle',
  'mapped, in use, kept',
  'mapped for this request',
] as const;

function Grants({
  request,
  queue,
}: {
  readonly request: RingRequest | undefined;
  readonly queue: QueueState | undefined;
}): JSX.Element {
  if (request === undefined || queue === undefined || request.grants.length === 0) {
    return <p class="quiet">No grants belong to this slot.</p>;
  }
  const states = new Map<string, number>();
  for (const reference of request.grants) {
    const state = MAPPED[(queue.grants.mapped[reference] ?? 0) as 0 | 1 | 2 | 3];
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const data = request.grants.slice(0, request.segments);
  return (
    <>
      <h3>
        <strong>{request.grants.length} grants</strong> of request {request.id}
      </h3>
      <p class="quiet">
        {data.length} data pages, {request.indirectPages} descriptor pages
      </p>
      <dl>
        {[...states].map(([state, count]) => (
          <div key={state} class="figure">
            <dt>{state}</dt>
            <dd class="mono">{grouped(count)}</dd>
          </div>
        ))}
      </dl>
      <ul class="plain mono grants">
        {request.grants.slice(0, 48).map((reference, i) => (
          <li
            key={reference}
            class={i >= request.segments ? 'descriptor' : ''}
            title={MAPPED[(queue.grants.mapped[reference] ?? 0) as 0 | 1 | 2 | 3]}
          >
            {reference.toString(16)}
            {i >= request.segments ? '*' : ''}
          </li>
        ))}
      </ul>
      {request.grants.length > 48 && <p class="quiet">{request.grants.length - 48} more</p>}
      {request.indirectPages > 0 && <p class="quiet">* a descriptor page</p>}
      {(states.get('kept mapped, idle') ?? 0) + (states.get('mapped, in use, kept') ?? 0) > 0 && (
        <p class="quiet">
          A grant that is kept costs no hypercall the next time; the data is copied instead. Over
          its limit the backend drops those unused for longest.
        </p>
      )}
    </>
  );
}
