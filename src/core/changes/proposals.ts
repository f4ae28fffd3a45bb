// Takes what tools want done into a run's change set: all of a call's changes or none.
import type { FileChange } from '../../api';
import { CANCELLED, failure, isFailure, type Failure } from '../failure';
import type { FileProbe } from './changeApplier';
import type { ChangeLayer, FileView, ProposedChange } from './changeLayer';
import { proposeChange } from './changeLayer';
import type { FileState } from './fileState';
import { layeredFile, type ReadPresent } from './layeredView';
import type { Workspace } from '../workspace/workspace';
import type { FileText } from './mergePresence';
import { findWriteFault } from './writeRules';

/** A change, and the text that its maker saw (of a rename at the old place): any other text makes it stale. */
export type SeenChange = ProposedChange & { seenText?: string };

export interface ProposalPorts {
  workspace: Workspace;
  probe: FileProbe;
  read: ReadPresent;
  restrict: (change: SeenChange, before: FileText) => Promise<Failure | undefined>;
  signal: AbortSignal;
}

/** Files of one run; each is read whenever the run reads anything. */
const MAX_FILES = 1000;

/** The layer with all changes in it; fails with the first change that can't be made. `layers` are left as they are. */
export async function proposedLayer(
  layers: readonly [...ChangeLayer[], ChangeLayer],
  changes: readonly SeenChange[],
  ports: ProposalPorts,
): Promise<ChangeLayer | Failure> {
  const below = layers.slice(0, -1);
  const layer = layers[layers.length - 1]?.copy();
  if (!layer) throw new Error('Internal error: a scope without a layer.');
  for (const change of changes) {
    const fault = await takeIn([...below, layer], layer, { change, ports });
    if (fault) return fault;
  }
  if (layer.all().length > MAX_FILES) {
    return failure('edit.too_many', `A run can change ${MAX_FILES} files at most. Tell the person what is left to do.`);
  }
  return ports.signal.aborted ? CANCELLED : layer;
}

async function takeIn(
  layers: readonly ChangeLayer[],
  layer: ChangeLayer,
  { change, ports }: { change: SeenChange; ports: ProposalPorts },
): Promise<Failure | undefined> {
  const view = await layeredFile(layers, change.kind === 'rename' ? change.from : change.location, ports.read);
  if (isFailure(view)) return view;
  if (change.seenText !== undefined && change.seenText !== view.text) {
    return failure('edit.stale', `"${view.location.path}" has changed since it was read. Read it again.`, true);
  }
  const read = (location: FileView['location']) => ports.workspace.read(location, ports.signal);
  const isVacated = ({ uri }: FileView['location']) =>
    layers.some((one) => one.leaving(uri) !== undefined || one.pending().some((state) => isDeletion(state, uri)));
  const fault =
    (await findWriteFault(change, { probe: ports.probe, read, isVacated }, ports.signal)) ??
    (await ports.restrict(change, view.text));
  if (fault) return fault;
  const target = change.kind === 'rename' ? await layeredFile(layers, change.location, ports.read) : undefined;
  if (isFailure(target)) return target;
  return proposeChange(layer, change, { view, ...(target && { target }) });
}

const isDeletion = (state: FileState, uri: string) => state.location.uri === uri && state.proposed === undefined;

/** The states that differ between two layers, and what is gone from the first. */
export function changedStates(
  before: ChangeLayer,
  after: ChangeLayer,
): { states: FileState[]; withdrawn: FileState[] } {
  return {
    states: after.all().filter((state) => before.get(state.location.uri) !== state),
    withdrawn: before.all().filter((state) => after.get(state.location.uri) === undefined),
  };
}

/** What tells views that a proposal was taken back: a change that changes nothing. */
export function withdrawal(runId: string, { location }: FileState): FileChange {
  return { runId, path: location.path, kind: 'modify', status: 'proposed', added: 0, removed: 0, hunks: [] };
}
