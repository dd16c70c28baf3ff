import { redact, type PseudonymMap } from '#core/redaction';

/** File names to show, and the pseudonyms they brought about. */
export interface CleanNames {
  readonly names: readonly string[];
  readonly pseudonyms: PseudonymMap;
}

/**
 * File names without guests' and hosts' names, without odd characters, unlike each other and those taken. A name is
 * read as if it lay where Xen's logs do, so that the guest in it shows.
 */
export function cleanNames(
  names: readonly string[],
  known: PseudonymMap,
  taken: readonly string[] = [],
): CleanNames {
  const paths = names.map((name) => `/var/log/xen/${lastPart(name).replaceAll('\n', '_')}`);
  const redaction = redact([{ name: 'names', text: paths.join('\n') }], { known });
  const all = [...taken];
  const shown = (redaction.files[0]?.text ?? '').split('\n').map((path) => {
    const base =
      lastPart(path)
        .replaceAll(/[<>]/g, '')
        .replaceAll(/[^\w.+-]/g, '_')
        .replace(/^\.+/, '_') || 'file.txt';
    let free = base;
    for (let n = 2; all.includes(free); n++) free = base.replace(/(\.[^.]*)?$/, `-${n}$1`);
    all.push(free);
    return free;
  });
  return { names: shown, pseudonyms: redaction.pseudonyms };
}

const lastPart = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;
