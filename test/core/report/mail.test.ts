import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import {
  buildEml,
  buildReport,
  mailAddresses,
  newIssueLink,
  mailtoLink,
  plainTextOf,
} from '#core/report';
import { cases } from '../../effort.ts';
import { anyText, crash, knowledge, log } from './sample.ts';

const draft = buildReport({ logs: [log([crash()])], hostInfo: [], configs: [], knowledge });
const attachments = draft.files.filter(({ path }) => path.startsWith('attachments/'));

describe('the plain-text mail', () => {
  const body = plainTextOf(draft.reportText);

  it('keeps to 72 columns outside quoted logs', () => {
    const long = body.split('\n').filter((line) => line.length > 72 && !line.startsWith('> '));
    expect(long).toEqual([]);
  });

  it('quotes log lines whole, and leaves comments and marks out', () => {
    expect(body).toContain('> (XEN) line 41');
    expect(body).not.toMatch(/<!--|-->|```|\*\*/);
    expect(body).toContain('Environment\n-----------');
    expect(body).toContain('- Xen version: 4.17.6');
  });

  it('wraps any text', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 90 }),
      fc.constantFrom('- a', '1. b', '```', '## H', '\n', '\n\n', '<!-- c -->'),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const out = plainTextOf(words.join(' '));
        for (const line of out.split('\n')) {
          if (!line.startsWith('> ')) expect(line.trimEnd().length).toBeLessThanOrEqual(72);
        }
      }),
      { numRuns: cases(4000) },
    );
  });
});

describe('the .eml file', () => {
  const { to, cc } = mailAddresses(draft.routing);
  const eml = buildEml({
    to,
    cc: [...cc, 'Jörg Müller <jm@example.org>', 'A. B. C <abc@example.org>'],
    subject: draft.title,
    body: plainTextOf(draft.reportText),
    attachments: attachments.map(({ path, text }) => ({ name: path, text })),
    date: 'Wed, 25 Nov 2026 04:00:00 +0000',
  });

  it('opens in a mail parser with headers, text and attachments as they were', async () => {
    const mail = await PostalMime.parse(eml, { attachmentEncoding: 'utf8' });
    expect(mail.to?.map(({ address }) => address)).toEqual(['xen-devel@lists.xenproject.org']);
    expect(mail.cc?.map(({ name, address }) => `${name} ${address}`)).toEqual([
      'Jörg Müller jm@example.org',
      'A. B. C abc@example.org',
    ]);
    expect(mail.subject).toBe(draft.title);
    expect(mail.subject).toMatch(/^\[BUG\] .{1,70}$/);
    expect(mail.date).toBe('2026-11-25T04:00:00.000Z');
    expect(mail.html).toBeUndefined();
    expect(mail.text?.trimEnd()).toBe(plainTextOf(draft.reportText).trimEnd());
    expect(mail.attachments.map(({ filename, content }) => ({ filename, content }))).toEqual(
      attachments.map(({ path, text }) => ({ filename: path.split('/')[1], content: text })),
    );
    expect(mail.headers.find(({ key }) => key === 'x-unsent')?.value).toBe('1');
  });

  it('has CRLF line ends and no line that mail forbids', () => {
    expect(eml.replaceAll('\r\n', '')).not.toContain('\n');
    for (const line of eml.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  });

  it('carries any text through a parser unchanged', async () => {
    const text = anyText().filter((value) => !/\p{Surrogate}/u.test(value));
    await fc.assert(
      fc.asyncProperty(text, text, fc.string(), async (subject, file, name) => {
        const message = buildEml({
          to: ['a@example.org'],
          cc: [],
          subject: `[BUG] ${subject}`,
          body: `${'x'.repeat(1200)} é\nend\n`,
          attachments: [{ name: `a${name.replaceAll(/[^\w.-]/g, '_')}.log`, text: file }],
        });
        const mail = await PostalMime.parse(message, { attachmentEncoding: 'utf8' });
        expect(mail.attachments.length).toBe(1);
        expect(mail.attachments[0]?.content).toBe(file);
        expect(mail.cc).toBeUndefined();
        expect(mail.text).toContain('é');
      }),
      { numRuns: cases(1000) },
    );
  });

  it('lets no text from a log become a header', async () => {
    const message = buildEml({
      to: ['a@example.org\r\nBcc: evil@example.org'],
      cc: ['X\r\nBcc: evil@example.org <b@example.org>'],
      subject: 'a\r\nBcc: evil@example.org',
      body: 'x',
      attachments: [{ name: 'a"\r\nX: y', text: '--=_xen-report\nContent-Type: text/html' }],
    });
    const mail = await PostalMime.parse(message);
    expect(mail.bcc).toBeUndefined();
    expect(mail.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(mail.attachments.length).toBe(1);
  });
});

describe('links', () => {
  it('fills a new issue in, within what addresses can hold', () => {
    const url = new URL(newIssueLink('[BUG] a & b #1', 'text\n'.repeat(5000)));
    expect(url.searchParams.get('issue[title]')).toBe('[BUG] a & b #1');
    expect(url.searchParams.get('issue[description]')).toContain('paste it here');
    expect(url.href.length).toBeLessThan(8000);
    expect(url.origin + url.pathname).toBe('https://gitlab.com/xen-project/xen/-/issues/new');
  });

  it('opens a mail without the text when that would be too long', () => {
    expect(mailtoLink(['a@b.c'], 'S', 'short')).toBe('mailto:a@b.c?subject=S&body=short');
    expect(mailtoLink(['a@b.c'], 'S', 'x'.repeat(5000))).toBe('mailto:a@b.c?subject=S');
  });

  it('stands any text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        newIssueLink(text, text.repeat(20));
        mailtoLink(['a@b.c'], text, text);
      }),
      { numRuns: cases(1000) },
    );
  });
});
