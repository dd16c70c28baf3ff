import type { BuildOptions } from 'esbuild';

export const nodeBuild: BuildOptions;
export const panelBuild: BuildOptions;
export function bundle(): Promise<void>;
