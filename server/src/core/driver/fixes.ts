import type { Span } from '#core/text';
import type { Branch } from './facts.ts';
import { slotOf } from './messages.ts';
import { bare } from './paths.ts';
import { placed, type DraftFix, type DriverView, type FunctionView } from './view.ts';

/** Fixes to spread into a draft; nothing when no repair is certain. */
interface Fixes {
  readonly fixes?: readonly DraftFix[];
}

/**
 * Turns `T *req = RING_GET_REQUEST(ring, i);` into a private copy filled by RING_COPY_REQUEST, and every `req->`
 * into `req.`. Certain only when the pointer is declared with the slot as its initialiser and used through fields.
 */
export function copyFix(path: string, view: FunctionView, file: DriverView): Fixes {
  const name = /^[A-Za-z_]\w*/.exec(path)?.[0] ?? '';
  const taken = view.facts.assignments.filter((each) => each.path === name);
  const only = taken[0];
  if (!only || taken.length !== 1 || !slotOf(only.value)) return {};
  const variable = view.facts.variables.get(name);
  const call = bare(only.value);
  if (!variable || variable.pointerDepth !== 1 || call.kind !== 'call' || call.args.length !== 2)
    return {};
  const uses = usesOf(name, view);
  if (!uses) return {};
  const edits = only.declares
    ? declarationEdits(name, variable, only.span, view)
    : statementEdits(name, variable, only.span, view);
  if (!edits || file.source.text.includes(`define ${call.callee}(`)) return {};
  const fieldEdits = uses.map((span) => ({ span: placed(view, span), newText: `${name}.` }));
  const macro = call.callee.replace('GET', 'COPY');
  return {
    fixes: [
      {
        title: `Copy the slot once with ${macro}`,
        preferred: true,
        edits: [...edits, ...fieldEdits],
      },
    ],
  };
}

/** Spans of `name->` in the function; undefined when the pointer is used in any other way. */
function usesOf(name: string, view: FunctionView): readonly Span[] | undefined {
  const text = view.facts.body.text;
  const spans: Span[] = [];
  const word = new RegExp(`\\b${name}\\b`, 'g');
  for (let match = word.exec(text); match; match = word.exec(text)) {
    const start = match.index;
    if (/(?:->|\.)\s*$/.test(text.slice(Math.max(0, start - 4), start))) continue;
    const after = /^\s*->\s*/.exec(text.slice(start + name.length));
    if (after) spans.push({ start, end: start + name.length + after[0].length });
    else if (!/^\s*(?:=[^=]|;|,)/.test(text.slice(start + name.length))) return undefined;
  }
  return spans;
}

/** `T *req = RING_GET_REQUEST(r, i);` becomes `T req;` and, after the declarations, the copy. */
function declarationEdits(
  name: string,
  variable: Span,
  span: Span,
  view: FunctionView,
): DraftFix['edits'] | undefined {
  const text = view.facts.body.text;
  const star = /\*\s*$/.exec(text.slice(0, variable.start));
  const semicolon = text.indexOf(';', span.end);
  if (!star || semicolon !== span.end) return undefined;
  const copy = copyCall(name, text.slice(variable.end, span.end));
  const place = afterDeclarations(semicolon + 1, view);
  if (!copy || place === undefined) return undefined;
  const indent = /[ \t]*$/.exec(text.slice(0, lineStartOf(text, span.start).end))?.[0] ?? '';
  return [
    {
      span: placed(view, { start: variable.start - star[0].length, end: span.end }),
      newText: name,
    },
    { span: placed(view, { start: place, end: place }), newText: `\n${indent}${copy};` },
  ];
}

/** `req = RING_GET_REQUEST(r, i);` becomes the copy; the declaration loses its star. */
function statementEdits(
  name: string,
  variable: Span,
  span: Span,
  view: FunctionView,
): DraftFix['edits'] | undefined {
  const text = view.facts.body.text;
  const star = /\*\s*$/.exec(text.slice(0, variable.start));
  const copy = copyCall(name, text.slice(span.start, span.end));
  if (!star || !copy) return undefined;
  return [
    {
      span: placed(view, { start: variable.start - star[0].length, end: variable.start }),
      newText: '',
    },
    { span: placed(view, span), newText: copy },
  ];
}

