import { join } from 'node:path';
import { indexMaintainers, parseMaintainers, type MaintainersIndex } from '#core/maintainers';
import type { CodePlace, MaintainersLookup } from '#core/report';
import type { Ports } from '../ports.ts';

/** Folders that log lines name files and functions of, in the order in which a bare name is looked for. */
const sourceFolders = [
  'xen/common',
  'xen/arch/x86',
  'xen/arch/arm',
  'xen/drivers',
  'xen/xsm',
  'xen/lib',
  'xen/arch',
  'tools/libs',
  'tools/xl',
  'tools/xenstored',
  'tools/console',
  'tools',
];

/** A tree may be huge or a link to itself: what is read stays within bounds. */
const folderLimit = 6000;

/**
 * Answers who maintains the code that a log names, from the MAINTAINERS file of a tree on disk. Undefined when the
 * folder holds no such file.
 */
export function maintainersOfTree(ports: Ports, root: string): MaintainersLookup | undefined {
  const bytes = ports.readFile(join(root, 'MAINTAINERS'));
  if (!bytes) return undefined;
  const isFolder = (path: string): boolean => ports.stat(join(root, path))?.isDirectory === true;
  let index: MaintainersIndex | undefined;
  const files = new SourceFiles(ports, root);
  return (places) => {
    index ??= indexMaintainers(parseMaintainers(text(bytes)), isFolder);
    const paths = [
      ...new Set(places.map((place) => files.find(place)).filter((path) => path !== undefined)),
    ];
    if (paths.length === 0) return undefined;
    return index.of(
      paths.map((path) => {
        const content = ports.readFile(join(root, path));
        return content ? { path, text: text(content) } : { path };
      }),
    );
  };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** The C and assembly files of a tree, listed once when first needed. */
class SourceFiles {
  private readonly ports: Ports;
  private readonly root: string;
  private listed: readonly string[] | undefined;

  constructor(ports: Ports, root: string) {
    this.ports = ports;
    this.root = root;
  }

  /** Path from the tree's top of a file as printed, or of the file that defines a function. */
  find({ file, symbol }: CodePlace): string | undefined {
    if (file !== undefined) return this.findFile(file);
    return symbol === undefined ? undefined : this.findDefinition(symbol);
  }

  private findFile(printed: string): string | undefined {
    const path = printed.replace(/^(?:\.?\/)+/, '');
    const direct = [`xen/${path}`, path].find((each) => this.isFile(each));
    if (direct !== undefined) return direct;
    return this.all().find((each) => each.endsWith(`/${path}`));
  }

  private findDefinition(symbol: string): string | undefined {
    if (!/^\w+$/.test(symbol)) return undefined;
    // A definition starts its line; a call is indented, a declaration ends with a semicolon.
    const definition = new RegExp(
      String.raw`^(?:[A-Za-z_][\w \t*]*[\s*])?${symbol}\s*\([^;{]*\)?[^;]*$`,
      'm',
    );
    return this.all().find((path) => {
      if (!path.endsWith('.c')) return false;
      const content = this.ports.readFile(join(this.root, path));
      if (!content) return false;
      const source = text(content);
      return source.includes(symbol) && definition.test(source);
    });
  }

  private isFile(path: string): boolean {
    return this.ports.stat(join(this.root, path))?.isDirectory === false;
  }

  private all(): readonly string[] {
    this.listed ??= this.list();
    return this.listed;
  }

  private list(): readonly string[] {
    const found = new Set<string>();
    const seen = new Set<string>();
    const open = [...sourceFolders].reverse();
    while (open.length > 0 && seen.size < folderLimit) {
      const folder = open.pop() ?? '';
      if (seen.has(folder)) continue;
      seen.add(folder);
      for (const name of [...this.ports.list(join(this.root, folder))].sort().reverse()) {
        const path = `${folder}/${name}`;
        if (/\.(?:c|S|ml)$/.test(name)) found.add(path);
        else if (!name.includes('.') && this.ports.stat(join(this.root, path))?.isDirectory)
          open.push(path);
      }
    }
    return [...found];
  }
}
