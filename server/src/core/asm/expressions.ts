import type { LinearValue } from './model.ts';

/** Finds what a name stands for: the text of its definition, or undefined. */
export type NameLookup = (name: string) => string | undefined;

const DEPTH_LIMIT = 24;
const TERM_LIMIT = 400;

type Terms = ReadonlyMap<string, bigint>;
interface Linear {
  readonly constant: bigint;
  readonly terms: Terms;
}

const none: Terms = new Map();
const constantOf = (constant: bigint): Linear => ({ constant, terms: none });

/** Reads a number in any assembler's spelling: 0x1f, 1fh, 0b11, 0110, 72, 1UL, 'A'. */
export function parseNumber(word: string): bigint | undefined {
  const text = word.replaceAll('_', '').toLowerCase();
  let match = /^0x([0-9a-f]+)[ul]*$/.exec(text) ?? /^\$0x([0-9a-f]+)$/.exec(text);
  if (match) return BigInt(`0x${match[1]}`);
  match = /^([0-9][0-9a-f]*)h$/.exec(text);
  if (match) return BigInt(`0x${match[1]}`);
  match = /^0b([01]+)[ul]*$/.exec(text) ?? /^([01]+)b$/.exec(text);
  if (match) return BigInt(`0b${match[1]}`);
  match = /^0([0-7]+)[ul]*$/.exec(text);
  if (match) return BigInt(`0o${match[1]}`);
  match = /^([0-9]+)(?:[ul]|u64|u32|i64|usize|z)*$/.exec(text);
  return match ? BigInt(match[1] ?? '0') : undefined;
}

const token =
  /\s*(?:(0x[0-9a-fA-F_]+\w*|[0-9]\w*)|([A-Za-z_.$\\@?][\w.$@?]*)|('(?:[^'\\]|\\.)'?)|(<<|>>|[-+*/%&|^~!(),<>=]))/y;

/** A recursive-descent reader for constant expressions of gas, NASM and C. */
class ExpressionReader {
  private readonly text: string;
  private readonly lookup: NameLookup;
  private readonly depth: number;
  private at = 0;
  private budget = TERM_LIMIT;
  failed = false;

  constructor(text: string, lookup: NameLookup, depth: number) {
    this.text = text;
    this.lookup = lookup;
    this.depth = depth;
  }

  private next(): string | undefined {
    token.lastIndex = this.at;
    const match = token.exec(this.text);
    if (!match) return undefined;
    this.at = token.lastIndex;
    return match[0].trim();
  }

  private peek(): string | undefined {
    const before = this.at;
    const word = this.next();
    this.at = before;
    return word;
  }

  readAll(): Linear | undefined {
    const value = this.readBinary(0);
    if (this.failed || this.text.slice(this.at).trim() !== '') return undefined;
    return value;
  }

