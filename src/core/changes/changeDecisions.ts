// What a person decides about a run's changes, and what becomes of each file.
import type { ApplyResult } from '../../api';
import { carryOut, type CarryOutPorts, type Job } from './carryOut';
import type { ChangeLayer } from './changeLayer';
import {
  placeAfter,
  placeBefore,
  planAccept,
  planRevert,
  planSettled,
  planSettledRevert,
  type FilePlan,
} from './changePlans';
import { afterAccept, afterReject, isPending, openHunks, type ConflictState, type FileState } from './fileState';
import { mergeFile, type FileText } from './mergePresence';

export type Decision =
  | { kind: 'accept' | 'reject'; path: string | undefined; hunkId: string | undefined }
  | { kind: 'revert' }
  | { kind: 'resolve'; path: string; text: string | undefined };

export interface Decided {
  /** States that are other than before, conflicts not included. */
  settled: FileState[];
  conflicts: FileState[];
  /** What to report, in this order. */
  reports: { topic: 'edit.proposed' | 'edit.accepted' | 'edit.rejected' | 'edit.reverted'; states: FileState[] }[];
  result: ApplyResult;
}

/** Carries a decision out; a path or hunk that has nothing to decide is told of in `result.failed`. */
export async function decide(layer: ChangeLayer, decision: Decision, ports: CarryOutPorts): Promise<Decided> {
  switch (decision.kind) {
    case 'accept':
      return accept(layer, decision, ports);
    case 'reject':
      return reject(layer, decision);
    case 'revert':
      return revert(layer, ports);
    case 'resolve':
      return resolve(layer, decision, ports);
  }
}

async function accept(
  layer: ChangeLayer,
  { path, hunkId }: { path: string | undefined; hunkId: string | undefined },
  ports: CarryOutPorts,
): Promise<Decided> {
  const chosen = withMovedAway(layer, choose(layer, path, hunkId));
  // Two agents' sides stand against each other: accepting one of them silently would drop the other.
  const unmerged = chosen.filter((state) => state.conflict?.during === 'merge');
  const jobs = chosen
    .filter((state) => isPending(state) && !unmerged.includes(state))
    .map((state): Job => ({
      state,
      place: placeBefore(state),
      plan: (text) => planAccept(state, hunkOf(state, hunkId), text),
    }));
  const done = await carryOut(jobs, ports);
  const missing = path !== undefined && chosen.length === 0 ? [nothingOpen(path)] : [];
  return outcome('edit.accepted', done.done, {
    conflicts: done.conflicts,
    alsoConflicts: unmerged,
    failed: [...missing, ...done.failed],
  });
}

function reject(
  layer: ChangeLayer,
  { path, hunkId }: { path: string | undefined; hunkId: string | undefined },
): Decided {
  const settled = choose(layer, path, hunkId).map((state) => afterReject(state, hunkId));
  return outcome('edit.rejected', settled, {});
}

async function revert(layer: ChangeLayer, ports: CarryOutPorts): Promise<Decided> {
  const jobs = layer
    .all()
    .filter((state) => state.applied.length > 0)
    .map((state): Job => ({ state, place: placeAfter(state), plan: (text) => planRevert(state, text) }));
  const done = await carryOut(jobs, ports);
  const reverted = outcome('edit.reverted', done.done, done);
  const open = layer.all().filter((state) => state.applied.length === 0 && (isPending(state) || state.conflict));
  const rejected = open.map((state) => afterReject(state, undefined));
  return {
    ...reverted,
    settled: [...reverted.settled, ...rejected],
    reports: [...reverted.reports, { topic: 'edit.rejected', states: rejected }],
  };
}

async function resolve(
  layer: ChangeLayer,
  { path, text }: { path: string; text: string | undefined },
  ports: CarryOutPorts,
): Promise<Decided> {
  const state = choose(layer, path, undefined).find((candidate) => candidate.conflict);
  const conflict = state?.conflict;
  if (!state || !conflict) return outcome('edit.accepted', [], { failed: [nothingOpen(path)] });
  if (conflict.during === 'merge') {
    const { conflict: _settled, ...rest } = state;
    return outcome('edit.proposed', [{ ...rest, proposed: text ?? state.proposed }], {});
  }
  const isRevert = conflict.during === 'revert';
  const place = isRevert ? placeAfter(state) : placeBefore(state);
  const done = await carryOut(
    [{ state, place, plan: (present) => planResolution(state, conflict, { present, text }) }],
    ports,
  );
  return outcome(isRevert ? 'edit.reverted' : 'edit.accepted', done.done, done);
}

/** A resolution was made from the text that the conflict was found in; what was typed since is merged in. */
function planResolution(
  state: FileState,
  conflict: ConflictState,
  { present, text }: { present: FileText; text: FileText },
): FilePlan {
  const merge = mergeFile({ base: conflict.present, present, proposed: text ?? present });
  if (!merge.clean) return { kind: 'conflict', next: { ...state, conflict: { ...conflict, present } } };
  if (conflict.during === 'revert') return planSettledRevert(state, present, merge.text);
  const plan = planSettled(state, present, merge.text);
  if (plan.kind === 'conflict' || text !== undefined || plan.operations.length > 0) return plan;
  // The person has put the result there already: it is still the run's change, and can be taken back.
  const step = { before: conflict.present, after: present, at: state.location };
  return { ...plan, next: () => afterAccept(state, undefined, step) };
}

/** A new file that stands where the run moved another one away needs that move too. */
function withMovedAway(layer: ChangeLayer, chosen: readonly FileState[]): FileState[] {
  const moves = chosen.flatMap((state) => layer.leaving(state.location.uri) ?? []);
  return [...new Set([...moves, ...chosen])];
}

/** The files that a decision is about; with a hunk, only the file that has it open. */
function choose(layer: ChangeLayer, path: string | undefined, hunkId: string | undefined): FileState[] {
  return layer
    .all()
    .filter((state) => isPending(state) || state.conflict !== undefined)
    .filter((state) => path === undefined || state.location.path === path || state.from?.path === path)
    .filter((state) => hunkId === undefined || openHunks(state).some((hunk) => hunk.id === hunkId));
}

function outcome(
  topic: Decided['reports'][number]['topic'],
  settled: FileState[],
  rest: { conflicts?: FileState[]; alsoConflicts?: FileState[]; failed?: ApplyResult['failed'] },
): Decided {
  const { conflicts = [], alsoConflicts = [], failed = [] } = rest;
  return {
    settled,
    conflicts,
    reports: [{ topic, states: settled }],
    result: {
      applied: settled.map((state) => state.location.path),
      conflicts: [...conflicts, ...alsoConflicts].map((state) => state.location.path),
      failed,
    },
  };
}

/** Of a file that is taken along, everything. */
function hunkOf(state: FileState, hunkId: string | undefined): string | undefined {
  return openHunks(state).some((hunk) => hunk.id === hunkId) ? hunkId : undefined;
}

const nothingOpen = (path: string) => ({ path, message: `Nothing in "${path}" waits for a decision.` });
