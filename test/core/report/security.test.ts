import { describe, expect, it } from 'vitest';
import { buildReport, checkReport, readStatement, type LogSource } from '#core/report';
import type { Crash } from '#core/xen-log';
import { bootBeforeDom0, crash, frame, knowledge, log } from './sample.ts';

const draft = (source: LogSource) =>
  buildReport({ logs: [source], hostInfo: [], configs: [], knowledge });
const triggers = (parts: Partial<Crash>, text = '') =>
  draft(log([crash(parts)], {}, text)).routing.security;

describe('security comes first', () => {
  const asked: readonly (readonly [string, Partial<Crash>])[] = [
    ['a host crash in a guest context', { domain: 3, vcpu: 0 }],
    ['a hypercall in the trace', { callTrace: [frame('x'), frame('do_mmu_update')] }],
    ['an exit handler in the trace', { callTrace: [frame('x'), frame('vmx_vmexit_handler')] }],
    ['emulation in the trace', { callTrace: [frame('x86_emulate'), frame('hvm_emulate_one')] }],
    ['grant tables in the trace', { callTrace: [frame('gnttab_transfer')] }],
    ['a watchdog in a guest context', { kind: 'watchdog', domain: 7 }],
    ['freed memory in a register', { registers: { rip: 1n, rbx: 0x6b6b6b6b6b6b6b6bn } }],
    ['list poison as the address', { faultAddress: 0xdead000000000100n }],
    [
      'a BUG of the page allocator',
      { kind: 'bug', place: { file: 'common/page_alloc.c', line: 5 } },
    ],
    ['a count that overflowed', { kind: 'bug', panicText: ['refcount overflow'] }],
    [
      'an assertion of a debug build while a guest runs',
      { kind: 'assertion', isDebugBuild: true, domain: 2 },
    ],
    ['a Linux oops in blkback', { kind: 'linux-oops', callTrace: [frame('dispatch_rw_block_io')] }],
    [
      'a Linux oops in netback',
      { kind: 'linux-oops', callTrace: [{ ...frame('tx'), payload: 'xen_netback' }] },
    ],
    ['what the scanner says', { securityRelevant: { yes: true, why: 'A guest can do it.' } }],
  ];
  it.each(asked.map(([what, parts]) => ({ what, parts })))('asks first for $what', ({ parts }) => {
    const { routing } = draft(log([crash(parts)]));
    expect(routing.security.askFirst).toBe(true);
    expect(routing.publicRoutesOpen).toBe(false);
    expect(routing.destinations.filter(({ isPublic }) => isPublic)).toEqual([]);
    expect(routing.destinations[0]?.id).toBe('security');
    expect(routing.withheld.length).toBeGreaterThan(0);
  });

  const open: readonly (readonly [string, Partial<Crash>])[] = [
    ['a crash in the idle loop', {}],
    ['a debug key', { callTrace: [frame('lab'), frame('handle_keypress')] }],
    ['a domctl of dom0', { domain: 0, callTrace: [frame('x'), frame('do_domctl')] }],
    [
      'an assertion of a debug build',
      { kind: 'assertion', isDebugBuild: true, callTrace: [frame('gnttab_x')] },
    ],
    ['a guest entry above a debug key', { callTrace: [frame('hvm_x'), frame('handle_keypress')] }],
    ['a warning', { kind: 'warn', outcome: 'continued', callTrace: [frame('hvm_x')] }],
    [
      'a Linux oops in a file system',
      { kind: 'linux-oops', callTrace: [frame('ext4_writepages')] },
    ],
    ['a domain that died', { kind: 'domain-crash', outcome: 'domain-died', domain: 3 }],
  ];
  it.each(open.map(([what, parts]) => ({ what, parts })))('leaves open $what', ({ parts }) => {
    const { routing } = draft(log([crash(parts)]));
    expect(routing.security.askFirst).toBe(false);
    expect(routing.publicRoutesOpen).toBe(true);
    expect(routing.withheld).toEqual([]);
  });

  it('notices a crash of the device model and of xenstored in the text', () => {
    const none = { ...log([]), text: 'qemu-system-i386[812]: segfault at 0 ip 00005' };
    expect(draft(none).routing.publicRoutesOpen).toBe(false);
    const store = { ...log([]), text: 'kernel: xenstored[400]: segfault at 10' };
    expect(draft(store).routing.publicRoutesOpen).toBe(false);
  });

  it('takes what happens before any guest runs for no attack', () => {
    const early = log([crash({ callTrace: [frame('hvm_x')] })], {
      events: [],
      boots: [bootBeforeDom0],
    });
    expect(draft(early).routing.security.askFirst).toBe(false);
    expect(draft(early).routing.security.against.join()).toContain('before any guest');
  });

  it('notices the user saying that a guest saw what was not its own', () => {
    const { routing } = buildReport({
      logs: [log([])],
      hostInfo: [],
      configs: [],
      knowledge,
      answers: { summary: 'After a reboot the guest sees memory contents of another guest.' },
    });
    expect(routing.publicRoutesOpen).toBe(false);
  });

  it('says why in the report and puts nothing public into the mail', () => {
    const { reportText } = draft(log([crash({ domain: 3 })]));
    expect(reportText).toContain('## Security note');
    expect(reportText).toContain('security@xenproject.org');
  });

  it('is decided again from the attached logs: deleting the note opens nothing', () => {
    const source = log([crash({ domain: 3 })]);
    const { reportText } = draft(source);
    const without = reportText.replace(/## Security note[\s\S]*$/, '');
    const status = checkReport({ reportText: without, logs: [source], others: [], knowledge });
    expect(status.routing.publicRoutesOpen).toBe(false);
  });

  it('opens when the user says so in words, and only then', () => {
    const source = log([crash({ domain: 3 })]);
    const { reportText } = draft(source);
    const open = (note: string) =>
      checkReport({ reportText: `${reportText}\n${note}\n`, logs: [source], others: [], knowledge })
        .routing.publicRoutesOpen;
    expect(open('')).toBe(false);
    expect(open('Not a security matter:')).toBe(false);
    expect(open('Not a security matter: no')).toBe(false);
    expect(open('Not a security matter: yes yes')).toBe(false);
    expect(open('Not a security matter: only dom0 root can load this module.')).toBe(true);
  });

  it('reads a statement however it is written', () => {
    expect(readStatement('> **Not a security matter:** only my own patch does this')).toContain(
      'only my own',
    );
    expect(readStatement('- not a security matter - the guest is trusted by us all')).toContain(
      'the guest',
    );
    expect(readStatement('It is not a security matter')).toBeUndefined();
    expect(readStatement('Not a security matter: 1 2 3 4 5')).toBeUndefined();
  });

  it('explains itself', () => {
    for (const [, parts] of asked) {
      for (const { why } of triggers(parts).reasons) expect(why).toMatch(/^[A-Z].*[.]$/);
    }
  });
});
