import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readDecodeTables, readMessages } from '#core/knowledge';
import { redact } from '#core/redaction';
import { scanLog } from '#core/xen-log';
import { once, seedFiles, shared } from './seed-files.ts';
import type { FuzzTarget } from './target.ts';

const data = (name: string): unknown =>
  JSON.parse(readFileSync(path.resolve('server/src/core/knowledge/data', `${name}.json`), 'utf8'));
const seeds = once(() => seedFiles(`${shared}/logs`, /\.(?:log|txt)$/, 1000));
const knowledge = {
  messages: readMessages(data('messages')),
  tables: readDecodeTables(data('decode')),
};
const dictionary = [
  '(XEN) ',
  '----[ Xen-4.17.7',
  'RIP:',
  'Panic on CPU 0:',
  '\u001b[31m',
  '> ',
  'd1v0 ',
];

export const logs: FuzzTarget = {
  name: 'logs',
  seeds,
  dictionary,
  run: (input) => void scanLog(Buffer.from(input).toString('latin1'), knowledge),
};

export const redaction: FuzzTarget = {
  name: 'redaction',
  seeds,
  dictionary: ['root@host', '10.0.0.1', 'fe80::1', '00:16:3e:01:02:03', '/home/user/', 'token='],
  run: (input) => void redact([{ name: 'a.log', text: Buffer.from(input).toString('utf8') }]),
};

/** Listings and access logs of the store: the same reader, other shapes. */
export const xenstore: FuzzTarget = {
  name: 'xenstore',
  seeds: once(() => seedFiles(`${shared}/logs`, /xenstore[^/]*\.(?:log|txt)$/, 1000)),
  dictionary: ['/local/domain/0/backend/vbd', ' = "', 'perms', '[', 'WRITE', 'OK', '(n0,r1)'],
  run(input) {
    scanLog(Buffer.from(input).toString('latin1'), knowledge);
    redact([{ name: 'xenstore-ls.txt', text: Buffer.from(input).toString('utf8') }]);
  },
};
