import { cHeaders } from './c-headers.ts';
import { drivers } from './drivers.ts';
import { headerHovers } from './header-hovers.ts';
import { logs, redaction } from './logs.ts';
import { numaInputs, xlCfg } from './numa-inputs.ts';
import type { FuzzTarget } from './target.ts';

/** Every reader of outside text, one line each. */
export const targets: readonly FuzzTarget[] = [
  cHeaders,
  drivers,
  headerHovers,
  logs,
  redaction,
  numaInputs,
  xlCfg,
];
