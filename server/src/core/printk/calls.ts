import type { PrintkLevel } from './model.ts';

const levelWords: Readonly<Record<string, PrintkLevel>> = {
  emerg: 'panic',
  panic: 'panic',
  fatal: 'error',
  alert: 'crit',
  crit: 'crit',
  critical: 'crit',
  err: 'error',
  error: 'error',
  g_err: 'error',
  warn: 'warning',
  warning: 'warning',
  g_warning: 'warning',
  notice: 'notice',
  info: 'info',
  g_info: 'info',
  verbose: 'info',
  detail: 'debug',
  progress: 'debug',
  dbg: 'debug',
  debug: 'debug',
  g_debug: 'debug',
};

/** Calls whose name does not end in a level, with the level they print at. */
const named: Readonly<Record<string, PrintkLevel>> = {
  panic: 'panic',
  early_panic: 'panic',
  mc_panic: 'panic',
  nmi_panic: 'panic',
  boot_panic: 'panic',
  domain_crash: 'error',
  xenbus_dev_error: 'error',
  xenbus_dev_fatal: 'error',
  WARN: 'warning',
  WARN_ONCE: 'warning',
  WARN_RATELIMIT: 'warning',
  warning_add: 'warning',
  LOG: 'unknown',
  LOGD: 'unknown',
  LOGE: 'error',
  LOGED: 'error',
  LOGEV: 'error',
  LOGEVD: 'error',
  LIBXL__LOG: 'unknown',
  LIBXL__LOG_ERRNO: 'error',
  PERROR: 'error',
  GTERROR: 'error',
  GSERROR: 'error',
  DPRINTF: 'debug',
  IPRINTF: 'info',
  DOMPRINTF: 'debug',
  DBGPRINTF: 'debug',
  printf: 'unknown',
  fprintf: 'unknown',
  xprintf: 'unknown',
  early_puts: 'unknown',
  puts: 'unknown',
  MEM_LOG: 'warning',
  EDOM_INFO: 'info',
  PARSE_ERR: 'error',
  PARSE_ERR_RET: 'error',
  prop_warn: 'warning',
  conf_warning: 'warning',
};

const endsInPrintk = /printk(?:_once|_ratelimited|_deferred)?$/i;
const endsInLevel =
  /(?:^|_)(emerg|alert|crit|err|error|warn|warning|notice|info|dbg|debug|verbose)(?:_once|_ratelimited|_ratelimit|_cond|_log)?$/i;
const dprintk = /^(?:g?dprintk|pr_debug|pr_devel|Dprintk)$/;

/** The level a call prints at unless its arguments say so; undefined for calls that print nothing. */
export function levelOfCall(name: string): PrintkLevel | undefined {
  const fixed = Object.hasOwn(named, name) ? named[name] : undefined;
  if (fixed !== undefined) return fixed;
  if (dprintk.test(name)) return 'unknown';
  if (endsInPrintk.test(name)) return 'unknown';
  const word = endsInLevel.exec(name)?.[1]?.toLowerCase();
  if (word !== undefined) return levelWords[word] ?? 'unknown';
  return name.endsWith('_LOG') ? 'debug' : undefined;
}

const levelMacro =
  /^(?:XENLOG|KERN|XTL|LIBXL__LOG)_(\w{1,12})$|^(ERROR|WARN|WARNING|INFO|DEBUG|NOTICE|DETAIL|CRITICAL)$/;

/** The level that an argument such as `XENLOG_G_ERR`, `KERN_WARNING` or libxl's `ERROR` names. */
export function levelOfMacro(name: string): PrintkLevel | undefined {
  const match = levelMacro.exec(name);
  const word = match?.[1] ?? match?.[2];
  return word === undefined ? undefined : levelWords[word.toLowerCase()];
}

/** Whether a call ends its line by itself. Xen's libraries do; some of their macros add the error's name first. */
export const alwaysEndsLine = (name: string): boolean =>
  /^(?:LOGD?|LIBXL__LOG|DOMPRINTF|[DI]PRINTF|DBGPRINTF)$/.test(name);
