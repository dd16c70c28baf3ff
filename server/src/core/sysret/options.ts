import type { IncludeResolver } from '#core/asm';

/** Names a code base adds, as sets. */
export interface SysretNames {
  readonly sysretMacros: ReadonlySet<string>;
  readonly guardFunctions: ReadonlySet<string>;
  readonly iretFlags: ReadonlySet<string>;
  readonly userLimits: ReadonlySet<string>;
  readonly interruptMacros: ReadonlySet<string>;
}

export const noNames: SysretNames = {
  sysretMacros: new Set(),
  guardFunctions: new Set(),
  iretFlags: new Set(),
  userLimits: new Set(),
  interruptMacros: new Set(),
};

/** A place elsewhere that an exit relies on; the line is zero-based. */
export interface KnownGuard {
  readonly file: string;
  readonly offset: number;
  readonly line: number;
  readonly text: string;
}

/** What the rest of the workspace tells about one file; every question may be answered with "not known". */
export interface WorkspaceView {
  /** The check behind a function's result or a flag, when one was found. */
  guardBehind(delegate: {
    readonly kind: 'function' | 'flag';
    readonly name: string;
  }): KnownGuard | undefined;
  /** Where the decision is made, when it is known that no return address is looked at there. */
  decidesUnchecked(delegate: {
    readonly kind: 'function' | 'flag';
    readonly name: string;
  }): KnownGuard | undefined;
  /** Labels of a file that other files jump to. */
  jumpTargets(): ReadonlySet<string>;
  /** The user limit, when one is defined: safe means at least a page below the hole. */
  userLimit():
    | {
        /** At least a page below the hole. */
        readonly isSafe: boolean;
        readonly file: string;
        readonly line: number;
        readonly name: string;
      }
    | undefined;
  /** Whether every 64-bit SYSRET exit of the workspace is guarded; undefined when there is none. */
  allExitsGuarded(): boolean | undefined;
  /** Whether FMASK is written anywhere. */
  writesFlagMask(): boolean;
  /** A store that puts an unchecked user value into the saved RIP. */
  uncheckedWriter(): KnownGuard | undefined;
  /** A range test of the saved RIP in some C or Rust function. */
  ripCheck(): KnownGuard | undefined;
}

export interface SysretOptions {
  readonly names: SysretNames;
  readonly include: IncludeResolver;
  readonly workspace: WorkspaceView | undefined;
}

/** A view that knows nothing, and tells whether it was asked: then the answer of one file depends on others. */
export function askingView(): { readonly view: WorkspaceView; readonly wasAsked: () => boolean } {
  let asked = false;
  const unknown = (): undefined => {
    asked = true;
    return undefined;
  };
  const view: WorkspaceView = {
    guardBehind: unknown,
    decidesUnchecked: unknown,
    jumpTargets: () => new Set(),
    userLimit: unknown,
    allExitsGuarded: unknown,
    writesFlagMask: () => {
      asked = true;
      return false;
    },
    uncheckedWriter: unknown,
    ripCheck: unknown,
  };
  return { view, wasAsked: () => asked };
}
