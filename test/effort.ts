/**
 * How many random cases a property runs: the full number in CI, a twentieth at a developer's desk.
 * `EFFORT=4` multiplies, for a night's run.
 */
export function cases(full: number): number {
  const factor = Number(process.env['EFFORT'] ?? 1);
  return Math.max(10, Math.ceil(full * factor * (process.env['CI'] === 'true' ? 1 : 1 / 20)));
}
