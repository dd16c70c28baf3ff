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
];

export const documentSelector = languages.flatMap((language) =>
  ['file', 'untitled', 'vscode-vfs'].map((scheme) => ({ language, scheme })),
);

/** Files whose changes on disk make open documents stale: included headers. */
export const watchedFiles = ['**/*.h'];
