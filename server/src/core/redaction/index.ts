export { findSecretsInLine, isPseudonym } from './find.ts';
export { secretKindNames } from './model.ts';
export type {
  FoundSecret,
  NamedText,
  PseudonymMap,
  Redaction,
  RedactionOptions,
  RedactionRule,
  SecretKind,
  SecretSpan,
} from './model.ts';
export { redact } from './redact.ts';
export { redactionRules } from './rules.ts';
