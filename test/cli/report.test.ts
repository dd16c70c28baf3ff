import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FolderProblem, writeFolder } from '../../server/src/report-folder/write-folder.ts';
import { maintainersText } from '../core/maintainers/tree.ts';
import { runCli } from './run.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'xen-report-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const place = (name: string): string => path.join(scratch, name);

/** A short log of the tests' own: a boot, dom0, and a crash while the hypervisor worked for a guest. */
const banner = [
  '(XEN) Xen version 4.17.6 (alice@hvams01) (gcc 12.2.0) debug=n Wed Nov  4 16:52:28 UTC 2026',
  '(XEN) build-id: 6d56f1853d7a2facac5e05700a1cc2b28fc5a2a2',
  '(XEN) Command line: com1=115200,8n1 console=com1 loglvl=all guest_loglvl=all',
  '(XEN) System RAM: 3071MB (3145212kB)',
  "(XEN) *** Serial input to DOM0 (type 'CTRL-a' three times to switch input)",
  '[    0.000000] Linux version 6.1.0-56-amd64 (bob@buildhost) (gcc-12) #1 SMP Debian',
  '[    3.000000] Run /init as init process',
  '[    4.000000] igb 0000:03:00.0 eth0: 3c:fd:fe:11:22:33',
];
const crash = (context: string, caller: string): string[] => [
  '(XEN) ----[ Xen-4.17.6  x86_64  debug=n  Not tainted ]----',
  '(XEN) CPU:    3',
  '(XEN) RIP:    e008:[<ffff82d04025f13b>] common/sched/credit2.c#burn_credits+0x9/0xb',
  `(XEN) RFLAGS: 0000000000010246   CONTEXT: hypervisor${context}`,
  '(XEN) rax: 0000000000000000   rbx: 0000000000000001   rcx: 0000000000000008',
  '(XEN) cr3: 00000000bfca9000   cr2: 0000000000000010',
  '(XEN) Xen call trace:',
  '(XEN)    [<ffff82d04025f13b>] R common/sched/credit2.c#burn_credits+0x9/0xb',
  `(XEN)    [<ffff82d04025f150>] F ${caller}+0x13/0x25`,
  '(XEN) ',
  '(XEN) Pagetable walk from 0000000000000010:',
  '(XEN)  L4[0x000] = 0000000000000000 ffffffffffffffff',
  '(XEN) ',
  '(XEN) ****************************************',
  '(XEN) Panic on CPU 3:',
  '(XEN) FATAL PAGE FAULT',
  '(XEN) [error_code=0000]',
  '(XEN) Faulting linear address: 0000000000000010',
  '(XEN) ****************************************',
];
const logFile = (name: string, lines: readonly string[]): string => {
  writeFileSync(place(name), `${lines.join('\n')}\n`);
  return place(name);
};
const own = logFile('own.log', [...banner, ...crash('', 'common/sched/core.c#schedule')]);
const guest = logFile('guest.log', [...banner, ...crash(' (d3v0)', 'do_mmu_update')]);

interface Answer {
  readonly version: number;
  readonly folder: string;
  readonly completeness: number;
  readonly missing: readonly { readonly id: string }[];
  readonly route: {
    readonly kind: string;
    readonly publicRoutesOpen: boolean;
    readonly to: readonly { readonly id: string }[];
    readonly withheld: readonly string[];
    readonly cc: readonly { readonly address: string }[];
    readonly security: { readonly askFirst: boolean };
  };
  readonly redactions: readonly { readonly kind: string }[];
}
const json = async (...args: readonly string[]) => {
  const ran = await runCli([...args, '--format', 'json']);
  return { ...ran, answer: JSON.parse(ran.stdout || '{}') as Answer };
};

