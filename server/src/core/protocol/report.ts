import * as v from 'valibot';

/** A file for a report: by URI, or with its text when it is not on disk. */
export interface ReportFile {
  readonly uri: string;
  readonly text?: string;
}

/** `xen/report/draft`: makes a report folder's files; the client writes them. */
export interface DraftRequest {
  readonly logs: readonly ReportFile[];
  readonly configs: readonly ReportFile[];
  readonly hostInfo: readonly ReportFile[];
  /** The crash pointed at, by its first line from 1, in the first log. */
  readonly crashLine?: number;
  /** Sections the user wrote, by id (`summary`, `frequency`, ...). */
  readonly answers: Readonly<Record<string, string>>;
  /** Texts the user wants to leave unredacted. */
  readonly keep: readonly string[];
}

export interface DraftAnswer {
  readonly title: string;
  readonly folderName: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly score: number;
  readonly notices: readonly {
    readonly title: string;
    readonly text: string;
    readonly instead?: string;
  }[];
  readonly securityReasons: readonly string[];
  readonly publicRoutesOpen: boolean;
  readonly redactions: readonly {
    readonly kind: string;
    readonly text: string;
    readonly pseudonym: string;
    readonly count: number;
  }[];
}

/** `xen/report/status` of an open report.md. */
export interface StatusRequest {
  readonly uri: string;
}

export interface StatusAnswer {
  readonly title: string;
  readonly score: number;
  readonly missing: readonly string[];
  readonly leftovers: number;
  readonly publicRoutesOpen: boolean;
  readonly securityReasons: readonly string[];
  readonly securityProcess: readonly string[];
  /** Begins the line that the user completes in words. */
  readonly statementPrefix: string;
  /** Line from 0 before which such a statement goes. */
  readonly statementLine: number;
  readonly destinations: readonly string[];
  readonly mail: {
    readonly to: readonly string[];
    readonly cc: readonly string[];
    readonly subject: string;
    readonly body: string;
    readonly attachments: readonly string[];
    readonly eml: string;
    readonly mailto: string;
  };
  /** Undefined while public routes are closed. */
  readonly issueLink?: string;
}

/** `xen/report/attach`: adds a file to the folder of an open report.md. */
export interface AttachRequest {
  readonly uri: string;
  readonly file: ReportFile;
}

export interface AttachAnswer {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly edits: readonly {
    readonly range: {
      readonly start: { readonly line: number; readonly character: number };
      readonly end: { readonly line: number; readonly character: number };
    };
    readonly newText: string;
  }[];
}

/** `xen/advisories`: all advisories for a list to pick from. */
export type AdvisoriesAnswer = readonly {
  readonly number: number;
  readonly title: string;
  readonly detail: string;
  readonly lines: readonly string[];
  readonly url: string;
}[];

const file = v.object({ uri: v.string(), text: v.exactOptional(v.string()) });

const draft: v.GenericSchema<unknown, DraftRequest> = v.object({
  logs: v.array(file),
  configs: v.array(file),
  hostInfo: v.array(file),
  crashLine: v.exactOptional(v.number()),
  answers: v.record(v.string(), v.string()),
  keep: v.array(v.string()),
});
const status: v.GenericSchema<unknown, StatusRequest> = v.object({ uri: v.string() });
const attach: v.GenericSchema<unknown, AttachRequest> = v.object({ uri: v.string(), file });

/** Decodes the parameters of a request; undefined when they have another shape. */
export const decodeReportRequest: {
  readonly draft: (value: unknown) => DraftRequest | undefined;
  readonly status: (value: unknown) => StatusRequest | undefined;
  readonly attach: (value: unknown) => AttachRequest | undefined;
} = {
  draft: (value) => decode(draft, value),
  status: (value) => decode(status, value),
  attach: (value) => decode(attach, value),
};

function decode<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | undefined {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}
