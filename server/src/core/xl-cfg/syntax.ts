import type { Span } from '#core/text';
import type { CfgAtom, CfgDocument, CfgFault, CfgList, CfgSetting, CfgValue } from './model.ts';

/**
 * Reads the language of xl's configuration files (libxlu_cfg, docs/man/xl.cfg.5): settings separated by newlines or
 * semicolons, `#` comments, strings in either quotes, numbers, lists that may nest and span lines. Never fails: a
 * setting that cannot be read is a fault and reading goes on with the next line.
 */
export function parseCfg(text: string): CfgDocument {
  return new Parser(text).document();
}

/** The value in force: a later setting of a key replaces an earlier one; `+=` adds to a list or a string. */
export function valueOf(document: CfgDocument, key: string): CfgValue | undefined {
  let value: CfgValue | undefined;
  for (const setting of document.settings) {
    if (setting.key !== key) continue;
    value =
      setting.operator === '+=' && value !== undefined ? join(value, setting.value) : setting.value;
  }
  return value;
}

/** The last setting of a key. */
export function settingOf(document: CfgDocument, key: string): CfgSetting | undefined {
  return document.settings.findLast((setting) => setting.key === key);
}

/** An atom's text; undefined for lists and unset keys. */
export function textOf(document: CfgDocument, key: string): string | undefined {
  const value = valueOf(document, key);
  return value === undefined || value.kind === 'list' ? undefined : value.text;
}

/** A number, decimal or hexadecimal, quoted or not; undefined for anything else. */
export function numberOf(document: CfgDocument, key: string): number | undefined {
  return wholeNumber(textOf(document, key));
}

/** What strtoul(…, 0) takes whole. */
export function wholeNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(trimmed) ? Number(trimmed) : undefined;
}

function join(left: CfgValue, right: CfgValue): CfgValue {
  const span = { start: left.span.start, end: right.span.end };
  if (left.kind === 'list' && right.kind === 'list') {
    return { kind: 'list', items: [...left.items, ...right.items], span };
  }
  if (left.kind !== 'list' && right.kind !== 'list') {
    return { kind: 'string', text: left.text + right.text, span };
  }
  return right;
}

class Parser {
  private readonly text: string;
  private at = 0;
  private readonly settings: CfgSetting[] = [];
  private readonly faults: CfgFault[] = [];

  constructor(text: string) {
    this.text = text;
  }

  document(): CfgDocument {
    while (this.skipSeparators()) this.readSetting();
    const { text, settings, faults } = this;
    return { text, settings, faults };
  }

  /** Moves to the next setting; false at the end. */
  private skipSeparators(): boolean {
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      if (char === '#') this.skipToLineEnd();
      else if (/[\s;]/.test(char)) this.at++;
      else return true;
    }
    return false;
  }

  private readSetting(): void {
    const start = this.at;
    const key = this.match(/[A-Za-z_][\w]*/y);
    if (key === undefined) {
      this.failLine(start, 'A setting starts with a name.');
      return;
    }
    const keySpan = { start, end: this.at };
    this.skipBlanks();
    const operator = this.match(/\+?=/y) as '=' | '+=' | undefined;
    if (operator === undefined) {
      this.failLine(start, `"${key}" needs "=" and a value.`);
      return;
    }
    this.skipBlanks();
    const value = this.readValue();
    if (value === undefined) return;
    this.settings.push({ key, keySpan, operator, value, span: { start, end: this.at } });
    this.endSetting();
  }

  /** Only a separator or a comment may follow on the line. */
  private endSetting(): void {
    this.skipBlanks();
    const char = this.text[this.at];
    if (char === undefined || /[\n\r;#]/.test(char)) return;
    this.failLine(this.at, 'Nothing may follow a value on its line but ";" or a comment.');
  }

  private readValue(): CfgValue | undefined {
    const start = this.at;
    const char = this.text[start];
    if (char === '[') return this.readList();
    if (char === '"' || char === "'") return this.readString(char);
    const number = this.match(/(?:0[xX][0-9a-fA-F]+|\d+)(?![\w.])/y);
    if (number !== undefined) return this.atom('number', number, start);
    const word = this.match(/[^\s;#,\]]+/y);
    this.failLine(
      start,
      word === undefined
        ? 'A value is missing.'
        : `"${word}" must be a number, a list or a text in quotes.`,
      this.at,
    );
    return undefined;
  }

  private readString(quote: string): CfgAtom | undefined {
    const start = this.at;
    const body = this.match(quote === '"' ? /"((?:[^"\\\n]|\\.)*)"/y : /'((?:[^'\\\n]|\\.)*)'/y);
    if (body === undefined) {
      this.failLine(start, 'The closing quote is missing.');
      return undefined;
    }
    return this.atom('string', unescape(body.slice(1, -1)), start);
  }

  private readList(): CfgList | undefined {
    const start = this.at++;
    const items: CfgValue[] = [];
    for (;;) {
      this.skipInsideList();
      if (this.text[this.at] === ']') {
        this.at++;
        return { kind: 'list', items, span: { start, end: this.at } };
      }
      if (this.at >= this.text.length) {
        this.faults.push({
          span: { start, end: start + 1 },
          message: 'The closing "]" is missing.',
        });
        return undefined;
      }
      const before = this.at;
      const item = this.readValue();
      if (item === undefined) return undefined;
      items.push(item);
      this.skipInsideList();
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] !== ']' && this.at < this.text.length) {
        this.failLine(before, 'A "," is missing between two entries of the list.');
        return undefined;
      }
    }
  }

  private skipInsideList(): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === '#') this.skipToLineEnd();
      else if (char !== undefined && /\s/.test(char)) this.at++;
      else return;
    }
  }

  private skipBlanks(): void {
    while (/[ \t]/.test(this.text[this.at] ?? '')) this.at++;
  }

  private skipToLineEnd(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  private failLine(start: number, message: string, end?: number): void {
    const from = Math.max(this.at, start);
    this.at = from;
    this.skipToLineEnd();
    this.faults.push({ span: { start, end: end ?? this.at }, message });
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private atom(kind: CfgAtom['kind'], text: string, start: number): CfgAtom {
    const span: Span = { start, end: this.at };
    return { kind, text, span };
  }
}

/** Backslash escapes: quotes, backslash, hexadecimal and octal bytes. */
function unescape(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (_, code: string) => {
    if (code.startsWith('x')) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return code;
  });
}
