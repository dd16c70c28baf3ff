import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { cases } from './cases.ts';

/** Called by VS Code; writes what happened for the outer test and rejects when a case failed. */
export async function run(): Promise<void> {
  const tests: { name: string; error?: string }[] = [];
  for (const [name, body] of Object.entries(cases)) {
    try {
      await body();
      tests.push({ name });
    } catch (error) {
      tests.push({
        name,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }
  const editor = `${vscode.env.appName} ${vscode.version}`;
  const file = process.env['XEN_SUITE_RESULT'];
  if (file !== undefined) writeFileSync(file, JSON.stringify({ editor, tests }));
  const failed = tests.filter(({ error }) => error !== undefined);
  for (const { name, error } of failed) console.log(`not ok ${name}: ${error}`);
  if (failed.length > 0) throw new Error(`${failed.length} of ${tests.length} cases failed`);
}
