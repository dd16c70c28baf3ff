import type { Finding } from '#core/findings';

/** Findings on lines whose author took responsibility in a comment: `sysret-ok: reason`, or Xen's SAF tags. */
export class Contracts {
  private readonly lines: readonly string[];

  constructor(text: string) {
    this.lines = /sysret-ok|SAF-\d/.test(text) ? text.split('\n') : [];
  }

  covers(finding: Finding): boolean {
    if (this.lines.length === 0) return false;
    const { line } = finding.range.start;
    if (this.isContract(line, finding.rule)) return true;
    // Above the line, through further comment lines.
    for (let above = line - 1; above >= Math.max(0, line - 8); above--) {
      const text = this.lines[above] ?? '';
      if (!isComment(text)) return false;
      if (this.isContract(above, finding.rule)) return true;
    }
    return false;
  }

  private isContract(line: number, rule: string): boolean {
    const text = this.lines[line] ?? '';
    const own = /sysret-ok(?:\s*\(([^)]*)\))?\s*:\s*\S/.exec(text);
    if (own) return own[1] === undefined || own[1].split(/[\s,]+/).includes(rule);
    // A tag of Xen's justification scheme counts when it names one of our rules on the same line.
    return /\bSAF-\d+-safe\b/.test(text) && text.includes(rule);
  }
}

function isComment(text: string): boolean {
  return (
    /^\s*(?:\/\*|\*|\/\/|#(?!\s*(?:if|else|endif|define))|;|")/.test(text) || /\*\/\s*$/.test(text)
  );
}
