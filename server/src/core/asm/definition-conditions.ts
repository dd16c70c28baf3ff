import type { SourceLine } from './statements.ts';

/** Names of which it is certain whether an x86-64 assembler run has them defined. */
export const certainNames: Readonly<Record<string, boolean>> = {
  __ASSEMBLY__: true,
  __ASSEMBLER__: true,
  __x86_64__: true,
  __amd64__: true,
  __amd64: true,
  __LP64__: true,
  _ASM: true,
  LOCORE: true,
  __ASM__: true,
  __i386__: false,
  __i386: false,
  __aarch64__: false,
  __arm__: false,
  lint: false,
  __lint: false,
};

/** One open `#if`: what its present arm is under. */
interface Arm {
  /** Text of the condition; undefined where the arm is certain to be read. */
  readonly text: string | undefined;
  readonly isDead: boolean;
  /** An arm before was certain, so no later one is read. */
  readonly isSettled: boolean;
}

const directive = /^[#%]\s*(if|ifdef|ifndef|ifn?macro|ifidni?|else|elif|elifdef|endif)\b\s*(.*)$/;

/**
 * The conditions around definitions. In assembly (`isAssembly`) arms for C are left out; a guard against including a
 * header twice is no condition at all.
 */
export class DefinitionConditions {
  private readonly arms: Arm[] = [];
  private readonly isAssembly: boolean;

  constructor(isAssembly: boolean) {
    this.isAssembly = isAssembly;
  }

  get isDead(): boolean {
    return this.arms.some((arm) => arm.isDead);
  }

  /** Texts of the uncertain conditions, outermost first. */
  get texts(): readonly string[] {
    return this.arms.flatMap(({ text }) => (text === undefined ? [] : [text]));
  }

  /** Takes line `at` when it is a conditional directive. */
  read(lines: readonly SourceLine[], at: number): boolean {
    const match = directive.exec(lines[at]?.text ?? '');
    if (!match) return false;
    const [, word = '', rest = ''] = match;
    if (word === 'endif') this.arms.pop();
    else if (word.startsWith('el')) this.alternative(word, rest);
    else this.open(word, rest, lines[at + 1]?.text ?? '');
    return true;
  }

  private open(word: string, rest: string, next: string): void {
    const guarded = word === 'ifndef' ? rest.trim() : '';
    if (guarded !== '' && new RegExp(`^#\\s*define\\s+${guarded}\\s*(?:1\\s*)?$`).test(next)) {
      this.arms.push({ text: undefined, isDead: false, isSettled: true });
      return;
    }
    const holds = this.decide(word, rest);
    this.arms.push({
      text: holds === undefined ? `${word} ${rest}` : undefined,
      isDead: holds === false,
      isSettled: holds === true,
    });
  }

  private alternative(word: string, rest: string): void {
    const before = this.arms.pop();
    if (!before) return;
    if (before.isSettled) {
      this.arms.push({ ...before, text: undefined, isDead: true });
      return;
    }
    const holds = word === 'else' ? undefined : this.decide(word.replace(/^el(?:se)?/, ''), rest);
    const isOnlyArm = word === 'else' && before.isDead && before.text === undefined;
    this.arms.push({
      text:
        isOnlyArm || holds !== undefined ? undefined : `${word} ${rest} after ${before.text ?? ''}`,
      isDead: holds === false,
      isSettled: holds === true,
    });
  }

  private decide(word: string, rest: string): boolean | undefined {
    if (!this.isAssembly) return undefined;
    const match = /^(!?)\s*defined\s*\(?\s*(\w+)\s*\)?$/.exec(rest.trim());
    const name = word === 'if' ? match?.[2] : rest.trim();
    const isDefined = name === undefined ? undefined : certainNames[name];
    if (isDefined === undefined || !/^if(?:n?def)?$/.test(word)) return undefined;
    return isDefined !== (word === 'ifndef' || match?.[1] === '!');
  }
}
