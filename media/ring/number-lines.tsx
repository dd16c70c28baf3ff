import type { JSX } from 'preact';
import type { RingState } from '#core/ring';
import { grouped } from '../shared/controls.tsx';
import { intervalSentence, NumberLine, requestInterval, responseInterval } from './number-line.tsx';

/** Both directions with their sentences: the number-line view. */
export function NumberLines({ ring }: { readonly ring: RingState }): JSX.Element {
  return (
    <div class="number-lines">
      <p class="quiet">
        A push from old to new notifies when the event lies in (old, new]. Only the consumer moves
        the event, just before it sleeps: while it is busy the event stays behind and pushes are
        silent.
      </p>
      {[requestInterval(ring), responseInterval(ring)].map((interval) => (
        <section key={interval.consName}>
          <h3>
            {interval.consName === 'req_cons'
              ? 'Requests: frontend to backend'
              : 'Responses: backend to frontend'}
          </h3>
          <NumberLine interval={interval} />
          <p>{intervalSentence(interval)}</p>
          <p class="quiet mono">
            (uint32)(new − event) &lt; (uint32)(new − old):{' '}
            {grouped((interval.next - interval.event) >>> 0)}{' '}
            {(interval.next - interval.event) >>> 0 < (interval.next - interval.old) >>> 0
              ? '<'
              : '≥'}{' '}
            {grouped((interval.next - interval.old) >>> 0)}
          </p>
        </section>
      ))}
    </div>
  );
}
