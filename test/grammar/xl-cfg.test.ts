import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';

const root = path.resolve(import.meta.dirname, '../..');
let grammar: IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm).buffer as ArrayBuffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: (scope) => {
      const file = path.join(root, 'syntaxes/xl-cfg.tmLanguage.json');
      const text = readFileSync(file, 'utf8');
      return Promise.resolve(
        scope === 'source.xl-cfg' ? textmate.parseRawGrammar(text, file) : null,
      );
    },
  });
  grammar = (await registry.loadGrammar('source.xl-cfg'))!;
});

/** Innermost scope of each token of a text, without the blanks between them. */
function scopesOf(text: string): readonly (readonly [string, string])[] {
  let stack = textmate.INITIAL;
  return text.split('\n').flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    return tokens
      .map(
        ({ startIndex, endIndex, scopes }) =>
          [line.slice(startIndex, endIndex), scopes.at(-1)!.replace('.xl-cfg', '')] as const,
      )
      .filter(([token]) => token.trim() !== '');
  });
}

test('a setting, its number and a comment', () =>
  expect(scopesOf('memory = 0x400 # MiB')).toEqual([
    ['memory', 'variable.other.property'],
    ['=', 'keyword.operator.assignment'],
    ['0x400', 'constant.numeric'],
    ['# MiB', 'comment.line.number-sign'],
  ]));

test('the parts of a CPU list', () =>
  expect(scopesOf('cpus = "all,^node:1,3-5"').slice(2)).toEqual([
    ['"', 'string.quoted'],
    ['all', 'support.constant'],
    [',', 'string.quoted'],
    ['^', 'keyword.operator.exclusion'],
    ['node', 'support.constant'],
    [':', 'string.quoted'],
    ['1', 'constant.numeric'],
    [',', 'string.quoted'],
    ['3-5', 'constant.numeric'],
    ['"', 'string.quoted'],
  ]));

test('options of virtual nodes over several lines, and a setting after them', () => {
  const scopes = scopesOf('vnuma = [\n  [ "pnode=0", "size=1024" ], # first\n]\nvcpus = 2');
  expect(scopes).toContainEqual(['pnode', 'support.type.property-name']);
  expect(scopes).toContainEqual(['1024', 'constant.numeric']);
  expect(scopes).toContainEqual(['# first', 'comment.line.number-sign']);
  expect(scopes).toContainEqual(['vcpus', 'variable.other.property']);
});

test('a list of texts over several lines', () => {
  const scopes = scopesOf("disk = [ 'phy:/dev/sda,w',\n  \"a#b\" ]\nname = 'x'");
  expect(scopes).toContainEqual(['a#b', 'string.quoted']);
  expect(scopes.at(-4)).toEqual(['=', 'keyword.operator.assignment']);
});

test('tokenises 20,000 lines without a slow rule', () => {
  const lines = Array.from(
    { length: 20_000 },
    (_, i) => `cpus = "0-${i},^${i}" # ${'x'.repeat(i % 90)}`,
  );
  const started = performance.now();
  let stack = textmate.INITIAL;
  for (const line of lines) stack = grammar.tokenizeLine(line, stack).ruleStack;
  expect(performance.now() - started).toBeLessThan(20_000);
});
