import type { Aggregate } from '#core/c-types';
import type { Finding, Fix } from '#core/findings';
import type { Span } from '#core/text';
import { allAggregates, type CFile } from './c-file.ts';
import { aggregateTitle } from './describe-struct.ts';
import type { RuleContext } from './rules.ts';

const PRAGMA_PACK = /^[ \t]*#[ \t]*pragma[ \t]+pack[ \t]*\(([^)\n]*)\)/gm;

interface OpenPragma {
  readonly span: Span;
  readonly pushed: boolean;
}

/** `pragma-pack-open`: what is pushed or set and never undone reaches into every file that includes the header. */
export function findOpenPragmas({ file, lines }: RuleContext): readonly Finding[] {
  if (!file.path.endsWith('.h')) return [];
  const open = openPragmas(file);
  return open.map(({ span, pushed }) => ({
    rule: 'pragma-pack-open',
    severity: 'warning',
    message: pushed
      ? 'This packing is never popped: it stays in force in every file that includes this header.'
      : 'This packing is never reset: it stays in force in every file that includes this header.',
    range: lines.rangeOf(span),
    evidence: [],
    fixes: [closingFix({ file, lines }, pushed)],
  }));
}

function openPragmas(file: CFile): readonly OpenPragma[] {
  const stack: OpenPragma[] = [];
  let set: OpenPragma | undefined;
  for (const match of file.text.matchAll(PRAGMA_PACK)) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (isInactive(file, span) || isInComment(file, span)) continue;
    const words = match[1]!.split(',').map((word) => word.trim());
    if (words[0] === 'push') stack.push({ span, pushed: true });
    else if (words[0] === 'pop') {
      stack.pop();
      set = undefined;
    } else if (words[0] === '' || words[0] === '0') set = undefined;
    else set = { span, pushed: false };
  }
  return set ? [...stack, set] : stack;
}

const isInactive = (file: CFile, { start }: Span): boolean =>
  file.primary.inactive.some(({ span }) => span.start <= start && start < span.end);
const isInComment = (file: CFile, { start }: Span): boolean =>
  file.primary.comments.some(({ span }) => span.start <= start && start < span.end);

/** The pop goes before the #endif of an include guard, else to the end. */
function closingFix({ file, lines }: Pick<RuleContext, 'file' | 'lines'>, pushed: boolean): Fix {
  const guard = /^#[ \t]*endif\b[^\n]*\s*(?:\/\*(?:[^*]|\*(?!\/))*\*\/\s*)*$/m.exec(file.text);
  const at = lines.positionAt(guard?.index ?? file.text.length);
  const text = pushed ? '#pragma pack(pop)\n' : '#pragma pack()\n';
  return {
    title: `Add ${text.trim()}`,
    preferred: true,
    edits: [{ edits: [{ range: { start: at, end: at }, newText: text }] }],
  };
}

const PACKED = String.raw`(?:__attribute__\s*\(\(\s*(?:__)?packed(?:__)?\s*\)\)|__packed\b)`;
/** In front of `struct` (or `typedef struct`) the attribute belongs to a declaration, not to the type. */
const BEFORE = new RegExp(`(${PACKED})[ \\t]*(?:typedef\\s+)?$`);
/** Behind the typedef's name it belongs to the name. */
const AFTER_TYPEDEF = new RegExp(`^\\s*[A-Za-z_]\\w*\\s*(${PACKED})\\s*;`);

/** `packed-ignored`: gcc and clang ignore the attribute where it stands. */
export function findIgnoredPacked(context: RuleContext): readonly Finding[] {
  const { file } = context;
  return allAggregates(file.primary.declarations).flatMap((aggregate) => {
    if (aggregate.at.file !== file.path || aggregate.fromMacro !== undefined) return [];
    if (aggregate.attributes.packed) return [];
    const attribute = ignoredAttribute(file, aggregate);
    return attribute ? [ignoredFinding(context, aggregate, attribute)] : [];
  });
}

function ignoredAttribute(file: CFile, aggregate: Aggregate): Span | undefined {
  const { body, at } = aggregate;
  const keyword = file.text.lastIndexOf(aggregate.kind, body.span.start);
  if (keyword < 0) return undefined;
  const before = file.text.slice(Math.max(0, keyword - 80), keyword);
  const lead = BEFORE.exec(before);
  if (lead) {
    const start = keyword - before.length + lead.index;
    return { start, end: start + lead[1]!.length };
  }
  const declaration = file.text.slice(Math.max(0, at.span.start - 200), body.span.start);
  if (!/\btypedef\s+(struct|union)\b[^;{}]*$/.test(declaration)) return undefined;
  const after = AFTER_TYPEDEF.exec(file.text.slice(body.span.end, body.span.end + 200));
  if (!after) return undefined;
  const start = body.span.end + after[0].indexOf(after[1]!);
  return { start, end: start + after[1]!.length };
}

function ignoredFinding(
  { file, lines }: RuleContext,
  aggregate: Aggregate,
  attribute: Span,
): Finding {
  const text = file.text.slice(attribute.start, attribute.end);
  const end = lines.positionAt(aggregate.body.span.end);
  return {
    rule: 'packed-ignored',
    severity: 'warning',
    message: `The compiler ignores packed here, so ${aggregateTitle(aggregate)} is not packed; it belongs behind the closing brace.`,
    range: lines.rangeOf(attribute),
    evidence: [],
    fixes: [
      {
        title: 'Move packed behind the closing brace',
        preferred: false,
        edits: [
          {
            edits: [
              { range: lines.rangeOf(withBlank(file.text, attribute)), newText: '' },
              { range: { start: end, end }, newText: ` ${text}` },
            ],
          },
        ],
      },
    ],
  };
}

/** The attribute and one blank beside it. */
function withBlank(text: string, { start, end }: Span): Span {
  if (/[ \t]/.test(text[end] ?? '')) return { start, end: end + 1 };
  return /[ \t]/.test(text[start - 1] ?? '') ? { start: start - 1, end } : { start, end };
}
