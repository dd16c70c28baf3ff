import type { SemanticTokens, SemanticTokensLegend } from 'vscode-languageserver';
import type { SemanticToken } from './language-feature.ts';

const types: readonly SemanticToken['type'][] = ['logError', 'logWarning', 'function'];

/** Token types of every feature; package.json gives those that are ours the scopes that themes colour. */
export const semanticTokensLegend: SemanticTokensLegend = {
  tokenTypes: [...types],
  tokenModifiers: [],
};

/** The protocol's form: five numbers a token, each place relative to the one before. */
export function encodeSemanticTokens(tokens: readonly SemanticToken[]): SemanticTokens {
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (const token of tokens.toSorted((a, b) => a.line - b.line || a.character - b.character)) {
    if (token.line !== line) character = 0;
    data.push(token.line - line, token.character - character, token.length);
    data.push(types.indexOf(token.type), 0);
    ({ line, character } = token);
  }
  return { data };
}
