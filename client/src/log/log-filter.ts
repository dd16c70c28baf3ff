import * as vscode from 'vscode';
import type { LogOverview, LogRow } from '#core/protocol';
import { mentioned, type LogFilter } from './log-rows.ts';

interface FilterItem extends vscode.QuickPickItem {
  readonly domain?: number;
  readonly cpu?: number;
  readonly severity?: LogRow['severity'];
}

const severities: readonly (readonly [LogRow['severity'], () => string])[] = [
  ['error', () => vscode.l10n.t('Errors')],
  ['warning', () => vscode.l10n.t('Warnings')],
  ['information', () => vscode.l10n.t('Information')],
  ['hint', () => vscode.l10n.t('Hints')],
];

/** Asks what the view is narrowed to; undefined when the user gave up. Nothing picked shows all. */
export async function askFilter(
  overview: LogOverview,
  filter: LogFilter,
): Promise<LogFilter | undefined> {
  const { domains, cpus } = mentioned(overview);
  const heading = (label: string): FilterItem => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const items: FilterItem[] = [
    heading(vscode.l10n.t('Severity')),
    ...severities.map(([severity, label]) => ({
      label: label(),
      severity,
      picked: filter.severities?.includes(severity) ?? false,
    })),
    heading(vscode.l10n.t('Domain')),
    ...domains.map((domain) => ({
      label: domain === 0 ? vscode.l10n.t('Domain 0') : vscode.l10n.t('Domain {0}', domain),
      domain,
      picked: filter.domains?.includes(domain) ?? false,
    })),
    heading(vscode.l10n.t('CPU')),
    ...cpus.map((cpu) => ({
      label: vscode.l10n.t('CPU {0}', cpu),
      cpu,
      picked: filter.cpus?.includes(cpu) ?? false,
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: vscode.l10n.t('Show only'),
    placeHolder: vscode.l10n.t('Pick severities, domains and CPUs; nothing picked shows all'),
  });
  return picked && filterOf(picked);
}

function filterOf(picked: readonly FilterItem[]): LogFilter {
  const domains = picked.flatMap(({ domain }) => domain ?? []);
  const cpus = picked.flatMap(({ cpu }) => cpu ?? []);
  const kinds = picked.flatMap(({ severity }) => severity ?? []);
  return {
    ...(domains.length > 0 && { domains }),
    ...(cpus.length > 0 && { cpus }),
    ...(kinds.length > 0 && { severities: kinds }),
  };
}
