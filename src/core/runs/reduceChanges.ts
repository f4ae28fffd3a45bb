// The part of a run's view that tells of approvals, edits and findings.
import type { FileChange, Finding } from '../../api';
import type { TeamEvent } from '../events/teamEvent';
import type { RunView } from './runView';

/** Findings kept in a view; the tools' own results have the rest. */
const MAX_FINDINGS = 1000;

/** Mutates `view`, which is the caller's own copy. */
export function reduceChanges(view: RunView, event: TeamEvent): void {
  switch (event.topic) {
    case 'approval.requested':
      view.approvals = [...view.approvals.filter(({ id }) => id !== event.payload.id), event.payload];
      {
        showWaiting(view);
        return;
      }
    case 'approval.granted':
    case 'approval.denied':
    case 'approval.expired':
      view.approvals = view.approvals.filter(({ id }) => id !== event.payload.id);
      {
        showWaiting(view);
        return;
      }
    case 'edit.proposed':
    case 'edit.accepted':
    case 'edit.rejected':
    case 'edit.reverted':
      view.changes = mergeChanges(view.changes, event.payload.files);
      return;
    case 'edit.conflicted':
      view.changes = view.changes.map((change) =>
        change.path === event.payload.path ? { ...change, status: 'conflicted' } : change,
      );
      return;
    case 'tool.completed':
      if (event.payload.findings) view.findings = mergeFindings(view.findings, event.payload.findings);
      return;
    case 'review.completed':
      if (event.payload.items) view.findings = event.payload.items;
      return;
    case 'review.updated': {
      const { id, status } = event.payload;
      view.findings = view.findings.map((finding) => (finding.id === id ? { ...finding, status } : finding));
      return;
    }
    default:
  }
}

function showWaiting(view: RunView): void {
  if (view.status !== 'running' && view.status !== 'waiting-approval') return;
  view.status = view.approvals.length > 0 ? 'waiting-approval' : 'running';
}

function mergeChanges(known: FileChange[], changed: FileChange[]): FileChange[] {
  const byPath = new Map(known.map((change) => [change.path, change]));
  for (const change of changed) {
    if (isWithdrawn(change)) byPath.delete(change.path);
    else byPath.set(change.path, change);
  }
  return [...byPath.values()];
}

/** A proposal that came back to where it began: a change that changes nothing. */
function isWithdrawn({ kind, status, added, removed, hunks }: FileChange): boolean {
  return kind === 'modify' && status === 'proposed' && added + removed + hunks.length === 0;
}

function mergeFindings(known: Finding[], found: Finding[]): Finding[] {
  const byId = new Map(known.map((finding) => [finding.id, finding]));
  for (const finding of found) if (byId.size < MAX_FINDINGS || byId.has(finding.id)) byId.set(finding.id, finding);
  return [...byId.values()];
}
