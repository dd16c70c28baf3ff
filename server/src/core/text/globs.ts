/**
 * Whether a path with forward slashes matches a glob: `*` and `?` stay inside a folder, `**` crosses folders, braces
 * list alternatives. A glob without a slash is matched against the name alone; one that does not start at the root
 * may match from any folder on.
 */
export function matchesGlob(path: string, glob: string): boolean {
  const subject = path.replaceAll('\\', '/');
  const expression = globExpression(glob);
  if (!glob.includes('/')) return expression.test(subject.slice(subject.lastIndexOf('/') + 1));
  if (expression.test(subject)) return true;
  if (glob.startsWith('/')) return false;
  for (let at = subject.indexOf('/'); at >= 0; at = subject.indexOf('/', at + 1))
    if (expression.test(subject.slice(at + 1))) return true;
  return false;
}

const cache = new Map<string, RegExp>();

function globExpression(glob: string): RegExp {
  let expression = cache.get(glob);
  if (!expression) {
    const source = glob
      .split(/(\*\*\/|\*\*|\*|\?|\{[^{}]*\})/)
      .map(translate)
      .join('');
    expression = new RegExp(`^${source}$`);
    cache.set(glob, expression);
  }
  return expression;
}

function translate(part: string): string {
  if (part === '**/') return '(?:.*/)?';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  if (part.startsWith('{') && part.endsWith('}'))
    return `(?:${part.slice(1, -1).split(',').map(escape).join('|')})`;
  return escape(part);
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
