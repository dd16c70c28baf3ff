import type { JSX } from 'preact';
import {
  handshake,
  LINUX_BACKEND,
  LINUX_FRONTEND,
  negotiate,
  type PublicationOrder,
  type RingConfig,
  XENBUS_STATE_NUMBER,
} from '#core/ring';
import { Select } from '../shared/controls.tsx';

const ORDERS: readonly { readonly value: PublicationOrder; readonly label: string }[] = [
  { value: 'linux', label: 'as Linux publishes' },
  { value: 'header', label: 'as blkif.h draws it' },
];

interface HandshakeProps {
  readonly config: RingConfig;
  readonly onOrder: (order: PublicationOrder) => void;
}

/** How the two ends came to this configuration, move by move through xenstore. */
export function Handshake({ config, onOrder }: HandshakeProps): JSX.Element {
  const wishes = {
    ...LINUX_FRONTEND,
    maxIndirectSegments: config.maxSegments,
    maxRingPageOrder: config.pageOrder,
    maxQueues: config.queues,
    persistent: config.persistent,
    protocol:
      config.abi === 'i386' ? 'x86_32-abi' : config.abi === 'x86_64' ? 'x86_64-abi' : 'arm-abi',
  };
  const offer = {
    ...LINUX_BACKEND,
    maxIndirectSegments: Math.max(256, config.maxSegments),
    maxQueues: Math.max(LINUX_BACKEND.maxQueues ?? 1, config.queues),
  };
  const agreed = negotiate(wishes, offer);
  return (
    <div class="handshake">
      <div class="row">
        <Select
          label="Publication order"
          value={config.publication}
          choices={ORDERS}
          onChange={onOrder}
        />
        <span class="quiet">
          agreed: {agreed.queues} {agreed.queues === 1 ? 'queue' : 'queues'},{' '}
          {2 ** agreed.pageOrder} {agreed.pageOrder === 0 ? 'page' : 'pages'},{' '}
          {agreed.segments.segmentsPerRequest} segments, persistent grants{' '}
          {agreed.persistent ? 'on' : 'off'}, {agreed.flush}
        </span>
      </div>
      <ol>
        {handshake(wishes, offer, config.publication).map((move, i) => (
          <li key={i} class={move.end}>
            <p>
              <strong>{move.end}</strong>{' '}
              <span class="badge">
                {XENBUS_STATE_NUMBER[move.state]} {move.state}
              </span>
            </p>
            <p>{move.sentence}</p>
            {move.writes.length > 0 && <p class="mono nodes">writes {move.writes.join(', ')}</p>}
            {move.reads.length > 0 && <p class="mono nodes quiet">reads {move.reads.join(', ')}</p>}
          </li>
        ))}
      </ol>
    </div>
  );
}
