export type { Evidence, FileEdit, Finding, Fix, Rule, Severity } from './model.ts';
