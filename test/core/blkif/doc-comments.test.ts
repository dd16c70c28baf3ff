import { expect, test } from 'vitest';
import { DocComments } from '../../../server/src/core/blkif/doc-comments.ts';
import { commentsIn } from './header-text.ts';

/** The text with the declaration between « and ». */
function marked(text: string) {
  const start = text.indexOf('«');
  const end = text.indexOf('»') - 1;
  const plain = text.replace(/[«»]/g, '');
  return { text: plain, span: { start, end }, docs: new DocComments(plain, commentsIn(plain)) };
}

const wordsOf = (text: string): readonly string[] | undefined => {
  const { docs, span } = marked(text);
  return docs.of(span)?.paragraphs;
};

test('a comment behind the declaration', () => {
  expect(wordsOf('int before; /* no */\n«int lamp»; /* how bright */\n')).toEqual(['how bright']);
});

test('line comments below it in the same column go on', () => {
  expect(wordsOf('«int lamp»; // how\n          // bright\nint next; // no\n')).toEqual([
    'how bright',
  ]);
});

test('a block above it, without its banner', () => {
  expect(wordsOf('/*****\n * First.\n *\n * Second.\n *****/\n«#define LAMP 1»\n')).toEqual([
    'First.',
    'Second.',
  ]);
});

test('a comment that trails the line above is not taken', () => {
  expect(wordsOf('int other; /* about other */\n«int lamp»;\n')).toBeUndefined();
});

test('a comment with an empty line below it is not taken', () => {
  expect(wordsOf('/* a heading */\n\n«int lamp»;\n')).toBeUndefined();
});

const member = (text: string, name: string, names: readonly string[]) => {
  const structStart = text.indexOf('struct');
  const start = text.indexOf(`${name};`) >= 0 ? text.indexOf(`${name};`) : text.indexOf(`${name},`);
  const docs = new DocComments(text, commentsIn(text));
  return docs.ofMember(
    name,
    { start, end: start + name.length },
    { start: structStart, end: text.length },
    names,
  )?.paragraphs;
};

test('@name lines speak for their member only', () => {
  const text = `struct s {
    int ref; /* the frame */
    /* @first: where it starts */
    /* @last: where it ends */
    char first, last;
};`;
  expect(member(text, 'first', ['ref', 'first', 'last'])).toEqual(['where it starts']);
  expect(member(text, 'last', ['ref', 'first', 'last'])).toEqual(['where it ends']);
  expect(member(text, 'ref', ['ref', 'first', 'last'])).toEqual(['the frame']);
});

test('the list under the byte table that fits the struct best', () => {
  const text = `/*
 *         0                1        octet
 * +----------------+----------------+
 * |               id                | 2
 * +----------------+----------------+
 *   id - uint16_t, of the event
 *
 *         0                1        octet
 * +----------------+----------------+
 * |      id        |      len       | 2
 * +----------------+----------------+
 *   id - uint8_t, of the request
 *   len - uint8_t, how long
 *         it is
 */
struct request {
    char id;
    char len;
};`;
  expect(member(text, 'id', ['id', 'len'])).toEqual(['uint8_t, of the request']);
  expect(member(text, 'len', ['id', 'len'])).toEqual(['uint8_t, how long it is']);
});
