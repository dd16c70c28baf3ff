export { findSecretsInLine, isPseudonym } from './find.ts';
export type {
  FoundSecret,
  NamedText,
  PseudonymMap,
  Redaction,
  RedactionOptions,
  SecretKind,
  SecretSpan,
} from './model.ts';
export { redact } from './redact.ts';
export { redactionRules, type RedactionRule } from './rules.ts';
