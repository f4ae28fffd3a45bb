// The fixes of findings as changes of their run: proposed, and accepted at once where the person clicked.
import * as vscode from 'vscode';
import type { ApplyResult, Finding } from '../../api';
import type { SeenChange } from '../../core/changes/proposals';
import { isFailure, type Failure } from '../../core/failure';
import { applySuggestion } from '../../core/review/applySuggestion';
import type { Workspace } from '../../core/workspace/workspace';

export interface FindingFixesOptions {
  /** The real state of files, without pending edits of runs. */
  workspace: Workspace;
  /** Proposes changes in the run's change set; fails as tools' edits do. */
  propose: (runId: string, changes: SeenChange[], signal: AbortSignal) => Promise<{ isApplied: boolean } | Failure>;
  accept: (runId: string, path: string) => Promise<ApplyResult>;
}

export interface FixedFile {
  done: Finding[];
  failed: { path: string; message: string }[];
}

const APPLY_TIMEOUT_MS = 10_000;

/** Applies the fixes of findings in one file as one change of the run; what does not fit any more is told and left. */
export async function applyInFile(
  runId: string,
  { path, findings }: { path: string; findings: readonly Finding[] },
  { workspace, propose, accept }: FindingFixesOptions,
): Promise<FixedFile> {
  const signal = AbortSignal.timeout(APPLY_TIMEOUT_MS);
  const location = await workspace.locate(path, signal);
  if (isFailure(location)) return { done: [], failed: [{ path, message: location.message }] };
  const before = await workspace.read(location, signal);
  if (isFailure(before)) return { done: [], failed: [{ path, message: before.message }] };
  let text = before.text;
  const done: Finding[] = [];
  const failed: { path: string; message: string }[] = [];
  // From the end to the start: a repair does not move the lines of those above it.
  for (const finding of [...findings].sort((a, b) => b.startLine - a.startLine)) {
    const next = applySuggestion(text, finding);
    if (next === undefined) failed.push({ path, message: codeChanged(finding) });
    else {
      text = next;
      done.push(finding);
    }
  }
  if (done.length === 0) return { done, failed };
  const proposed = await propose(runId, [{ kind: 'modify', location, text, seenText: before.text }], signal);
  if (isFailure(proposed)) return { done: [], failed: [...failed, { path, message: proposed.message }] };
  if (proposed.isApplied) return { done, failed };
  const result = await accept(runId, location.path);
  const refusal = result.failed[0]?.message;
  if (refusal !== undefined) return { done: [], failed: [...failed, { path, message: refusal }] };
  if (result.conflicts.length > 0) return { done: [], failed: [...failed, { path, message: conflicting(path) }] };
  return { done, failed };
}

function codeChanged({ startLine }: Finding): string {
  return vscode.l10n.t(
    'The code at line {0} has changed since the review: the fix does not fit any more. Review it again.',
    startLine,
  );
}

function conflicting(path: string): string {
  return vscode.l10n.t(
    '{0} was edited meanwhile and the fix does not merge: settle it under the changes of the run.',
    path,
  );
}
