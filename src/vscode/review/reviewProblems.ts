// The findings of open threads in the Problems panel, for those who switched it on.
import * as vscode from 'vscode';
import type { Disposable, Finding } from '../../api';
import { DisposableStore } from '../../core/disposable';
import { FINDING_SOURCE } from '../ids';
import type { ReviewThreads } from './reviewThreads';

const SEVERITIES: Readonly<Record<Finding['severity'], vscode.DiagnosticSeverity>> = {
  blocker: vscode.DiagnosticSeverity.Error,
  major: vscode.DiagnosticSeverity.Warning,
  minor: vscode.DiagnosticSeverity.Information,
  nit: vscode.DiagnosticSeverity.Hint,
};

export interface ProblemsSettings {
  isShown(): boolean;
  onDidChange(handler: () => void): Disposable;
}

/** Keeps the panel in step with the threads until it is disposed. */
export function mirrorInProblems(threads: ReviewThreads, settings: ProblemsSettings): Disposable {
  const owned = new DisposableStore();
  const collection = owned.add(vscode.languages.createDiagnosticCollection('agentTeam'));
  const update = () => {
    collection.clear();
    if (!settings.isShown()) return;
    const byFile = new Map<string, { uri: vscode.Uri; problems: vscode.Diagnostic[] }>();
    for (const { thread, findings } of threads.list()) {
      const key = thread.uri.toString();
      const file = byFile.get(key) ?? { uri: thread.uri, problems: [] };
      byFile.set(key, file);
      file.problems.push(...findings.map(problemOf));
    }
    for (const { uri, problems } of byFile.values()) collection.set(uri, problems);
  };
  owned.add(threads.onDidChange(update));
  owned.add(settings.onDidChange(update));
  update();
  return owned;
}

function problemOf({ startLine, endLine, severity, title, rule }: Finding): vscode.Diagnostic {
  const range = new vscode.Range(startLine - 1, 0, endLine - 1, Number.MAX_SAFE_INTEGER);
  const problem = new vscode.Diagnostic(range, title, SEVERITIES[severity]);
  problem.source = FINDING_SOURCE;
  if (rule !== undefined) problem.code = rule;
  return problem;
}