function copyCall(name: string, assignment: string): string | undefined {
  const match = /RING_GET_(REQUEST|RESPONSE)\s*(\(.*)\)\s*$/s.exec(assignment);
  return match ? `RING_COPY_${match[1] ?? ''}${match[2] ?? ''}, &${name})` : undefined;
}

function lineStartOf(text: string, offset: number): Span {
  const start = text.lastIndexOf('\n', offset) + 1;
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
  return { start, end: start + indent.length };
}

/** Where the run of declarations that holds `offset` ends, so that C89 code stays C89. */
function afterDeclarations(offset: number, view: FunctionView): number | undefined {
  const text = view.facts.body.text;
  let place = offset;
  for (const variable of view.facts.variables.values()) {
    if (variable.start < place) continue;
    const end = text.indexOf(';', variable.end);
    const between = text.slice(place, variable.start);
    if (end < 0 || /[;{}()]/.test(between)) break;
    place = end + 1;
  }
  return place;
}

/**
 * Wraps a `while (RING_HAS_UNCONSUMED_x(ring))` loop so that RING_FINAL_CHECK_FOR_x decides whether to go round again.
 * Certain only when that macro alone is the loop's condition and the name `more` is free.
 */
export function finalCheckFix(loop: Branch, view: FunctionView): Fixes {
  const { text } = view.facts.body;
  const condition = loop.condition;
  if (condition?.kind !== 'call' || /\bmore\b/.test(text)) return {};
  const match = /^RING_HAS_UNCONSUMED_(REQUESTS|RESPONSES)$/.exec(condition.callee);
  const ring = condition.args[0];
  const brace = text.indexOf('{');
  if (!match || !ring || brace < 0) return {};
  const { start } = lineStartOf(text, loop.span.start);
  const indent = text.slice(start, loop.span.start);
  if (!/^[ \t]*$/.test(indent) || !text.slice(loop.span.start).startsWith('while')) return {};
  const step = indent.includes('\t') ? '\t' : '    ';
  const check = `RING_FINAL_CHECK_FOR_${match[1] ?? ''}(${text.slice(ring.start, ring.end)}, more);`;
  const inner = text.slice(loop.span.start, loop.span.end).replaceAll('\n', `\n${step}`);
  return {
    fixes: [
      {
        title: 'Look again with RING_FINAL_CHECK before waiting',
        preferred: true,
        edits: [
          {
            span: placed(view, { start: brace + 1, end: brace + 1 }),
            newText: `\n${step}int more;`,
          },
          {
            span: placed(view, loop.span),
            newText: `do {\n${indent}${step}${inner}\n${indent}${step}${check}\n${indent}} while (more);`,
          },
        ],
      },
    ],
  };
}

/** Rejects a request whose count is too large, in a function that reports errors as negative numbers. */
export function countFix(count: string, before: Span, view: FunctionView, file: DriverView): Fixes {
  const { text, returnType } = view.facts.body;
  const { start } = lineStartOf(text, before.start);
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
  const isStatement = /[;{}]\s*$/.test(text.slice(0, start).replace(/\/\*[^]*?\*\/\s*$/, ''));
  const isBlock = /\bBLKIF_MAX_SEGMENTS_PER_REQUEST\b|\bblkif_/.test(file.source.text);
  if (returnType !== 'int' || !isStatement || !isBlock || !/^[\w.>-]+$/.test(count)) return {};
  const step = indent.includes('\t') ? '\t' : '    ';
  const check = `${indent}if (${count} > BLKIF_MAX_SEGMENTS_PER_REQUEST)\n${indent}${step}return -EINVAL;\n`;
  return {
    fixes: [
      {
        title: 'Reject more than BLKIF_MAX_SEGMENTS_PER_REQUEST first',
        preferred: true,
        edits: [{ span: placed(view, { start, end: start }), newText: check }],
      },
    ],
  };
}
