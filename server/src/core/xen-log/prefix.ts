import type { LogTime } from './model.ts';

/** Which writer's own prefix stands in front of a payload. */
export type ConsolePrefix = 'xen' | 'linux' | 'guest' | 'none';

/** What carried the line here. */
export type Transport = 'none' | 'quote' | 'list' | 'grep' | 'syslog' | 'iso' | 'xenconsoled';

/** Everything in front of a payload (logs.md section 2). */
export interface LinePrefix {
  readonly payloadStart: number;
  readonly console: ConsolePrefix;
  readonly transport: Transport;
  readonly time?: LogTime;
  readonly level?: string;
  readonly guestDomain?: number;
  readonly process?: string;
  readonly host?: string;
}

interface Reading {
  at: number;
  console: ConsolePrefix;
  transport: Transport;
  time?: LogTime;
  level?: string;
  guestDomain?: number;
  process?: string;
  host?: string;
}

const xen = /\(XEN\) ?/y;
const guest = /\(d(\d{1,5})\) ?/y;
const stamp =
  /\[(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)|( {0,9}\d{1,10}\.\d{6})|([0-9a-f]{16}))\] ?/y;
const linuxStamp = /(?:<(\d{1,3})>)?\[( {0,9}\d{1,10}\.\d{6})\](?:\[ {0,9}[TC]\d{1,10}\])? ?/y;
const linuxDate =
  /\[((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4})\] ?/y;
