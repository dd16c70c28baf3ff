/**
 * The languages whose documents the server may have something to say about. VS Code's own C extension
 * takes `.h` for C++ unless told otherwise, so both are here; the server's gates decide per document.
 */
const languages = [
  'c',
  'cpp',
  'xl-cfg',
  'markdown',
  'git-commit',
  'diff',
  'plaintext',
  'log',
  'xen-log',
  'rust',
  // Languages that extensions for assembly give to .S files; without one they are plain text.
  'asm',
  'nasm',
  'gas',
  'asm-intel-x86-generic',
  'asm-collection',
];

/** Parts of large logs, logs that are followed, and summaries are documents of ours. */
export const LOG_SUMMARY_SCHEME = 'xen-log-summary';
export const LOG_PART_SCHEME = 'xen-log-part';
export const LOG_FOLLOW_SCHEME = 'xen-log-follow';
/** Samples of ours, for trying things. */
export const SAMPLE_SCHEME = 'xen-sample';

export const documentSelector = [
  ...languages.flatMap((language) =>
    ['file', 'untitled', 'vscode-vfs', SAMPLE_SCHEME].map((scheme) => ({ language, scheme })),
  ),
  ...[LOG_PART_SCHEME, LOG_FOLLOW_SCHEME].map((scheme) => ({ language: 'xen-log', scheme })),
];

/** Files whose changes on disk make open documents stale: included headers. */
export const watchedFiles = ['**/*.h'];
