import { useEffect, useState } from 'preact/hooks';
import type * as ring from './tools.ts';

/** Everything in tools.ts. */
export type Tools = typeof ring;

let loaded: Tools | undefined;
let loading: Promise<Tools> | undefined;

/** Loads the tools once. */
export function loadTools(): Promise<Tools> {
  loading ??= import('./tools.ts').then((tools) => {
    loaded = tools;
    return tools;
  });
  return loading;
}

/** The tools once they are there; the component is drawn again when they arrive. */
export function useTools(): Tools | undefined {
  const [tools, setTools] = useState(loaded);
  useEffect(() => {
    if (tools === undefined) void loadTools().then(setTools);
  }, []);
  return tools;
}
