import type { JSX } from 'preact';
import type { PlannedVm } from '#core/numa';

/** How to read the pictures. */
export function Legend(): JSX.Element {
  return (
    <p class="legend quiet">
      A thick link and a full cell are near. A letter in a square is the domain on that CPU at the
      shown moment. Hatched memory is away from the domain’s nodes; grey is holes, Xen and what is
      not listed. In the timeline n is near its memory, dashed R is remote. T shows everything as
      tables.
    </p>
  );
}

export function EmptyHost(props: {
  readonly onPaste: () => void;
  readonly onPick: () => void;
  readonly onExample: () => void;
}): JSX.Element {
  return (
    <div class="empty-host">
      <p class="empty-title">Where will xl put this domain, and why?</p>
      <p class="quiet">
        Paste the output of <span class="mono">xl info -n</span>, and of{' '}
        <span class="mono">xl vcpu-list</span> and <span class="mono">xl list -n</span> if domains
        run, together with the xl.cfg of a new domain; or drop the files here.
      </p>
      <p class="what-if-actions">
        <button type="button" class="button primary" onClick={props.onPaste}>
          Paste text…
        </button>
        <button type="button" class="button" onClick={props.onPick}>
          Choose files…
        </button>
        <button type="button" class="button" onClick={props.onExample}>
          Show an example host
        </button>
      </p>
    </div>
  );
}

/** The known surprises the selected domain runs into, each with what to do. */
export function Traps({ vm }: { readonly vm: PlannedVm }): JSX.Element | null {
  if (vm.traps.length === 0) return null;
  return (
    <section class="traps" aria-labelledby="traps-title">
      <h2 id="traps-title">{`Traps of ${vm.name}`}</h2>
      <ul>
        {vm.traps.map((trap) => (
          <li key={trap.id}>
            <span class="trap-mark" aria-hidden="true">
              △
            </span>{' '}
            {trap.sentence} <span class="quiet">{trap.fix}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
