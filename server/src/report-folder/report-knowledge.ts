import { readAdvisories, readDecodeTables, readMessages, readScaffold } from '#core/knowledge';
import type { NamedText } from '#core/redaction';
import type { LogSource, ReportKnowledge } from '#core/report';
import { scanLog, type LogKnowledge } from '#core/xen-log';
import type { Ports } from '../ports.ts';

/** What reports need of the shipped data, decoded once per server or run. */
export interface ReportTools {
  readonly knowledge: ReportKnowledge;
  readonly scan: (source: NamedText) => LogSource;
}

/** Most events kept of one log: a report looks at crashes, incidents and the boot. */
const eventLimit = 200_000;

/** Makes the tools from the shipped knowledge. */
export function reportTools(ports: Ports): ReportTools {
  const logKnowledge: LogKnowledge = {
    messages: readMessages(ports.knowledge('messages')),
    tables: readDecodeTables(ports.knowledge('decode')),
  };
  return {
    knowledge: {
      scaffold: readScaffold(ports.knowledge('scaffold')),
      advisories: readAdvisories(ports.knowledge('xsa')),
    },
    scan: ({ name, text }) => ({
      name,
      text,
      analysis: scanLog(text, logKnowledge, { maxEvents: eventLimit }),
    }),
  };
}

/** Whether an attachment is to be read as a log: what `xl info`, os-release or a guest's configuration say is not. */
export function looksLikeLog({ name, text }: NamedText): boolean {
  if (
    /\.(?:cfg|xl|pv|hvm|conf)$|(?:^|\/)(?:xl-info|os-release|lscpu|cpuinfo|dmidecode|host-info)/i.test(
      name,
    )
  ) {
    return false;
  }
  const head = text.slice(0, 4096);
  return !(/^(?:xen_version|nr_cpus|xen_caps)\s*:/m.test(head) || /^PRETTY_NAME=/m.test(head));
}
