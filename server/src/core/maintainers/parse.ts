import type { Mailbox, MaintainersEntry, MaintainersFile, MaintainersSection } from './model.ts';

/** Heading of the section that answers for whatever no other section covers. */
export const theRest = 'THE REST';

const tagLine = /^([A-Z]):\s*(.*)$/;

/**
 * Reads a MAINTAINERS file. A section is a run of tag lines; its heading is the last other line before the run,
 * so prose in front of the first heading and comment lines between sections do no harm. Blank lines mean nothing.
 */
export function parseMaintainers(text: string): MaintainersFile {
  const sections: MaintainersSection[] = [];
  let heading = { title: '', line: 0 };
  let entries: MaintainersEntry[] = [];
  const close = (): void => {
    if (entries.length > 0) sections.push({ ...heading, entries });
    entries = [];
  };
  text.split('\n').forEach((raw, line) => {
    const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const match = tagLine.exec(content);
    if (match) {
      entries.push({ tag: match[1] ?? '', value: match[2] ?? '', line });
    } else if (content.trim() !== '') {
      close();
      heading = { title: content.trimEnd(), line };
    }
  });
  close();
  return { sections, version: versionOf(sections) };
}

function versionOf(sections: readonly MaintainersSection[]): string | undefined {
  for (const section of sections.filter(({ title }) => title === theRest)) {
    for (const { tag, value } of section.entries) {
      const match = tag === 'V' ? /xen-maintainers-(.*)/.exec(value) : undefined;
      if (match) return match[1];
    }
  }
  return undefined;
}

/**
 * Takes the mailboxes out of an `M:`, `R:` or `L:` value: `Name <address>`, `"Quoted, Name" <address>`, a bare
 * address, several with commas between. Text without an address gives nothing.
 */
export function parseMailboxes(value: string): readonly Mailbox[] {
  const boxes: Mailbox[] = [];
  const pattern = /("(?:[^"\\]|\\.)*"|[^<>,"]*)\s*<([^<>\s]+)>|([^\s<>,"]+@[^\s<>,"]+)/g;
  for (const [, name, bracketed, bare] of value.matchAll(pattern)) {
    const address = (bracketed ?? bare ?? '').trim();
    if (address !== '') boxes.push({ name: displayName(name ?? ''), address });
  }
  return boxes;
}

function displayName(text: string): string {
  const trimmed = text.trim();
  const quoted = /^"(.*)"$/.exec(trimmed);
  return quoted ? (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1') : trimmed;
}
