import { assembly } from './assembly.ts';
import { cHeaders } from './c-headers.ts';
import { drivers } from './drivers.ts';
import { headerHovers } from './header-hovers.ts';
import { logs, redaction, xenstore } from './logs.ts';
import { lspMessages } from './lsp-messages.ts';
import { numaInputs, xlCfg } from './numa-inputs.ts';
import { panelMessages, ringImports, ringTraces, ringVectors } from './ring-inputs.ts';
import type { FuzzTarget } from './target.ts';

/** Every reader of outside text, one line each. */
export const targets: readonly FuzzTarget[] = [
  assembly,
  cHeaders,
  drivers,
  headerHovers,
  logs,
  redaction,
  xenstore,
  lspMessages,
  numaInputs,
  xlCfg,
  ringTraces,
  ringImports,
  ringVectors,
  panelMessages,
];
