import * as vscode from 'vscode';
import type { SysretProblem } from '#core/protocol';
import { rangeOf } from './audit-tree.ts';

const severities: Readonly<Record<SysretProblem['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/**
 * Findings of a workspace audit in files that are not open. An open file's problems come from the language server, which
 * knows what is typed; so a file's findings go when it is opened, and come back only with the next audit.
 */
export class AuditProblems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('xen-sysret-audit');
  private readonly opening: vscode.Disposable = vscode.workspace.onDidOpenTextDocument(({ uri }) =>
    this.collection.delete(uri),
  );

  show(problems: readonly SysretProblem[]): void {
    this.collection.clear();
    const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const problem of problems) {
      const key = vscode.Uri.parse(problem.uri).toString();
      if (open.has(key)) continue;
      byFile.set(key, [...(byFile.get(key) ?? []), diagnosticOf(problem)]);
    }
    for (const [key, diagnostics] of byFile)
      this.collection.set(vscode.Uri.parse(key), diagnostics);
  }

  dispose(): void {
    this.collection.dispose();
    this.opening.dispose();
  }
}

function diagnosticOf(problem: SysretProblem): vscode.Diagnostic {
  const { range, message, severity, rule, help, evidence } = problem;
  const diagnostic = new vscode.Diagnostic(rangeOf(range), message, severities[severity]);
  diagnostic.source = 'xen';
  diagnostic.code = { value: rule, target: vscode.Uri.parse(help) };
  diagnostic.relatedInformation = evidence.map(
    (each) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(vscode.Uri.parse(each.uri), rangeOf(each.range)),
        each.message,
      ),
  );
  return diagnostic;
}
