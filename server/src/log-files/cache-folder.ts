import { join } from 'node:path';

/** Where what was learnt of source trees is kept; undefined when the user has no such place. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { XDG_CACHE_HOME: cache, HOME: home } = environment;
  const base = cache ?? (home === undefined ? undefined : join(home, '.cache'));
  return base === undefined ? undefined : join(base, 'xen-devtools');
}
