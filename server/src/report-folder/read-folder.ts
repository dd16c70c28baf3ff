import { dirname, join } from 'node:path';
import type { NamedText } from '#core/redaction';
import { readPrivateState, privateStatePath, type PrivateState } from '#core/report';
import type { Ports } from '../ports.ts';

/** A report folder as it lies on disk. */
export interface FolderOnDisk {
  readonly reportPath: string;
  readonly reportText: string;
  readonly attachments: readonly NamedText[];
  readonly state: PrivateState;
}

/** Larger attachments are not read again for a check in the editor; the command line reads them. */
export const attachmentLimitBytes: number = 64 * 1024 * 1024;

/** Reads a report by its folder or its report.md; undefined when there is none. */
export function readReportFolder(
  ports: Ports,
  path: string,
  reportText?: string,
): FolderOnDisk | undefined {
  const isFolder = ports.stat(path)?.isDirectory === true;
  const folder = isFolder ? path : dirname(path);
  const reportPath = isFolder ? join(path, 'report.md') : path;
  const bytes = reportText === undefined ? ports.readFile(reportPath) : undefined;
  const text = reportText ?? (bytes ? decode(bytes) : undefined);
  if (text === undefined) return undefined;
  const attachments = [...ports.list(join(folder, 'attachments'))].sort().flatMap((name) => {
    const file = join(folder, 'attachments', name);
    const found = ports.stat(file);
    if (!found || found.isDirectory || found.sizeBytes > attachmentLimitBytes) return [];
    const content = ports.readFile(file);
    return content ? [{ name: `attachments/${name}`, text: decode(content) }] : [];
  });
  return { reportPath, reportText: text, attachments, state: readState(ports, folder) };
}

function readState(ports: Ports, folder: string): PrivateState {
  const bytes = ports.readFile(join(folder, privateStatePath));
  if (!bytes) return readPrivateState(undefined);
  try {
    return readPrivateState(JSON.parse(decode(bytes)));
  } catch {
    return readPrivateState(undefined);
  }
}

const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
