import { useEffect, useRef, useState } from 'preact/hooks';
import { host } from './editor-api.ts';

/** Reads one key of the panel's saved state; `decode` answers `undefined` for what it does not understand. */
export function readPersisted<T>(
  key: string,
  decode: (value: unknown) => T | undefined,
): T | undefined {
  const saved = host.getState();
  if (typeof saved !== 'object' || saved === null) return undefined;
  return decode((saved as Record<string, unknown>)[key]);
}

/** Writes one key of the panel's saved state and leaves the others as they are. */
export function writePersisted(key: string, value: unknown): void {
  const saved = host.getState();
  host.setState({ ...(typeof saved === 'object' ? saved : {}), [key]: value });
}

/**
 * A state that survives hiding the panel and reloading the window. The value must be JSON; writing waits for the
 * next idle moment so that dragging a scrubber does not serialise on every frame.
 */
export function usePersisted<T>(
  key: string,
  decode: (value: unknown) => T | undefined,
  initial: () => T,
): [T, (next: T | ((previous: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => readPersisted(key, decode) ?? initial());
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    const timer = setTimeout(() => writePersisted(key, value), 100);
    return () => clearTimeout(timer);
  }, [key, value]);
  return [value, setValue];
}
