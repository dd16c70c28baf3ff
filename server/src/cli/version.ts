/** Set by the bundler from package.json. */
declare const XEN_DEVTOOLS_VERSION: string | undefined;

export const programVersion = (): string =>
  typeof XEN_DEVTOOLS_VERSION === 'string' ? XEN_DEVTOOLS_VERSION : 'development';
