import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';
import { labLog, labManifest } from '../core/xen-log/knowledge.ts';

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'syntaxes/xen-log.tmLanguage.json');
let grammar: IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm).buffer as ArrayBuffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: () => Promise.resolve(textmate.parseRawGrammar(readFileSync(file, 'utf8'), file)),
  });
  grammar = (await registry.loadGrammar('text.log.xen'))!;
});

/** Scopes of each coloured token of a line, without the root's and the language's name. */
function scopesOf(line: string): readonly (readonly [string, string])[] {
  return grammar
    .tokenizeLine(line, textmate.INITIAL)
    .tokens.filter(({ scopes }) => scopes.length > 1)
    .map(({ startIndex, endIndex, scopes }) => [
      line.slice(startIndex, endIndex),
      scopes.at(-1)!.replace('.xen-log', ''),
    ]);
}

describe('a line of the hypervisor', () => {
  test.each([
    '(XEN) [2026-11-22 10:39:11.687] text',
    '(XEN) [2026-11-22 10:39:11] text',
    '(XEN) [   19.042229] text',
    '(XEN) [0000000008a619e5] text',
  ])('%s: prefix and stamp', (line) =>
    expect(scopesOf(line)).toEqual([
      ['(XEN)', 'support.type.hypervisor'],
      [line.slice(6, -5), 'comment.line.timestamp'],
    ]),
  );

  test('the place and the vCPU of a debug build', () =>
    expect(scopesOf('(XEN) arch/x86/pv/emul.c:1019:d0v0 RDMSR 0xc0010055').slice(1)).toEqual([
      ['arch/x86/pv/emul.c', 'string.unquoted.path'],
      [':', 'punctuation.separator'],
      ['1019', 'constant.numeric.line'],
      ['d0v0', 'entity.name.type.domain'],
      ['0xc0010055', 'constant.numeric.hex'],
    ]));

  test('a frame: address, mark, file, function, offset', () => {
    const scopes = scopesOf('(XEN)    [<ffff82d04025eebd>] R common/lab.c#lab_read+0x3/0xc');
    expect(scopes).toContainEqual(['ffff82d04025eebd', 'constant.numeric.hex']);
    expect(scopes).toContainEqual(['R', 'keyword.operator.frame']);
    expect(scopes).toContainEqual(['common/lab.c', 'string.unquoted.path']);
    expect(scopes).toContainEqual(['lab_read', 'entity.name.function']);
    expect(scopes).toContainEqual(['0xc', 'constant.numeric.hex']);
  });

  test('registers and their values', () =>
    expect(scopesOf('(XEN) r15: 0000000000000000   cr0: 000000008005003b').slice(1)).toEqual([
      ['r15', 'variable.language.register'],
      ['0000000000000000', 'constant.numeric.hex'],
      ['cr0', 'variable.language.register'],
      ['000000008005003b', 'constant.numeric.hex'],
    ]));

  test('the byte at RIP', () =>
    expect(scopesOf('(XEN)  e9 5b fc ff <48> 8b 40')).toContainEqual([
      '48',
      'constant.numeric.hex',
    ]));
});

test.each([
  ['(XEN) Panic on CPU 0:', 'Panic on CPU 0', 'token.error-token'],
  ['(XEN) Xen BUG at common/lab.c:38', 'Xen BUG at', 'token.error-token'],
  ["(XEN) Assertion 'a > b' failed at x.c:3", "Assertion 'a > b' failed at", 'token.error-token'],
  ['(XEN) Xen WARN at common/lab.c:50', 'Xen WARN at', 'token.warn-token'],
  ['libxl: error: libxl_dm.c:3150:f: Domain 5:text', 'error', 'token.error-token'],
  ['libxl: debug: libxl_dm.c:3150:f: Domain 5:text', 'debug', 'token.debug-token'],
  [
    '[  130.123456] Kernel panic - not syncing: x',
    'Kernel panic - not syncing',
    'token.error-token',
  ],
  [
    '(XEN) ----[ Xen-4.20.4  x86_64  debug=y ]----',
    '----[ Xen-4.20.4  x86_64  debug=y ]----',
    'markup.heading',
  ],
  ["(XEN) 'u' pressed -> dumping numa info", "'u' pressed -> dumping numa info", 'markup.heading'],
  ['(d1) [  3.000000] text', '(d1)', 'entity.name.type.domain'],
  ['> (XEN) text', '> ', 'markup.quote'],
  ['Nov 22 10:39:11 host xenopsd-xc: [debug|host|3 |x] y', 'debug', 'token.debug-token'],
])('%s', (line, token, scope) => expect(scopesOf(line)).toContainEqual([token, scope]));

test('every line of the hypervisor in the lab has its prefix coloured, and no line takes long', () => {
  for (const { file: name } of labManifest)
    for (const line of labLog(name).split(/\r*\n/)) {
      const started = performance.now();
      const scopes = scopesOf(line);
      expect(performance.now() - started).toBeLessThan(2000);
      if (line.startsWith('(XEN)')) expect(scopes[0]?.[1]).toBe('support.type.hypervisor');
    }
});

test.each(['a', '0', 'ffff', '/x', 'd1v1 ', '"', "'", '[', '<48> ', 'a.c:1:', '*', '> '])(
  'a line of 20,000 times %j is not slow',
  (part) => {
    const started = performance.now();
    grammar.tokenizeLine(part.repeat(20_000 / part.length), textmate.INITIAL, 500);
    expect(performance.now() - started).toBeLessThan(5000);
  },
);
