/** What captures, pagers, terminals, mailers and web pages do to a log; each must leave its crashes to be found. */

const eachLine =
  (change: (line: string, index: number) => string) =>
  (text: string): string =>
    text
      .split('\n')
      .map((line, index) => change(line.replace(/\r+$/, ''), index))
      .join('\n');

/** Wraps at a blank where there is one, as mailers do. */
function wrapWords(line: string, width: number): string {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank <= 6 ? width : blank;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut).replace(/^ /, '');
  }
  return [...pieces, rest].join('\n');
}

/** Wraps in the middle of words, as terminals of that width do. */
function wrapHard(line: string, width: number): string {
  const pieces: string[] = [];
  for (let at = 0; at === 0 || at < line.length; at += width)
    pieces.push(line.slice(at, at + width));
  return pieces.join('\n');
}

function softBreaks(line: string): string {
  const pieces: string[] = [];
  let rest = line.replaceAll('=', '=3D');
  while (rest.length > 75) {
    // An encoded character is never cut.
    const cut = /=[0-9A-F]?$/.test(rest.slice(0, 75)) ? 72 : 75;
    pieces.push(`${rest.slice(0, cut)}=`);
    rest = rest.slice(cut);
  }
  return [...pieces, rest].join('\n');
}

const front = (text: string): ((log: string) => string) => eachLine((line) => text + line);

export const manglings: Readonly<Record<string, (log: string) => string>> = {
  'CR LF': eachLine((line) => `${line}\r`),
  'CR CR LF': eachLine((line) => `${line}\r\r`),
  'quoted once': front('> '),
  'quoted twice': front('>> '),
  'quoted by several': front('> > | '),
  'a numbered list': eachLine((line, index) => `  ${index + 1}. ${line}`),
  'cat -n': eachLine((line, index) => `${String(index + 1).padStart(6)}\t${line}`),
  'grep -n': eachLine((line, index) => `hypervisor.log:${index + 1}:${line}`),
  grep: front('hypervisor.log:'),
  'indented by four': front('    '),
  'indented by a tab': front('\t'),
  'a bullet list': front('* '),
  coloured: eachLine((line) => `\u001b[31m${line}\u001b[0m`),
  NULs: front('\u0000\u0000'),
  xenconsoled: front('[2026-11-22 10:39:11] '),
  'the journal': front('Nov 22 10:39:11 host xenconsoled[123]: '),
  'a syslog without host': front('Nov 22 10:39:11 '),
  'an ISO stamp': front('2026-11-22T10:39:11.123456+01:00 '),
  'a clock in brackets': front('[10:39:11.123] '),
  'a bare clock': front('10:39:11 '),
  'a capture tool': front('<12:03:04.123> '),
  'blanks behind': eachLine((line) => `${line}   `),
  'blanks collapsed': eachLine((line) => line.replace(/ {2,}/g, ' ')),
  'no-break spaces': eachLine((line) => line.replaceAll(' ', '\u00a0')),
  'HTML entities': eachLine((line) =>
    line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  ),
  'a blank line after each': eachLine((line) => `${line}\n`),
  'a byte order mark': (log) => `\ufeff${log}`,
  'no blank behind (XEN)': eachLine((line) => line.replace(/^\(XEN\) /, '(XEN)')),
  'no hypervisor prefix': eachLine((line) => line.replace(/^\(XEN\) (?:\[[^\]]*\] )?/, '')),
  'wrapped at 72': eachLine((line) => wrapWords(line, 72)),
  'wrapped at 76': eachLine((line) => wrapWords(line, 76)),
  'wrapped, then quoted': (log) => front('> ')(eachLine((line) => wrapWords(line, 72))(log)),
  'quoted, then wrapped': (log) => eachLine((line) => wrapWords(line, 74))(front('> ')(log)),
  'cut at 79': eachLine((line) => wrapHard(line, 79)),
  'cut at 80': eachLine((line) => wrapHard(line, 80)),
  'quoted-printable': eachLine(softBreaks),
  'another writer between': eachLine((line, index) =>
    index % 4 === 0
      ? `${line}\n[   12.${String(index).padStart(6, '0')}] systemd[1]: Started it.`
      : line,
  ),
  'another writer on the same line': eachLine((line, index) =>
    index % 9 === 0 && line.startsWith('(XEN)')
      ? `[   12.345678] left without an end${line}`
      : line,
  ),
};
