// Brings a task's layer into the run's, file by file, three-way; and tells people of what does not merge.
import { isFailure } from '../failure';
import { proposeChange, type ChangeLayer, type FileView, type ProposedChange } from './changeLayer';
import { placeAfter, placeBefore } from './changePlans';
import type { ChangeConflict } from './changeReview';
import type { FileState } from './fileState';
import { layeredFile, type ReadPresent } from './layeredView';
import { mergeFile, type FileText } from './mergePresence';

/**
 * The run's layer with the task's changes; conflicts stand in it with both sides. `blocked` are paths where another conflict stands already:
 * a third side has no place there.
 */
export async function mergeLayers(
  run: ChangeLayer,
  task: ChangeLayer,
  read: ReadPresent,
): Promise<{ layer: ChangeLayer; conflicts: FileState[]; blocked: string[] }> {
  const layer = run.copy();
  const conflicts: FileState[] = [];
  const blocked: string[] = [];
  // Moves first: what a task creates may stand where it moved something away.
  const states = task.pending().sort((a, b) => Number(b.from !== undefined) - Number(a.from !== undefined));
  for (const state of states) {
    const conflict = await mergeState(layer, state, read);
    if (!conflict) continue;
    if (layer.get(conflict.location.uri)?.conflict?.during === 'merge') blocked.push(conflict.location.path);
    layer.put(conflict);
    conflicts.push(conflict);
  }
  return { layer, conflicts, blocked };
}

async function mergeState(layer: ChangeLayer, state: FileState, read: ReadPresent): Promise<FileState | undefined> {
  const seen = await layeredFile([layer], placeBefore(state), read);
  const view: FileView = isFailure(seen) ? { location: placeBefore(state), text: undefined, base: undefined } : seen;
  const merge = mergeFile({ base: state.base, present: view.text, proposed: state.proposed });
  if (!merge.clean) return conflicting(layer, state, { view, reason: merge.reason });
  const change = changeFor(state, view.text, merge.text);
  if (!change) return undefined;
  const target = change.kind === 'rename' ? await layeredFile([layer], change.location, read) : undefined;
  const fault = proposeChange(layer, change, { view, ...(target && !isFailure(target) && { target }) });
  return fault ? conflicting(layer, state, { view, reason: fault.reason }) : undefined;
}

function changeFor(state: FileState, present: FileText, merged: FileText): ProposedChange | undefined {
  const { location, from } = state;
  if (merged === undefined) return present === undefined ? undefined : { kind: 'delete', location: from ?? location };
  if (present === undefined) return { kind: 'create', location, text: merged };
  if (from) return { kind: 'rename', from, location, text: merged };
  return merged === present ? undefined : { kind: 'modify', location, text: merged };
}

/** The run's side stays as it is; the task's stands beside it. */
function conflicting(
  layer: ChangeLayer,
  state: FileState,
  { view, reason }: { view: FileView; reason: string },
): FileState {
  const own = layer.get(view.location.uri) ?? {
    location: view.location,
    kind: 'modify' as const,
    base: view.text,
    proposed: view.text,
    decided: [],
    applied: [],
  };
  const texts = { base: state.base, present: view.text, proposed: state.proposed };
  return { ...own, conflict: { during: 'merge', reason, ...texts } };
}

/** The conflict of a state as views show it. */
export function conflictOf(runId: string, state: FileState): ChangeConflict | undefined {
  const { conflict } = state;
  if (!conflict) return undefined;
  const { base, present, proposed, reason } = conflict;
  const location = conflict.during === 'revert' ? placeAfter(state) : placeBefore(state);
  const merge = mergeFile({ base, present, proposed });
  const withMarkers = merge.clean ? undefined : merge.withMarkers;
  const sides = { runId, path: state.location.path, location, reason, base, present, proposed };
  return { ...sides, ...(withMarkers && { withMarkers }) };
}
