/** Whether a path from the top of the tree is covered. */
export type PathTest = (path: string) => boolean;

/** An `F:` or `X:` value made ready: what it covers, and how deep it points. */
export interface PathPattern {
  readonly covers: PathTest;
  /** Number of path parts the pattern names; -1 when it starts with a wildcard. Deeper is more precise. */
  readonly depth: number;
}

const slashes = (text: string): number => text.split('/').length - 1;

/**
 * Makes an `F:` or `X:` value ready. With a slash at its end (or when it names a folder) it covers the whole
 * subtree; without, the path must hold the same number of slashes. It is anchored in front only, so `foo` covers
 * `foobar` too: that is what the tree's own script answers, and people rely on it.
 */
export function pathPattern(value: string, isFolder: PathTest = () => false): PathPattern {
  const glob = expandBraces(value)
    .replaceAll('.', String.raw`\.`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const source = isFolder(glob) && !glob.endsWith('/') ? `${glob}/` : glob;
  const expression = compile(`^${source}`) ?? literal(value);
  const subtree = source.endsWith('/');
  const depth = source.startsWith('.*') ? -1 : slashes(source) + (subtree ? 0 : 1);
  return {
    covers: (path) => expression.test(path) && (subtree || slashes(path) === slashes(source)),
    depth,
  };
}

/** `a{b,c}` becomes `a(b|c)`; a brace at the very start or without a comma stays, as do escaped ones. */
function expandBraces(value: string): string {
  return value.replaceAll(/(?<=[^\\])\{([^{}]*)\}/g, (whole, inside: string) => {
    const parts = inside.split(/(?<!\\),/);
    return parts.length > 1 ? `(${parts.join('|')})` : whole;
  });
}

/** An `N:` or `K:` value: an expression written with free spacing, where blanks and `#` comments do not count. */
export function freeSpacedExpression(value: string): RegExp | undefined {
  let source = '';
  let inClass = false;
  for (let at = 0; at < value.length; at++) {
    const char = value[at] ?? '';
    if (char === '\\') {
      source += char + (value[++at] ?? '');
    } else if (!inClass && char === '#') {
      break;
    } else if (inClass || !/\s/.test(char)) {
      if (char === '[') inClass = true;
      if (char === ']') inClass = false;
      source += char;
    }
  }
  return source === '' ? undefined : compile(source);
}

function compile(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

function literal(value: string): RegExp {
  return new RegExp(`^${value.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`);
}