  private readBinary(level: number): Linear {
    const levels = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];
    const operators = levels[level];
    if (!operators) return this.readUnary();
    let left = this.readBinary(level + 1);
    for (
      let word = this.peek();
      word !== undefined && operators.includes(word);
      word = this.peek()
    ) {
      if (this.budget-- <= 0) return this.fail();
      this.next();
      left = this.combine(word, left, this.readBinary(level + 1));
    }
    return left;
  }

  private readUnary(): Linear {
    if (this.budget-- <= 0) return this.fail();
    const word = this.next();
    if (word === undefined) return this.fail();
    if (word === '-') return this.combine('-', constantOf(0n), this.readUnary());
    if (word === '+' || word === '$') return this.readUnary();
    if (word === '~') return this.combine('-', constantOf(-1n), this.readUnary());
    if (word === '(') return this.readParenthesis();
    const number = parseNumber(word);
    if (number !== undefined) return constantOf(number);
    if (/^[A-Za-z_.$\\@?]/.test(word)) return this.readName(word);
    if (word.startsWith("'")) return constantOf(BigInt(word.codePointAt(1) ?? 0));
    return this.fail();
  }

  private readParenthesis(): Linear {
    // A C cast says nothing about the value here: the constants of interest are unsigned and fit.
    const cast =
      /\s*(?:const\s+)?(?:unsigned|signed|long|int|u64|u32|uint64_t|uintptr_t|vaddr_t|vm_offset_t|size_t|ULONG|UL|register_t)\b[\w\s*]*\)/y;
    cast.lastIndex = this.at;
    if (cast.test(this.text)) {
      this.at = cast.lastIndex;
      return this.readUnary();
    }
    const value = this.readBinary(0);
    if (this.next() !== ')') return this.fail();
    return value;
  }

  private readName(name: string): Linear {
    if (this.peek() === '(') return this.readCall(name);
    const definition = this.depth < DEPTH_LIMIT ? this.lookup(name) : undefined;
    if (definition !== undefined) {
      const value = new ExpressionReader(definition, this.lookup, this.depth + 1).readAll();
      if (value) return value;
    }
    return { constant: 0n, terms: new Map([[name, 1n]]) };
  }

  private readCall(name: string): Linear {
    this.next();
    const first = this.readBinary(0);
    let second: Linear | undefined;
    if (this.peek() === ',') {
      this.next();
      second = this.readBinary(0);
    }
    if (this.next() !== ')') return this.fail();
    if (/^(_AC|_UL|UL|ULL|_ULL|UINT64_C|U64_C|_U|__pa_symbol)$/.test(name)) return first;
    if (name === '_BITUL' || name === 'BIT' || name === 'BIT_ULL') {
      return this.combine('<<', constantOf(1n), first);
    }
    if (name === 'GENMASK' || name === 'GENMASK_ULL') return this.combineMask(first, second);
    return { constant: 0n, terms: new Map([[`${name}(${describe(first)})`, 1n]]) };
  }

  private combineMask(high: Linear, low: Linear | undefined): Linear {
    if (!low || high.terms.size > 0 || low.terms.size > 0) return this.fail();
    return constantOf((1n << (BigInt.asUintN(6, high.constant) + 1n)) - (1n << low.constant));
  }

  private fail(): Linear {
    this.failed = true;
    return constantOf(0n);
  }

  private combine(operator: string, left: Linear, right: Linear): Linear {
    if (operator === '+' || operator === '-') return sum(left, right, operator === '+' ? 1n : -1n);
    const bothPlain = left.terms.size === 0 && right.terms.size === 0;
    if (bothPlain) return this.combinePlain(operator, left.constant, right.constant);
    if (operator === '*' && right.terms.size === 0) return scaled(left, right.constant);
    if (operator === '*' && left.terms.size === 0) return scaled(right, left.constant);
    return {
      constant: 0n,
      terms: new Map([[`(${describe(left)}${operator}${describe(right)})`, 1n]]),
    };
  }

  private combinePlain(operator: string, left: bigint, right: bigint): Linear {
    if ((operator === '<<' || operator === '>>') && (right < 0n || right > 127n))
      return this.fail();
    if ((operator === '/' || operator === '%') && right === 0n) return this.fail();
    switch (operator) {
      case '|':
        return constantOf(left | right);
      case '^':
        return constantOf(left ^ right);
      case '&':
        return constantOf(left & right);
      case '<<':
        return constantOf(left << right);
      case '>>':
        return constantOf(left >> right);
      case '*':
        return constantOf(left * right);
      case '/':
        return constantOf(left / right);
      case '%':
        return constantOf(left % right);
      default:
        return this.fail();
    }
  }
}

function sum(left: Linear, right: Linear, sign: bigint): Linear {
  if (right.terms.size === 0) return { ...left, constant: left.constant + sign * right.constant };
  const terms = new Map(left.terms);
  for (const [name, factor] of right.terms) {
    const total = (terms.get(name) ?? 0n) + sign * factor;
    if (total === 0n) terms.delete(name);
    else terms.set(name, total);
  }
  return { constant: left.constant + sign * right.constant, terms };
}

function scaled(value: Linear, factor: bigint): Linear {
  const terms = new Map([...value.terms].map(([name, count]) => [name, count * factor] as const));
  return { constant: value.constant * factor, terms };
}

function describe(value: Linear): string {
  const parts = symbolText(value.terms);
  if (parts === '') return String(value.constant);
  return value.constant === 0n ? parts : `${parts}+${value.constant}`;
}

function symbolText(terms: Terms): string {
  return [...terms]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, factor]) => (factor === 1n ? name : `${factor}*${name}`))
    .join('+');
}

/** Evaluates a constant expression; names that `lookup` does not know stay symbolic. Undefined: not an expression. */
export function evaluate(text: string, lookup: NameLookup): LinearValue | undefined {
  if (text.length > 4000) return undefined;
  const value = new ExpressionReader(text, lookup, 0).readAll();
  return value && { constant: value.constant, symbols: symbolText(value.terms) };
}
