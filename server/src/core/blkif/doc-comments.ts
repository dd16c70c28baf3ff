import type { Span } from '#core/text';
import { commentLines, paragraphs, type CommentLine } from './comment-lines.ts';

/** Words of the user's own header about one declaration. */
export interface HeaderDoc {
  readonly paragraphs: readonly string[];
  /** Where they are, for the line number and the link. */
  readonly at: number;
}

/** Comments of one file, sorted; found by what stands around a declaration. */
export class DocComments {
  private readonly text: string;
  readonly comments: readonly Span[];

  constructor(text: string, comments: readonly Span[]) {
    this.text = text;
    this.comments = comments;
  }

  /** The words that belong to a declaration or #define: behind it on its line, else directly above it. */
  of(declaration: Span): HeaderDoc | undefined {
    return this.trailing(declaration) ?? this.above(declaration);
  }

  /**
   * The words about a member: an `@name:` line or a `name - ...` line of the format table speaks for it before
   * a comment that merely stands beside it.
   */
  ofMember(
    name: string,
    member: Span,
    struct: Span,
    names: readonly string[],
  ): HeaderDoc | undefined {
    return (
      this.tagged(name, struct) ??
      this.besideMember(member, struct) ??
      this.listed(name, struct, names)
    );
  }

  private besideMember(member: Span, struct: Span): HeaderDoc | undefined {
    const beside = this.trailing(member) ?? this.above(member, struct.start);
    return beside && !beside.paragraphs.some((each) => /^@\w+\s*:/.test(each)) ? beside : undefined;
  }

  private trailing(declaration: Span): HeaderDoc | undefined {
    const index = firstAtOrAfter(this.comments, declaration.end);
    const comment = this.comments[index];
    if (!comment || !/^[ \t;,]*$/.test(this.text.slice(declaration.end, comment.start)))
      return undefined;
    const run = [comment];
    // Line comments below it, in the same column or further right, go on with the sentence.
    for (let next = index + 1; next < this.comments.length; next++) {
      const following = this.comments[next]!;
      const last = run.at(-1)!;
      const between = this.text.slice(last.end, following.start);
      if (!/^\r?\n[ \t]+$/.test(between) || this.columnOf(following) < this.columnOf(comment))
        break;
      run.push(following);
    }
    return this.docOf(run);
  }

  private above(declaration: Span, notBefore = 0): HeaderDoc | undefined {
    const run: Span[] = [];
    let below = this.lineStart(declaration.start);
    for (let at = firstAtOrAfter(this.comments, below) - 1; at >= 0; at--) {
      const comment = this.comments[at]!;
      if (comment.start < notBefore) break;
      if (!/^[ \t]*(\r?\n)?[ \t]*$/.test(this.text.slice(comment.end, below))) break;
      const start = this.lineStart(comment.start);
      // Code before the comment on its line: it trails that code.
      if (this.text.slice(start, comment.start).trim() !== '') break;
      run.unshift(comment);
      below = start;
    }
    return run.length > 0 ? this.docOf(run) : undefined;
  }

  /** `@name: words`, in a comment inside the struct or directly above it. */
  private tagged(name: string, struct: Span): HeaderDoc | undefined {
    const pattern = new RegExp(`^@${name}\\s*:\\s*(.*)$`);
    for (const comment of this.near(struct)) {
      const lines = commentLines(this.text, comment);
      const at = lines.findIndex((line) => pattern.test(line.text));
      if (at < 0) continue;
      const words = [{ ...lines[at]!, text: pattern.exec(lines[at]!.text)![1]! }];
      for (let next = at + 1; next < lines.length; next++) {
        const line = lines[next]!;
        if (line.text === '' || line.text.startsWith('@')) break;
        words.push(line);
      }
      return { paragraphs: paragraphs(words), at: lines[at]!.offset };
    }
    return undefined;
  }

  private near(struct: Span): readonly Span[] {
    const before = firstAtOrAfter(this.comments, struct.start);
    const after = firstAtOrAfter(this.comments, struct.end);
    return [
      ...this.comments.slice(before, after),
      ...this.comments.slice(Math.max(0, before - 1), before),
    ];
  }

  /** `name - words` under the byte table that describes most of this struct's fields. */
  private listed(name: string, struct: Span, names: readonly string[]): HeaderDoc | undefined {
    const lists = this.fieldLists().filter((list) => list.at < struct.start);
    const score = (list: FieldList): number => names.filter((each) => list.items.has(each)).length;
    let best: FieldList | undefined;
    for (const list of lists) if (!best || score(list) >= score(best)) best = list;
    if (!best || score(best) < Math.max(2, names.length / 2)) return undefined;
    return best.items.get(name);
  }

  private lists: readonly FieldList[] | undefined;

  private fieldLists(): readonly FieldList[] {
    this.lists ??= this.comments.flatMap((comment) =>
      comment.end - comment.start > 60 ? fieldListsOf(commentLines(this.text, comment)) : [],
    );
    return this.lists;
  }

  private docOf(run: readonly Span[]): HeaderDoc | undefined {
    const lines = run.flatMap((comment) => commentLines(this.text, comment));
    const words = paragraphs(lines.filter((line) => !/^[*=\-_+|/\\ ]{4,}$/.test(line.text)));
    return words.length > 0 ? { paragraphs: words, at: run[0]!.start } : undefined;
  }

  private lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  private columnOf(comment: Span): number {
    let column = 0;
    for (let at = this.lineStart(comment.start); at < comment.start; at++)
      column += this.text.charCodeAt(at) === 9 ? 8 - (column % 8) : 1;
    return column;
  }
}

interface FieldList {
  readonly items: ReadonlyMap<string, HeaderDoc>;
  readonly at: number;
}

const ITEM = /^(\w+)(?:\[\])?\s+-\s+(\S.*)$/;
const TABLE = /^\+[-+=]+\+$|\boctet$/;

/** `name - words` items, grouped by the byte table above them. */
function fieldListsOf(lines: readonly CommentLine[]): readonly FieldList[] {
  const lists: FieldList[] = [];
  let items = new Map<string, HeaderDoc>();
  const close = (at: number): void => {
    if (items.size > 0) lists.push({ items, at });
    items = new Map();
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (TABLE.test(line.text)) close(line.offset);
    const item = ITEM.exec(line.text);
    if (!item) continue;
    const words = [item[2]!];
    for (let next = at + 1; next < lines.length; next++) {
      const following = lines[next]!;
      if (following.text === '' || following.indent <= line.indent || ITEM.test(following.text))
        break;
      words.push(following.text);
    }
    if (!items.has(item[1]!))
      items.set(item[1]!, { paragraphs: [words.join(' ')], at: line.offset });
  }
  close(lines.at(-1)?.offset ?? 0);
  return lists;
}

/** Index of the first comment that starts at or after an offset. */
function firstAtOrAfter(comments: readonly Span[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
