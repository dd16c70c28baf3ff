import { useEffect, useState } from 'preact/hooks';

/** A part of a panel that is loaded after the first paint. */
export interface Later<T> {
  /** Loads it once. */
  readonly load: () => Promise<T>;
  /** A hook: the part once it is there; the component is drawn again when it arrives. */
  readonly use: () => T | undefined;
}

/** Wraps a dynamic import of a panel's rarer parts. */
export function later<T>(load: () => Promise<T>): Later<T> {
  let loaded: T | undefined;
  let loading: Promise<T> | undefined;
  const loadOnce = (): Promise<T> => {
    loading ??= load().then((part) => {
      loaded = part;
      return part;
    });
    return loading;
  };
  const use = (): T | undefined => {
    const [part, setPart] = useState(() => loaded);
    useEffect(() => {
      if (part === undefined) void loadOnce().then((arrived) => setPart(() => arrived));
    }, []);
    return part;
  };
  return { load: loadOnce, use };
}
