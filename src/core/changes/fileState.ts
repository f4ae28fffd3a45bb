// What a run did to one file, and what became of it. Values: each function returns a new state.
//
//   proposed ──accept──> accepted ──revert──> reverted
//      │  ╲──conflict──> conflicted ──resolve──> accepted | reverted
//      └──reject──> rejected           every state may be proposed to again
import type { FileChange } from '../../api';
import type { FileLocation } from '../workspace/workspace';
import type { FileFormat, MadeFolders } from './changeApplier';
import { countLines, lineHunks, takeHunks, type LineHunk } from './lineHunks';
import type { FileText } from './mergePresence';

/** A hunk that a person has decided about. */
export interface DecidedHunk {
  id: string;
  /** 1-based, in the text that was proposed then. */
  startLine: number;
  status: 'accepted' | 'rejected' | 'reverted';
  added: number;
  removed: number;
}

/** One change that really happened, so that it can be taken back. */
export interface AppliedStep {
  before: FileText;
  after: FileText;
  /** Where the file is since. */
  at: FileLocation;
  /** Where it was before, if the step moved it. */
  movedFrom?: FileLocation;
  /** Of a file that the step deleted. */
  format?: FileFormat;
  /** That the step had to make. */
  madeFolders?: MadeFolders;
}

export interface ConflictState {
  during: 'accept' | 'revert' | 'merge';
  reason: string;
  base: FileText;
  present: FileText;
  proposed: FileText;
}

/** Names the event that proposed, so that later events have a cause and a trace. */
export interface ProposalCause {
  eventId: string;
  traceId?: string;
  spanId?: string;
}

export interface FileState {
  /** Where the run has the file. */
  location: FileLocation;
  /** Where the file still is while a rename is pending. */
  from?: FileLocation;
  /** Where it was before the run's first rename: for people. */
  renamedFrom?: FileLocation;
  kind: FileChange['kind'];
  /** As the run saw it, with what was accepted since; undefined: no file. */
  base: FileText;
  /** As the run wants it; undefined: no file. */
  proposed: FileText;
  decided: DecidedHunk[];
  applied: AppliedStep[];
  isReverted?: boolean;
  conflict?: ConflictState;
  cause?: ProposalCause;
}

/** True while something of it waits for a decision. */
export function isPending(state: FileState): boolean {
  return state.base !== state.proposed || state.from !== undefined;
}

/** The hunks that wait for a decision. A creation or deletion is one hunk. */
export function openHunks({ base, proposed, decided }: FileState): LineHunk[] {
  return lineHunks(base ?? '', proposed ?? '', new Set(decided.map((hunk) => hunk.id)));
}

/** What accepting one hunk, or everything, makes of the base. A deletion can't be taken in parts. */
export function acceptedText(state: FileState, hunkId: string | undefined): FileText {
  if (hunkId === undefined || state.proposed === undefined) return state.proposed;
  return takeHunks(state.base ?? '', openHunks(state), (hunk) => hunk.id === hunkId);
}

/** The state after one hunk, or everything, was really made, as `step`; without a step it stood there already. */
export function afterAccept(state: FileState, hunkId: string | undefined, step: AppliedStep | undefined): FileState {
  const { from, conflict: _conflict, isReverted: _reverted, ...rest } = state;
  const hunks = openHunks(state);
  const isWhole = hunkId === undefined || state.proposed === undefined;
  const taken = hunks.filter((hunk) => isWhole || hunk.id === hunkId);
  return {
    ...rest,
    ...(from && !rest.renamedFrom && { renamedFrom: from }),
    base: acceptedText(state, hunkId),
    decided: [...state.decided, ...taken.map((hunk) => decide(hunk, 'accepted'))],
    applied: step ? [...state.applied, step] : state.applied,
  };
}

/** The state without one hunk, or without anything that waits. */
export function afterReject(state: FileState, hunkId: string | undefined): FileState {
  const { conflict: _conflict, ...rest } = state;
  const hunks = openHunks(state);
  const isWhole = hunkId === undefined || state.proposed === undefined || state.base === undefined;
  const rejected = hunks.filter((hunk) => isWhole || hunk.id === hunkId);
  const decided = [...state.decided, ...rejected.map((hunk) => decide(hunk, 'rejected'))];
  if (!isWhole) {
    return { ...rest, decided, proposed: takeHunks(state.base ?? '', hunks, (hunk) => hunk.id !== hunkId) };
  }
  const { from: _from, ...unmoved } = rest;
  return { ...unmoved, decided, proposed: state.base };
}

/** The state after all of its steps were taken back. */
export function afterRevert(state: FileState, text: FileText): FileState {
  const { from: _from, conflict: _conflict, ...rest } = afterReject(state, undefined);
  const decided = rest.decided.map((hunk): DecidedHunk =>
    hunk.status === 'accepted' ? { ...hunk, status: 'reverted' } : hunk,
  );
  return { ...rest, base: text, proposed: text, decided, applied: [], isReverted: true };
}

/** The change as the API and the views show it. */
export function toFileChange(runId: string, state: FileState): FileChange {
  const open = openHunks(state);
  const status = statusOf(state);
  const counted = countOf(state, open, status);
  const shown = state.conflict ? 'conflicted' : 'proposed';
  const hunks = [
    ...state.decided.map(({ id, startLine, status: decision }) => ({ id, startLine, status: decision })),
    ...open.map(({ id, newStart }) => ({ id, startLine: newStart + 1, status: shown })),
  ].sort((a, b) => a.startLine - b.startLine);
  const from = state.renamedFrom ?? state.from;
  return {
    runId,
    path: state.location.path,
    ...(from && { from: from.path }),
    kind: state.kind,
    status,
    ...counted,
    hunks,
  };
}

function statusOf(state: FileState): FileChange['status'] {
  if (state.conflict) return 'conflicted';
  if (isPending(state)) return 'proposed';
  if (state.isReverted) return 'reverted';
  return state.applied.length > 0 || state.decided.some((hunk) => hunk.status === 'accepted') ? 'accepted' : 'rejected';
}

/** Lines of what is open or accepted; of a file that was rejected or reverted as a whole, what it would have been. */
function countOf(state: FileState, open: readonly LineHunk[], status: FileChange['status']) {
  const isOver = status === 'rejected' || status === 'reverted';
  const decided = state.decided.filter((hunk) => isOver || hunk.status === 'accepted');
  const pending = countLines(open);
  return {
    added: pending.added + decided.reduce((sum, hunk) => sum + hunk.added, 0),
    removed: pending.removed + decided.reduce((sum, hunk) => sum + hunk.removed, 0),
  };
}

function decide(hunk: LineHunk, status: DecidedHunk['status']): DecidedHunk {
  return {
    id: hunk.id,
    startLine: hunk.newStart + 1,
    status,
    added: hunk.newLines.length,
    removed: hunk.oldLines.length,
  };
}
