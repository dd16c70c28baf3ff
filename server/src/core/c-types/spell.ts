import type { Engine } from './engine.ts';
import type { CType } from './model.ts';

/** A type's name in the manner of DWARF: `long unsigned int`, `const char *`, `uint8_t[44]`, `struct a *`. */
export function spellType(type: CType, engine: Engine): string {
  return declare(type, '', engine);
}

/** A declaration of `name` with the type, e.g. `uint8_t pad[44]`. */
export function spellDeclaration(type: CType, name: string, engine: Engine): string {
  return declare(type, name, engine);
}

/** The C spelling with a name in the place where a declaration has it. */
function declare(type: CType, inner: string, engine: Engine): string {
  switch (type.kind) {
    case 'pointer': {
      const words = type.qualifiers.map((word) => ` ${word}`).join('');
      const star = inner.startsWith('*') ? `*${inner}` : `*${words}${inner}`;
      const { to } = type;
      if (to.kind === 'function' || to.kind === 'array') return declare(to, `(${star})`, engine);
      return declare(to, star, engine);
    }
    case 'array': {
      const length = type.length === undefined ? '' : engine.integer(type.length);
      const text = typeof length === 'object' ? '?' : String(length);
      return declare(type.of, `${inner}[${text}]`, engine);
    }
    case 'function': {
      const parameters = type.parameters.map((parameter) => spellType(parameter.type, engine));
      return declare(type.returns, `${inner}(${parameters.join(', ')})`, engine);
    }
    case 'attributed':
      return declare(type.of, inner, engine);
    case 'typeof': {
      const resolved = engine.resolve(type);
      return resolved.kind === 'unknown'
        ? join('typeof(...)', inner)
        : declare(resolved.type, inner, engine);
    }
    default:
      return join(simple(type), inner);
  }
}

function simple(type: Exclude<CType, { kind: 'pointer' | 'array' | 'function' }>): string {
  switch (type.kind) {
    case 'base':
      return qualified(type.base, type.qualifiers);
    case 'named':
      return qualified(type.name, type.qualifiers);
    case 'tagged':
      return qualified(
        `${type.tagKind} ${type.name === '' ? '<anon>' : type.name}`,
        type.qualifiers,
      );
    default:
      return 'unknown';
  }
}

function qualified(name: string, qualifiers: readonly string[]): string {
  return [...qualifiers, name].join(' ');
}

function join(name: string, inner: string): string {
  return inner === '' || inner.startsWith('[') ? name + inner : `${name} ${inner}`;
}
