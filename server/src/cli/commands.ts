import type { Command } from './command.ts';

/** The commands, one line each, loaded when called. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  numa: async () => (await import('./numa.ts')).numa,
  ring: async () => (await import('./ring.ts')).ring,
  check: async () => (await import('./check.ts')).check,
  layout: async () => (await import('./layout.ts')).layout,
  log: async () => (await import('./log.ts')).log,
  report: async () => (await import('./report.ts')).report,
  lsp: async () => (await import('./lsp.ts')).lsp,
};
