// A build plugin: imports through a domain's door are bundled as imports of the files behind it. esbuild sorts whole
// files into a panel's first and later parts, and through the door every file of a domain would belong to the first.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const IMPORT = /^import (?!type\b)\{([^}]*)\} from '#core\/([\w-]+)';$/gm;
const EXPORT = /^export \{([^}]*)\} from '(\.[^']+)';$/gm;

/** The plugin, for a core that lies in a folder. */
export function straightDoors(core) {
  const doors = new Map();
  const behind = (domain) => {
    if (!doors.has(domain)) doors.set(domain, readDoor(path.join(core, domain, 'index.ts')));
    return doors.get(domain);
  };
  return {
    name: 'straight-doors',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/](?:media|core)[\\/].*\.tsx?$/ }, ({ path: file }) => {
        const text = readFileSync(file, 'utf8');
        const contents = text.replace(IMPORT, (whole, names, domain) =>
          straight(namesOf(names), behind(domain), whole),
        );
        return { contents, loader: file.endsWith('x') ? 'tsx' : 'ts' };
      });
    },
  };
}

/** File behind a door by exported name; a door behind the door is followed. */
function readDoor(file) {
  const files = new Map();
  for (const [, names, from] of readFileSync(file, 'utf8').matchAll(EXPORT)) {
    const target = path.resolve(path.dirname(file), from);
    const inner = path.basename(target) === 'index.ts' ? readDoor(target) : undefined;
    for (const name of namesOf(names)) files.set(name, inner?.get(name) ?? target);
  }
  return files;
}

/** The names of a clause that are values. */
function namesOf(clause) {
  return clause
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}

/** One import for each file; the import stays as it is when the door does not tell a name's file. */
function straight(names, files, whole) {
  const lines = names.map((name) => {
    const file = files.get(name.split(' as ')[0]);
    return file === undefined ? undefined : `import { ${name} } from ${JSON.stringify(file)};`;
  });
  return lines.includes(undefined) ? whole : lines.join(' ');
}
