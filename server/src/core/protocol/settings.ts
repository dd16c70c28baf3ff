import * as v from 'valibot';

/**
 * The `xen.*` settings. The manifest repeats keys, defaults and enums for the editor's settings page;
 * test/manifest keeps the two equal.
 */
export interface XenSettings {
  /** Extra folders searched for headers, before the workspace's own and /usr/include. */
  readonly includePaths: readonly string[];
  /** Outputs of the Xen host that xl.cfg files are checked against: a file or a folder; empty: files beside them. */
  readonly hostInfo: string;
  readonly hover: { readonly enable: boolean };
  /** The rules about drivers over shared rings (XR...). */
  readonly driver: {
    /** Globs of files whose other end is trusted: the rules about trust are hints there. */
    readonly trustedPeers: readonly string[];
    readonly disabledRules: readonly string[];
  };
  readonly log: {
    /** Xen (or Linux) source tree that logs are linked into; empty: the workspace folders that are one. */
    readonly sourceTree: string;
    /** xen-syms.map or System.map of the build; empty: one that lies beside the log. */
    readonly symbolMap: string;
  };
  /** The rules about returns by SYSRET (SR...), and names that a code base adds to what they know. */
  readonly sysret: {
    readonly disabledRules: readonly string[];
    /** Also the rules that are off by default. */
    readonly allRules: boolean;
    /** Macros that stand for SYSRET. */
    readonly macros: readonly string[];
    /** C functions whose result says whether SYSRET may be used. */
    readonly guardFunctions: readonly string[];
    /** Flags that force the exit by IRET. */
    readonly iretFlags: readonly string[];
    /** Constants that are the end of user space. */
    readonly userLimits: readonly string[];
    /** Macros that switch interrupts off. */
    readonly interruptMacros: readonly string[];
  };
  readonly inlayHints: { readonly layout: boolean };
}

/** A wrong value falls back to its default, so that one typo does not lose the rest. */
const section = (entries: v.ObjectEntries): v.GenericSchema => {
  const object: v.GenericSchema = v.object(entries);
  return v.optional(
    v.fallback(object, () => v.parse(object, {})),
    {},
  );
};
const flag = (byDefault: boolean) => v.optional(v.fallback(v.boolean(), byDefault), byDefault);
const strings = v.optional(v.fallback(v.array(v.string()), []), []);

const settingsSchema: v.GenericSchema<unknown, XenSettings> = section({
  includePaths: strings,
  hostInfo: v.optional(v.fallback(v.string(), ''), ''),
  hover: section({ enable: flag(true) }),
  driver: section({ trustedPeers: strings, disabledRules: strings }),
  log: section({
    sourceTree: v.optional(v.fallback(v.string(), ''), ''),
    symbolMap: v.optional(v.fallback(v.string(), ''), ''),
  }),
  sysret: section({
    disabledRules: strings,
    allRules: flag(false),
    macros: strings,
    guardFunctions: strings,
    iretFlags: strings,
    userLimits: strings,
    interruptMacros: strings,
  }),
  inlayHints: section({ layout: flag(false) }),
}) as v.GenericSchema<unknown, XenSettings>;

/** Decodes what the client sent for section `xen`; never fails. */
export function decodeSettings(value: unknown): XenSettings {
  return v.parse(settingsSchema, value ?? {});
}
