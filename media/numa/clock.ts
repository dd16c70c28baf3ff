import { useEffect, useState } from 'preact/hooks';

/** The shown moment of the simulation. Only what depends on it is drawn again when it moves, not the whole panel. */
export class Clock {
  private us = 0;
  private readonly listeners = new Set<() => void>();

  get timeUs(): number {
    return this.us;
  }

  set(timeUs: number): void {
    if (timeUs === this.us) return;
    this.us = timeUs;
    for (const listener of this.listeners) listener();
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** What a component shows of the moment; it is drawn again only when that is another value. */
export function useClock<T>(clock: Clock, read: (timeUs: number) => T): T {
  const [, redraw] = useState({});
  const value = read(clock.timeUs);
  useEffect(
    () =>
      clock.listen(() => {
        if (!Object.is(read(clock.timeUs), value)) redraw({});
      }),
    [clock, read, value],
  );
  return value;
}
