import type { MessageKind } from '#core/knowledge';

const releases = (kind: MessageKind): string => {
  const present = Object.entries(kind.presentIn)
    .filter(([, isPresent]) => isPresent)
    .map(([release]) => release);
  const tracked = Object.keys(kind.presentIn).length;
  if (tracked === 0) return '';
  return present.length === tracked
    ? `Printed by all releases from ${present[0] ?? ''} to ${present.at(-1) ?? ''}.`
    : `Printed by ${present.join(', ')}.`;
};

const bases: Readonly<Record<string, string>> = {
  'xen-project/xen': 'https://gitlab.com/xen-project/xen/-/blob/',
};

function sourceOf(kind: MessageKind): string {
  const { source } = kind;
  if (source === undefined) return '';
  const base = bases[source.repository];
  const text = `${source.path}:${source.line}`;
  return base === undefined || source.commit === ''
    ? `Source: \`${text}\` (${source.repository})`
    : `Source: [${text}](${base}${source.commit}/${source.path}#L${source.line})`;
}

/** A message kind as a hover shows it. */
export function describeKind(kind: MessageKind): string {
  const bullets = (title: string, texts: readonly string[]): string[] =>
    texts.length === 0 ? [] : ['', `${title}:`, ...texts.map((text) => `- ${text}`)];
  return [
    `**${kind.title}**`,
    '',
    kind.explanation,
    ...bullets('Causes', kind.causes),
    ...bullets('Next', kind.nextSteps),
    '',
    [sourceOf(kind), releases(kind)].filter((text) => text !== '').join('  \n'),
  ].join('\n');
}
