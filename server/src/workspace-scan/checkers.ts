import type { Checker } from './checker.ts';
import { driverChecker } from './driver-checker.ts';
import { sysretChecker } from './sysret-checker.ts';

/** Every family of rules that `check` knows, in the order their findings are named in help texts. */
export const checkers: readonly Checker[] = [sysretChecker, driverChecker];
