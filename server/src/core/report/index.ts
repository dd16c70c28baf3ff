export { buildReport, pseudonymsPath, readPseudonyms } from './build.ts';
export { checkReport, isGuestConfig, type ReportFolder, type ReportStatus } from './check.ts';
export { describeRoute, describeScore, mailAddresses } from './describe.ts';
export { downstreamOf, downstreams, type Downstream } from './downstream.ts';
export { buildEml, type MailDraft } from './eml.ts';
export { excerptOf } from './excerpt.ts';
export { collectFacts } from './facts.ts';
export { findFault } from './fault.ts';
export { mailtoLink, newIssueLink } from './gitlab.ts';
export { plainTextOf } from './mail.ts';
export type {
  CheckResult,
  Completeness,
  Destination,
  Fact,
  FactKey,
  FactSheet,
  Fault,
  FaultKind,
  LogSource,
  Notice,
  ReportDraft,
  ReportInput,
  ReportKnowledge,
  Routing,
  SecurityAssessment,
  SecurityReason,
} from './model.ts';
export { parseReport, sectionOf, type ReportDocument, type ReportSection } from './parse.ts';
export {
  readStatement,
  securityProcess,
  securityTeam,
  statementPrefix,
  xenDevel,
} from './routing.ts';
export { reportFindings, reportRules } from './rules.ts';
export { assessSecurity } from './security.ts';
export { environmentRows } from './sections.ts';
export { subjectFault, subjectLimit, subjectOf } from './subject.ts';
