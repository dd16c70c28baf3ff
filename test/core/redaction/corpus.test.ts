import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecretsInLine, redact } from '#core/redaction';
import { cases } from '../../effort.ts';
import { harmlessLines, plantSecrets } from './corpus.ts';

const one = (line: string): string => redact([{ name: 'a', text: line }]).files[0]?.text ?? '';

describe('a corpus with 2,000 planted secrets of 15 kinds', () => {
  const planted = plantSecrets(2000, 7);

  it('finds every one, each line by itself', () => {
    const missed = planted.filter(({ secret, line }) => one(line).includes(secret));
    expect(new Set(planted.map(({ kind }) => kind)).size).toBe(15);
    expect(missed).toEqual([]);
  });

  it('finds every one in one file among harmless lines, and nothing else', () => {
    const harmless = harmlessLines(4000, 11);
    const lines = harmless.flatMap((line, at) => [
      line,
      ...(planted[at] ? [planted[at].line] : []),
    ]);
    const text = redact([{ name: 'a', text: lines.join('\n') }]).files[0]?.text.split('\n') ?? [];
    expect(text.length).toBe(lines.length);
    const isPlanted = new Set(planted.map(({ line }) => line));
    const secrets = new Map(planted.map(({ line, secret }) => [line, secret]));
    const missed = lines.filter((line, at) => {
      const secret = secrets.get(line);
      return secret !== undefined && (text[at] ?? '').includes(secret);
    });
    expect(missed).toEqual([]);
    const touched = lines.filter((line, at) => !isPlanted.has(line) && text[at] !== line);
    expect(touched.slice(0, 5)).toEqual([]);
  });

  it('replaces nothing but the secret in a planted line', () => {
    const pseudonym = /(?:00[:-]16[:-]3e[:-])?<[A-Z0-9]+(?:-\d+)?>/g;
    const spoilt = planted.filter(({ secret, line }) => {
      const expected = line.split(secret).join('<X>');
      return one(line).replaceAll(pseudonym, '<X>') !== expected;
    });
    expect(spoilt.length / planted.length).toBeLessThan(0.01);
  });
});

describe('redaction', () => {
  it('says the same of the same, in every file', () => {
    const { files, found } = redact([
      { name: 'a.log', text: 'Nov 22 11:26:01 hvams01 kernel: x\nip=192.0.2.7' },
      { name: 'b.log', text: 'ping hvams01.example.com (192.0.2.7), not hvams012' },
    ]);
    expect(files.map(({ text }) => text)).toEqual([
      'Nov 22 11:26:01 <HOST-1> kernel: x\nip=<IP-1>',
      'ping <HOST-1> (<IP-1>), not hvams012',
    ]);
    expect(found.map(({ text, count }) => [text, count])).toEqual([
      ['hvams01', 1],
      ['192.0.2.7', 2],
      ['hvams01.example.com', 1],
    ]);
  });

  it('goes on with the pseudonyms of an earlier run', () => {
    const first = redact([{ name: 'a', text: 'ip=192.0.2.7' }]);
    const second = redact([{ name: 'b', text: 'ip=192.0.2.8 ip=192.0.2.7' }], {
      known: first.pseudonyms,
    });
    expect(second.files[0]?.text).toBe('ip=<IP-2> ip=<IP-1>');
  });

  it('leaves what the user wants to keep, and tells of it', () => {
    const { files, found } = redact([{ name: 'a', text: 'ip=192.0.2.7 mac=3c:00:00:aa:bb:cc' }], {
      keep: new Set(['192.0.2.7']),
    });
    expect(files[0]?.text).toBe('ip=192.0.2.7 mac=<MAC-1>');
    expect(found.length).toBe(2);
  });

  it('keeps the prefix that all vif addresses of Xen share', () => {
    expect(one("vif=['mac=00:16:3e:12:34:56']")).toBe("vif=['mac=00:16:3e:<MAC-1>']");
  });

  it('takes a private key whole', () => {
    const text = [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      'b3BlbnNzaC1rZXk',
      'AAAAB3',
      '-----END OPENSSH PRIVATE KEY-----',
    ];
    const out = one(text.join('\n'));
    expect(out).not.toMatch(/b3Blbn|AAAAB3/);
  });

  it('keeps line numbers, line ends and its own results, on any text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(...plantSecrets(60, 3).map(({ line }) => line), '\n', '\r\n', '<HOST-1>'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join(' ');
        const once = redact([{ name: 'a', text }]);
        const copy = once.files[0]?.text ?? '';
        expect(copy.split('\n').length).toBe(text.split('\n').length);
        const again = redact([{ name: 'a', text: copy }], { known: once.pseudonyms });
        expect(again.files[0]?.text).toBe(copy);
      }),
      { numRuns: cases(2000) },
    );
  });

  it('reads lines of any length in linear time', () => {
    const line = `${'a.b:c@d/e=f '.repeat(40_000)} mac=3c:00:00:aa:bb:cc`;
    expect(findSecretsInLine(line).map(({ text }) => text)).toContain('3c:00:00:aa:bb:cc');
  });
});
