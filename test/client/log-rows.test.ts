import { expect, test } from 'vitest';
import type { LogOverview, LogRow } from '#core/protocol';
import { mentioned, sectionsOf } from '../../client/src/log/log-rows.ts';

const row = (label: string, more: Partial<LogRow> = {}): LogRow => ({
  label,
  detail: '',
  line: 1,
  severity: 'none',
  ...more,
});
const overview: LogOverview = {
  lineCount: 10,
  sizeBytes: 100,
  limits: [],
  crashes: [row('crash', { severity: 'error', cpu: 3, domain: 1 })],
  incidents: [row('slow', { severity: 'warning', cpu: 0 })],
  phases: [row('boot', { children: [row('crash', { severity: 'error' }), row('map')] })],
  domains: [row('Domain 1', { domain: 1 })],
  frequent: [],
  unknown: [],
};
const labels = (filter: Parameters<typeof sectionsOf>[1]) =>
  sectionsOf(overview, filter).map(({ id, rows }) => [
    id,
    ...rows.flatMap(({ label, children = [] }) => [label, ...children.map((each) => each.label)]),
  ]);

test('without a filter all headings that have rows are shown', () =>
  expect(labels({})).toEqual([
    ['crashes', 'crash'],
    ['incidents', 'slow'],
    ['phases', 'boot', 'crash', 'map'],
    ['domains', 'Domain 1'],
  ]));

test('by severity, by domain, by CPU; a fitting child keeps its parent', () => {
  expect(labels({ severities: ['error'] })).toEqual([
    ['crashes', 'crash'],
    ['phases', 'boot', 'crash'],
  ]);
  expect(labels({ domains: [1] })).toEqual([
    ['crashes', 'crash'],
    ['domains', 'Domain 1'],
  ]);
  expect(labels({ cpus: [0] })).toEqual([['incidents', 'slow']]);
  expect(labels({ cpus: [0], severities: ['error'] })).toEqual([]);
});

test('what can be filtered is what rows mention', () =>
  expect(mentioned(overview)).toEqual({ domains: [1], cpus: [0, 3] }));
