/**
 * The languages whose documents the server may have something to say about. VS Code's own C extension
 * takes `.h` for C++ unless told otherwise, so both are here; the server's gates decide per document.
 */
export const documentSelector = ['c', 'cpp', 'xl-cfg'].flatMap((language) =>
  ['file', 'untitled', 'vscode-vfs'].map((scheme) => ({ language, scheme })),
);

/** Files whose changes on disk make open documents stale: included headers. */
export const watchedFiles = ['**/*.h'];