const printkLevel = /<(\d{1,3})>/y;
const decodedLevel = /(?:kern|user|daemon|syslog|auth) {0,4}:(\w{3,6}) {0,3}: /y;
const quote = / {0,4}(?:[>|] ?){1,16}/y;
/** Marks, counters and clocks of whatever else carried a console line here, without a word in them. */
const loose =
  /[\s\d[\]<>():.,;|*#+_TZ-]{1,60}?(?=\(XEN\)|\(d\d{1,5}\) |\[ {0,9}\d{1,10}\.\d{6}\])/y;
const listNumber = / {0,7}\d{1,7}[.:)]? {1,4}(?=\(XEN\) |\[ {0,9}\d{1,10}\.\d{6}\] )/y;
const grepName = /[\w./+~-]{1,160}[:-](?:\d{1,8}[:-])?(?=\(XEN\) |\[ {0,9}\d{1,10}\.\d{6}\] )/y;
const xenconsoled = /\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] ?/y;
const iso = /(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(?:Z|[+-]\d\d:?\d\d)?:?(?: |$)/y;
const syslogTime =
  /((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?) /y;
const hostAndProcess = /([\w.:-]{1,80}) ([\w./@()+-]{1,60})(?:\[\d{1,10}\])?: /y;
const processOnly = /([\w./@()+-]{1,60})(?:\[\d{1,10}\])?: /y;
const xapiDaemon =
  /^(?:xapi|xenopsd|squeezed|forkexecd|message-switch|v6d|xcp-|SMGC|SM$|xha|varstored|xenguest)/;

/** Kernel levels 0 to 7 by name, as dmesg prints them. */
const levelNames = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const levelName = (digits: string): string => levelNames[Number(digits) & 7] ?? 'debug';

function bootTime(text: string): LogTime {
  return { kind: 'boot', seconds: Number(text), text: text.trim() };
}

function readHypervisorStamp(text: string, reading: Reading): void {
  const match = matchAt(stamp, text, reading.at);
  if (match === null) return;
  reading.at += match[0].length;
  if (match[1] !== undefined) reading.time = { kind: 'date', text: match[1] };
  else if (match[2] !== undefined) reading.time = bootTime(match[2]);
  else if (match[3] !== undefined)
    reading.time = { kind: 'raw', ticks: BigInt(`0x${match[3]}`), text: match[3] };
}

function readLinuxStamp(text: string, reading: Reading): boolean {
  const match = matchAt(linuxStamp, text, reading.at);
  if (match !== null) {
    reading.at += match[0].length;
    reading.time = bootTime(match[2] ?? '');
    if (match[1] !== undefined) reading.level = levelName(match[1]);
    return true;
  }
  const date = matchAt(linuxDate, text, reading.at);
  if (date === null) return false;
  reading.at += date[0].length;
  reading.time = { kind: 'date', text: date[1] ?? '' };
  return true;
}

function readConsole(text: string, reading: Reading): void {
  const first = text.charCodeAt(reading.at);
  if (first === 0x28) {
    const hypervisor = matchAt(xen, text, reading.at);
    if (hypervisor !== null) {
      reading.at += hypervisor[0].length;
      reading.console = 'xen';
      readHypervisorStamp(text, reading);
      return;
    }
    const relayed = matchAt(guest, text, reading.at);
    if (relayed === null) return;
    reading.at += relayed[0].length;
    reading.console = 'guest';
    reading.guestDomain = Number(relayed[1]);
    readHypervisorStamp(text, reading);
    return;
  }
  if (first === 0x5b || first === 0x3c) {
    if (readLinuxStamp(text, reading)) {
      reading.console = 'linux';
      return;
    }
    const level = first === 0x3c ? matchAt(printkLevel, text, reading.at) : null;
    if (level !== null) {
      reading.at += level[0].length;
      reading.level = levelName(level[1] ?? '6');
      reading.console = 'linux';
    }
    return;
  }
  const level = first === 0x6b || first === 0x75 ? matchAt(decodedLevel, text, reading.at) : null;
  if (level !== null) {
    reading.at += level[0].length;
    reading.level = level[1] ?? 'info';
    reading.console = 'linux';
    readLinuxStamp(text, reading);
  }
}

/** What follows a syslog time: `host process[pid]: `, or the process alone. */
function readSender(text: string, reading: Reading): boolean {
  const both = matchAt(hostAndProcess, text, reading.at);
  const match = both ?? matchAt(processOnly, text, reading.at);
  if (match === null) return false;
  const process = (both === null ? match[1] : match[2]) ?? '';
  const host = both === null ? undefined : match[1];
  reading.process = process;
  if (host !== undefined) reading.host = host;
  // A XAPI daemon's name is part of its own line format.
  const ownPrefix = xapiDaemon.test(process)
    ? match[0].length - (host === undefined ? 0 : host.length + 1)
    : 0;
  reading.at += match[0].length - ownPrefix;
  return true;
}

function readTimedTransport(text: string, reading: Reading): boolean {
  const first = text.charCodeAt(reading.at);
  if (first === 0x5b) {
    const match = matchAt(xenconsoled, text, reading.at);
    if (match === null) return false;
    reading.at += match[0].length;
    reading.transport = 'xenconsoled';
    reading.time = { kind: 'date', text: match[1] ?? '' };
    return true;
  }
  if (first >= 0x30 && first <= 0x39) {
    const match = matchAt(iso, text, reading.at);
    if (match === null) return false;
    reading.at += match[0].length;
    reading.transport = 'iso';
    reading.time = { kind: 'date', text: match[1] ?? '' };
    if (matchAt(hostAndProcess, text, reading.at) !== null) readSender(text, reading);
    return true;
  }
  if (first < 0x41 || first > 0x5a) return false;
  const match = matchAt(syslogTime, text, reading.at);
  if (match === null) return false;
  const start = reading.at;
  reading.at += match[0].length;
  if (!readSender(text, reading) && !isConsoleAt(text, reading.at)) {
    reading.at = start;
    return false;
  }
  reading.transport = 'syslog';
  reading.time = { kind: 'date', text: match[1] ?? '' };
  return true;
}

/** Whether a hypervisor's or kernel's own prefix stands here. */
function isConsoleAt(text: string, at: number): boolean {
  return matchAt(xen, text, at) !== null || matchAt(linuxStamp, text, at) !== null;
}

function skip(pattern: RegExp, transport: Transport, text: string, reading: Reading): boolean {
  const match = matchAt(pattern, text, reading.at);
  if (match === null) return false;
  reading.at += match[0].length;
  reading.transport = transport;
  return true;
}

/** Takes the prefixes of a cleaned line apart, from the outside in. */
export function readPrefix(text: string): LinePrefix {
  const reading: Reading = { at: 0, console: 'none', transport: 'none' };
  readConsole(text, reading);
  if (reading.console !== 'none') return finished(reading);
  const first = text.charCodeAt(0);
  if (first === 0x3e || first === 0x20 || first === 0x7c) skip(quote, 'quote', text, reading);
  if (!skip(listNumber, 'list', text, reading)) skip(grepName, 'grep', text, reading);
  readTimedTransport(text, reading);
  readConsole(text, reading);
  if (reading.console === 'none' && reading.process === undefined) {
    const transport = reading.transport === 'none' ? 'list' : reading.transport;
    if (skip(loose, transport, text, reading)) readConsole(text, reading);
  }
  return finished(reading);
}

function finished(reading: Reading): LinePrefix {
  const { at, ...rest } = reading;
  // A kernel line in syslog keeps its dialect when printk timestamps are off.
  if (rest.console === 'none' && rest.process === 'kernel')
    return { ...rest, console: 'linux', payloadStart: at };
  return { ...rest, payloadStart: at };
}