describe('report new', () => {
  test('makes a folder, redacted, and answers as the contract says', async () => {
    const ran = await json('report', 'new', '--log', own, '--out', place('first'));
    expect(ran.status).toBe(0);
    expect(ran.stderr).toBe('');
    expect(Object.keys(ran.answer)).toEqual(
      expect.arrayContaining([
        'version',
        'folder',
        'completeness',
        'missing',
        'route',
        'redactions',
      ]),
    );
    expect(ran.answer.version).toBe(1);
    expect(ran.answer.route.kind).toBe('xen-bug');
    expect(ran.answer.route.to.map(({ id }) => id)).toContain('xen-devel');
    expect(ran.answer.redactions.map(({ kind }) => kind).sort()).toEqual([
      'builder',
      'builder',
      'mac',
    ]);
    const attached = readFileSync(place('first/attachments/own.log'), 'utf8');
    const report = readFileSync(place('first/report.md'), 'utf8');
    for (const secret of ['alice', 'hvams01', 'bob@', '3c:fd:fe']) {
      expect(attached).not.toContain(secret);
      expect(report).not.toContain(secret);
    }
    expect(readFileSync(place('first/private/original/own.log'), 'utf8')).toBe(
      readFileSync(own, 'utf8'),
    );
    expect(attached).toContain(
      'RIP:    e008:[<ffff82d04025f13b>] common/sched/credit2.c#burn_credits+0x9/0xb',
    );
  });

  test('never writes over a report', async () => {
    const before = readFileSync(place('first/report.md'), 'utf8');
    const ran = await json('report', 'new', '--log', guest, '--out', place('first'));
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('exists already and is not overwritten');
    expect(readFileSync(place('first/report.md'), 'utf8')).toBe(before);
    expect(readdirSync(scratch).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('withholds every public route from what a guest may cause', async () => {
    const { answer } = await json('report', 'new', '--log', guest, '--out', place('second'));
    expect(answer.route.security.askFirst).toBe(true);
    expect(answer.route.publicRoutesOpen).toBe(false);
    expect(answer.route.to.map(({ id }) => id)).toEqual(['security']);
    expect(answer.route.withheld).toContain('xen-devel');
    expect(answer.route.cc).toEqual([]);
    const check = await json('report', 'check', place('second'));
    expect(check.status).toBe(1);
    expect(check.answer.route.publicRoutesOpen).toBe(false);
    const alone = place('alone.md');
    writeFileSync(alone, readFileSync(place('second/report.md')));
    expect((await json('report', 'check', alone)).answer.route.publicRoutesOpen).toBe(false);
    writeFileSync(
      alone,
      `${readFileSync(alone, 'utf8')}\nNot a security matter: only my own module does this.\n`,
    );
    expect((await json('report', 'check', alone)).answer.route.publicRoutesOpen).toBe(true);
  });

  test('puts the maintainers of the crashing file in Cc', async () => {
    const tree = place('tree');
    mkdirSync(path.join(tree, 'xen/common/sched'), { recursive: true });
    writeFileSync(path.join(tree, 'MAINTAINERS'), maintainersText);
    writeFileSync(path.join(tree, 'xen/common/sched/credit2.c'), 'int x;\n');
    const { answer } = await json(
      'report',
      'new',
      '--log',
      own,
      '--xen-tree',
      tree,
      '--out',
      place('third'),
    );
    expect(answer.route.cc.map(({ address }) => address)).toEqual(['sven@example.org']);
    const asked = await runCli([
      'report',
      'maintainers',
      '--xen-tree',
      tree,
      'xen/common/sched/credit2.c',
    ]);
    expect(asked.stdout).toContain('Sven Sched <sven@example.org> (maintainer: SCHEDULING)');
  });

  test('reads standard input, keeps what it is told to keep', async () => {
    const ran = await runCli(
      ['report', 'new', '--log', '-', '--keep', '3c:fd:fe:11:22:33', '--out', place('fourth')],
      readFileSync(own),
    );
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain('Complete: ');
    expect(readFileSync(place('fourth/attachments/standard-input.log'), 'utf8')).toContain(
      '3c:fd:fe',
    );
    expect((await json('report', 'check', place('fourth'))).answer.redactions).toEqual([]);
  });

  test('says in one line what is wrong with arguments', async () => {
    for (const [args, says] of [
      [['report'], 'needs "new", "check" or "maintainers"'],
      [['report', 'new'], 'needs a log'],
      [['report', 'new', '--log', own], 'needs a folder'],
      [['report', 'new', '--log', place('none.log'), '--out', place('x')], 'there is no such file'],
      [
        ['report', 'new', '--log', own, '--xen-tree', scratch, '--out', place('x')],
        'holds no MAINTAINERS',
      ],
      [['report', 'check'], 'needs one report'],
      [['report', 'check', place('nowhere')], 'there is no report.md'],
    ] as const) {
      const ran = await runCli(args);
      expect(ran.status).toBe(2);
      expect(ran.stderr.trim().split('\n').length).toBe(1);
      expect(ran.stderr).toContain(says);
    }
    expect(existsSync(place('x'))).toBe(false);
  });
});

describe('writing a folder', () => {
  test('leaves nothing when it fails midway', () => {
    const target = place('broken');
    const files = [
      { path: 'a.txt', text: 'a' },
      { path: 'a.txt', text: 'the same name again cannot be written' },
    ];
    expect(() => writeFolder(target, files)).toThrow(FolderProblem);
    expect(readdirSync(scratch).filter((name) => name.includes('broken'))).toEqual([]);
  });

  test('leaves no report when the process is killed midway, and the next run clears what was left', async () => {
    const target = place('killed');
    const code = `
      const fs = require('node:fs');
      fs.mkdirSync(${JSON.stringify(place('.killed.'))} + process.pid + '.part');
      fs.writeFileSync(${JSON.stringify(place('.killed.'))} + process.pid + '.part/report.md', 'half');
      process.stdout.write('written');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((done) => child.stdout.once('data', done));
    child.kill('SIGKILL');
    await new Promise((done) => child.once('close', done));
    expect(existsSync(target)).toBe(false);
    writeFolder(target, [{ path: 'report.md', text: 'whole' }]);
    expect(readdirSync(scratch).filter((name) => name.includes('killed'))).toEqual(['killed']);
    expect(readFileSync(path.join(target, 'report.md'), 'utf8')).toBe('whole');
  });

  test('does not take what stands there for its own', () => {
    mkdirSync(place('taken'));
    writeFileSync(place('taken/precious.txt'), 'mine');
    expect(() => writeFolder(place('taken'), [{ path: 'report.md', text: 'x' }])).toThrow(
      'exists already',
    );
    expect(readdirSync(place('taken'))).toEqual(['precious.txt']);
  });

  test('git ignores the private part', () => {
    const folder = place('first');
    execFileSync('git', ['init', '-q', scratch]);
    const seen = execFileSync('git', ['-C', scratch, 'status', '--porcelain', '-uall', folder], {
      encoding: 'utf8',
    });
    expect(seen).toContain('report.md');
    expect(seen).not.toContain('private');
  });
});
