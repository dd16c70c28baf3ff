import type { Finding } from '#core/findings';
import { LineIndex } from '#core/text';
import type { CFile } from './c-file.ts';
import type { Knowledge } from './model.ts';
import { findAbiDifferences, findProtocolDifferences } from './rule-layout.ts';
import { findChangedConstants } from './rule-constants.ts';
import { findIgnoredPacked, findOpenPragmas } from './rule-packing.ts';

/** What a rule is given: the file, its lines, and the facts to hold it against. */
export interface RuleContext {
  readonly file: CFile;
  readonly lines: LineIndex;
  readonly knowledge: Knowledge;
}

/** Checks an open file: headers for all rules, other C files for what they declare themselves. */
export function checkHeader(file: CFile, knowledge: Knowledge): readonly Finding[] {
  const context: RuleContext = { file, lines: new LineIndex(file.text), knowledge };
  return [
    ...findProblems(context),
    ...findAbiDifferences(context),
    ...findProtocolDifferences(context),
    ...findChangedConstants(context),
    ...findOpenPragmas(context),
    ...findIgnoredPacked(context),
  ];
}

/** What the reading itself complains of. A driver's own dialect is the compiler's business, a header's text is ours. */
function findProblems({ file, lines }: RuleContext): readonly Finding[] {
  if (!/\.h$/i.test(file.path)) return [];
  return file.primary.problems
    .filter((problem) => problem.id !== 'c-error-directive')
    .map((problem) => ({
      rule: problem.id,
      severity: problem.severity,
      message: problem.message,
      range: lines.rangeOf(problem.at.span),
      evidence: [],
    }));
}
