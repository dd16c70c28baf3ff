import type { Directive } from './directives.ts';
import { spellTokens } from './macros.ts';
import type { Abi, InactiveRegion } from './model.ts';
import type { Skipped } from './product.ts';
import type { SourceFile } from './source.ts';

/** Lines left out, with the sentence that says why. */
export function inactiveRegion(skipped: Skipped, source: SourceFile, abi: Abi): InactiveRegion {
  const { branch, taken, undefinedNames } = skipped;
  const because =
    taken === undefined
      ? reasonOf(branch, source, undefinedNames)
      : `${conditionOf(taken, source)} holds above`;
  return {
    span: { start: skipped.start, end: skipped.end },
    why: `inactive on ${abi}: ${because}`,
    directive: { start: branch.start, end: branch.end },
  };
}

function lineOf(directive: Directive, source: SourceFile): string {
  const text = spellTokens(source.tokens.slice(directive.from, directive.to));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function reasonOf(
  branch: Directive,
  source: SourceFile,
  undefinedNames: readonly string[],
): string {
  const line = lineOf(branch, source);
  switch (branch.word) {
    case 'ifdef':
    case 'elifdef':
      return `${line} is not defined`;
    case 'ifndef':
    case 'elifndef':
      return `${line} is defined`;
    default: {
      if (line === '0') return 'the condition is 0';
      const names = [...new Set(undefinedNames)];
      if (names.length === 0) return `${line} is false`;
      const listed = names.length > 4 ? `${names.slice(0, 4).join(', ')}, ...` : names.join(', ');
      return `${listed} ${names.length === 1 ? 'is' : 'are'} not defined`;
    }
  }
}

/** The condition of a branch that was taken, as a clause. */
function conditionOf(branch: Directive, source: SourceFile): string {
  const line = lineOf(branch, source);
  switch (branch.word) {
    case 'ifdef':
    case 'elifdef':
      return `#ifdef ${line}`;
    case 'ifndef':
    case 'elifndef':
      return `#ifndef ${line}`;
    case 'else':
      return 'the #else';
    default:
      return `#if ${line}`;
  }
}
