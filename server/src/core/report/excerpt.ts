import type { CallFrame, Crash } from '#core/xen-log';
import type { Fault, LogSource } from './model.ts';

/** Most lines of a log that go into the report itself; the whole log is attached. */
const excerptLimit = 80;

/** Rows of stack words: long, and they can hold a guest's data. They stay in the attachment. */
const stackRow = /^\s*(?:[0-9a-f]{16}\s+)*[0-9a-f]{16}\s*$|^Xen stack trace from /i;

/** The lines of the log that show the fault, as printed, without line ends and rows of stack words. */
export function excerptOf(fault: Fault, logs: readonly LogSource[]): readonly string[] {
  const log = fault.log === undefined ? undefined : logs[fault.log];
  if (!log) return [];
  const text = log.text.split('\n');
  const { crash, incident } = fault;
  const numbers = crash
    ? [...new Set([crash.keyLine, ...crash.lines])].sort((a, b) => a - b)
    : incident
      ? [...new Set([incident.line, ...incident.related.map(({ line }) => line)])].sort(
          (a, b) => a - b,
        )
      : [];
  const lines = numbers
    .map((line) => plain(text[line - 1] ?? ''))
    .filter((line) => !stackRow.test(line.replace(/^\(XEN\)\s*(?:\[[^\]]*\]\s*)?/, '')));
  return lines.length <= excerptLimit
    ? lines
    : [
        ...lines.slice(0, excerptLimit - 1),
        `[${lines.length - excerptLimit + 1} more lines in ${log.name}]`,
      ];
}

/** Without line end and terminal sequences. */
const plain = (line: string): string =>
  line
    .replace(/\r+$/, '')
    .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replaceAll('\0', '');

/** First frames of the trace for people: `R common/x.c#f+0x3/0xc`, repeated ones counted. */
export function topFrames(crash: Crash, count = 5): readonly string[] {
  const frames: { text: string; times: number }[] = [];
  for (const frame of crash.callTrace) {
    const text = frameText(frame);
    const last = frames.at(-1);
    if (last && last.text === text) last.times++;
    else if (frames.length === count) break;
    else frames.push({ text, times: 1 });
  }
  return frames.map(({ text, times }) => (times > 1 ? `${text} (${times} times)` : text));
}

function frameText({ file, symbol, offsetBytes, address }: CallFrame): string {
  if (symbol === undefined) return `0x${address.toString(16)}`;
  const name = file === undefined ? symbol : `${file}#${symbol}`;
  return offsetBytes === undefined ? name : `${name}+0x${offsetBytes.toString(16)}`;
}
