import type { MessageKind } from '#core/knowledge';
import type { Severity } from '#core/findings';
import type { Dialect } from './model.ts';

/** A line outside the knowledge base that says by itself that something went wrong. */
export type UnlistedLevel = 'error' | 'warning';

const errorWords =
  /\b(?:errors?|fail(?:ed|ure|s|ing)?|fatal|panic|cannot|can't|could ?n[o']t|couldn't|unable to|not permitted|denied|corrupt(?:ed|ion)?|oops|timed out|stuck|crash(?:ed)?|abort(?:ed|ing)?|refus(?:ed|ing)|no such|out of memory|violation|segfault|traps?|bug:)\b/i;
const warningWords =
  /\b(?:warn(?:ing)?s?|unhandled|unexpected|invalid|bad|lost|missing|mismatch(?:es)?|unknown reason|not supported|deprecated|suppressed|bogus|ignor(?:ed|ing)|illegal)\b/i;

const errorLevels: ReadonlySet<string> = new Set([
  'emerg',
  'alert',
  'crit',
  'err',
  'error',
  'critical',
]);
const warningLevels: ReadonlySet<string> = new Set(['warn', 'warning']);

/** Dialects whose words are data, not reports: listings, settings, mails. */
const silent: ReadonlySet<Dialect> = new Set(['command-output', 'configuration', 'mail-text']);

/** Whether a line that no kind knows reports trouble: by its printed level, else by its words. */
export function unlistedLevel(
  payload: string,
  dialect: Dialect,
  level: string | undefined,
): UnlistedLevel | undefined {
  if (level !== undefined) {
    if (errorLevels.has(level)) return 'error';
    if (warningLevels.has(level)) return 'warning';
  }
  if (silent.has(dialect)) return undefined;
  if (errorWords.test(payload)) return 'error';
  return warningWords.test(payload) ? 'warning' : undefined;
}

/** Severity of a generic kind by the level that its line prints. */
const byLevel: Readonly<Record<string, Severity>> = {
  critical: 'error',
  error: 'warning',
  warning: 'information',
  warn: 'information',
  notice: 'information',
  info: 'hint',
  progress: 'hint',
  detail: 'hint',
  verbose: 'hint',
  debug: 'hint',
};

/** Severities that depend on what the line says and not on its kind alone. */
export function severityOf(kind: MessageKind, fields: Readonly<Record<string, string>>): Severity {
  const level = (fields['level'] ?? fields['lvl'])?.trim();
  if (kind.isGeneric && level !== undefined) return byLevel[level] ?? kind.severity;
  if (kind.id === 'libxl.line')
    return /\b(?:fail|error|unable|cannot)/i.test(fields['msg'] ?? '') ? 'warning' : 'hint';
  if (kind.id === 'xenstored.log')
    return level === 'error' || level === 'warn' ? 'warning' : 'hint';
  if (kind.id === 'flask.avc' && fields['res'] === 'granted') return 'information';
  if (kind.id === 'linux.netback.stall' && fields['st'] === 'ready') return 'information';
  if (kind.id === 'xl.domain.death')
    return fields['r'] === '3' || fields['r'] === '4' ? 'warning' : 'information';
  if (kind.id === 'xc.gntshr')
    return /debug|detail/.test(fields['what'] ?? '') ? 'hint' : kind.severity;
  return kind.severity;
}
