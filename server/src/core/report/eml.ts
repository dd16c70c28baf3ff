import type { NamedText } from '#core/redaction';
import { wellFormed } from './characters.ts';

/** A mail to be looked at and sent by the user's own program. */
export interface MailDraft {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  /** Plain text with `\n`. */
  readonly body: string;
  readonly attachments: readonly NamedText[];
  /** `Date` header, e.g. `Wed, 25 Nov 2026 04:00:00 +0000`; left out when not given. */
  readonly date?: string;
}

/** Boundary of the parts: a word no log contains, made longer while a part does contain it. */
function boundaryFor(parts: readonly string[]): string {
  let boundary = '=_xen-report';
  while (parts.some((part) => part.includes(boundary))) boundary += '_';
  return boundary;
}

/** The draft as an RFC 5322 message with MIME parts: plain text first, attachments in base64, `X-Unsent: 1`. */
export function buildEml(draft: MailDraft): string {
  const text = textPart(draft.body);
  const files = draft.attachments.map(attachmentPart);
  const headers = [
    ...(draft.date === undefined ? [] : [`Date: ${clean(draft.date)}`]),
    ...(draft.to.length > 0 ? [addressHeader('To', draft.to)] : []),
    ...(draft.cc.length > 0 ? [addressHeader('Cc', draft.cc)] : []),
    `Subject: ${encodedWords(clean(draft.subject))}`,
    'MIME-Version: 1.0',
    'X-Unsent: 1',
  ];
  if (files.length === 0) return crlf(`${[...headers, text].join('\n')}\n`);
  const boundary = boundaryFor([text, ...files]);
  return crlf(
    [
      ...headers,
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      '',
      ...[text, ...files].map((part) => `--${boundary}\n${part}`),
      `--${boundary}--`,
      '',
    ].join('\n'),
  );
}

const crlf = (text: string): string => text.replaceAll(/\r?\n/g, '\r\n');

/** Header values hold no line ends: text from a log must not become a header of its own. */
const clean = (text: string): string => text.replaceAll(/[\r\n\0]+/g, ' ').trim();

/** Longest line that mail allows to travel as it is (RFC 5322, 2.1.1). */
const longestLine = 998;

function textPart(body: string): string {
  const isPlain =
    /^[\x09\x0a\x20-\x7e]*$/.test(body) &&
    body.split('\n').every((line) => line.length <= longestLine);
  return isPlain
    ? `Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n${body}`
    : `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${base64Lines(body)}`;
}

function attachmentPart({ name, text }: NamedText): string {
  const file = clean(name.split('/').at(-1) ?? name);
  return [
    `Content-Type: text/plain; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; ${fileNameParameter(file)}`,
    '',
    base64Lines(text),
  ].join('\n');
}

function fileNameParameter(name: string): string {
  return /^[\x20-\x7e]*$/.test(name)
    ? `filename="${name.replaceAll(/["\\]/g, '_')}"`
    : `filename*=utf-8''${encodeURIComponent(name)}`;
}

/** Folds after each address, so that a list of any length stays within the limits of a header line. */
function addressHeader(name: string, addresses: readonly string[]): string {
  const shown = addresses.map((address) => mailbox(clean(address)));
  return `${name}: ${shown.join(',\n ')}`;
}

function mailbox(address: string): string {
  const match = /^(.*?)\s*<([^<>]+)>$/.exec(address);
  if (!match) return address.replaceAll(/[^\x21-\x7e]/g, '');
  const name = (match[1] ?? '').replaceAll('"', '');
  const target = (match[2] ?? '').replaceAll(/[^\x21-\x7e]/g, '');
  if (name === '') return target;
  return /^[\w .'-]*$/.test(name) && !/\./.test(name)
    ? `${name} <${target}>`
    : /^[\x20-\x7e]*$/.test(name)
      ? `"${name.replaceAll('\\', '')}" <${target}>`
      : `${encodedWords(name)} <${target}>`;
}

/** RFC 2047, in pieces of whole characters; plain ASCII is folded at blanks. */
function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return foldAtBlanks(text);
  const words: string[] = [];
  let piece = '';
  for (const char of text) {
    if (utf8(piece + char).length > 42) {
      words.push(piece);
      piece = '';
    }
    piece += char;
  }
  return [...words, piece].map((word) => `=?utf-8?B?${base64(utf8(word))}?=`).join('\n ');
}

function foldAtBlanks(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > 65) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n ');
}

function base64Lines(text: string): string {
  return base64(utf8(text))
    .replaceAll(/(.{76})/g, '$1\n')
    .trimEnd();
}

/** UTF-8 bytes of a text; a lone surrogate becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of wellFormed(text)) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    } else {
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
    }
  }
  return Uint8Array.from(bytes);
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const left = bytes.length - at;
    pieces.push(
      (digits[a >> 2] ?? '') +
        (digits[((a & 3) << 4) | (b >> 4)] ?? '') +
        (left > 1 ? (digits[((b & 15) << 2) | (c >> 6)] ?? '') : '=') +
        (left > 2 ? (digits[c & 63] ?? '') : '='),
    );
  }
  return pieces.join('');
}
