export { attachToReport, type AttachmentInput, type AttachmentResult } from './attach.ts';
export { buildReport } from './build.ts';
export { privateStatePath, readPrivateState, type PrivateState } from './private-state.ts';
export { checkReport, isGuestConfig, type ReportFolder, type ReportStatus } from './check.ts';
export { describeRoute, describeScore, mailAddresses } from './describe.ts';
export { downstreamOf, downstreams, type Downstream } from './downstream.ts';
export { buildEml, type MailDraft } from './eml.ts';
export { excerptOf } from './excerpt.ts';
export { collectFacts } from './facts.ts';
export { findFault } from './fault.ts';
export { mailtoLink, newIssueLink } from './gitlab.ts';
export { plainTextOf } from './mail.ts';
export { outgoingText } from './outgoing.ts';
export type {
  CheckResult,
  CodePlace,
  Completeness,
  Destination,
  Fact,
  FactKey,
  FactSheet,
  Fault,
  FaultKind,
  LogSource,
  MaintainersLookup,
  Notice,
  ReportDraft,
  ReportInput,
  ReportKnowledge,
  Routing,
  SecurityAssessment,
  SecurityReason,
} from './model.ts';
export {
  lineRange,
  parseReport,
  sectionOf,
  type ReportDocument,
  type ReportSection,
} from './parse.ts';
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
