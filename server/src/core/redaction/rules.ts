import { addressRules } from './address-rules.ts';
import { guestRules } from './guest-rules.ts';
import { hardwareRules } from './hardware-rules.ts';
import { hostRules } from './host-rules.ts';
import type { RedactionRule } from './model.ts';
import { secretRules } from './secret-rules.ts';
import { userRules } from './user-rules.ts';

/**
 * The rules, in order of precedence where two see the same text. Fourteen ids are those of `scaffold.json`, whose
 * examples they must satisfy; the rest are further places of the same kinds of text.
 */
export const redactionRules: readonly RedactionRule[] = [
  ...secretRules,
  ...addressRules,
  ...userRules,
  ...hardwareRules,
  ...hostRules,
  ...guestRules,
];
