// The pending and past changes of a run, or of one of its tasks: by the place where the run has each file.
import { failure, type Failure } from '../failure';
import type { FileLocation } from '../workspace/workspace';
import { isPending, type FileState, type ProposalCause } from './fileState';
import type { FileText } from './mergePresence';

/** What a tool wants done. `text` of a rename: the file's new text, where that changes too. */
export type ProposedChange =
  | { kind: 'modify'; location: FileLocation; text: string }
  | { kind: 'create'; location: FileLocation; text: string }
  | { kind: 'delete'; location: FileLocation }
  | { kind: 'rename'; from: FileLocation; location: FileLocation; text?: string };

/** A file as a layer shows it. */
export interface FileView {
  location: FileLocation;
  /** Where the file still is while a rename is pending. */
  from?: FileLocation;
  /** What the run sees there; undefined: no file. */
  text: FileText;
  /** What stands below the layer: the base of the next proposal, where the layer's own could be brought onto it. */
  base: FileText;
}

export class ChangeLayer {
  private readonly states = new Map<string, FileState>();

  get(uri: string): FileState | undefined {
    return this.states.get(uri);
  }

  all(): FileState[] {
    return [...this.states.values()];
  }

  pending(): FileState[] {
    return this.all().filter(isPending);
  }

  put(state: FileState): void {
    this.states.set(state.location.uri, state);
  }

  remove(uri: string): void {
    this.states.delete(uri);
  }

  /** The pending rename that takes the file at `uri` away. */
  leaving(uri: string): FileState | undefined {
    return this.all().find((state) => state.from?.uri === uri);
  }

  copy(): ChangeLayer {
    const copy = new ChangeLayer();
    for (const state of this.states.values()) copy.put(state);
    return copy;
  }
}

/**
 * Writes a change into the layer; `view` is how the layer shows the file now (of a rename: at its old place).
 * Fails with `file.exists`, `file.not_found` or `edit.entangled`, and then changes nothing.
 */
export function proposeChange(
  layer: ChangeLayer,
  change: ProposedChange,
  seen: { view: FileView; target?: FileView; cause?: ProposalCause },
): Failure | undefined {
  const { view, target, cause } = seen;
  if (change.kind === 'create') {
    if (view.text !== undefined) return taken(change.location);
    set(layer, change.location, { view: vacated(layer, view), proposed: change.text, cause });
    return undefined;
  }
  if (view.text === undefined) return failure('file.not_found', `There is no file at "${view.location.path}".`);
  if (change.kind === 'modify') set(layer, change.location, { view, proposed: change.text, cause });
  else if (change.kind === 'delete') proposeDeletion(layer, view, cause);
  else return proposeRename(layer, change, { view, target, cause });
  return undefined;
}

interface Write {
  view: FileView;
  proposed: FileText;
  cause: ProposalCause | undefined;
}

/** A file that a pending rename takes away is not there for the run, whatever the disk has. */
function vacated(layer: ChangeLayer, view: FileView): FileView {
  return layer.leaving(view.location.uri) && !layer.get(view.location.uri) ? { ...view, base: undefined } : view;
}

function set(layer: ChangeLayer, location: FileLocation, { view, proposed, cause }: Write): void {
  const known = layer.get(location.uri);
  const { conflict: lastConflict, isReverted: _reverted, cause: lastCause, ...kept } = known ?? FRESH;
  const from = known && isPending(known) ? known.from : undefined;
  // Two agents' sides stand against each other until that is settled, whatever else becomes of the file.
  const conflict = lastConflict?.during === 'merge' ? { ...lastConflict, present: proposed } : undefined;
  const next: FileState = {
    ...kept,
    location,
    ...(conflict && { conflict }),
    ...(from && { from }),
    kind: 'modify',
    base: view.base,
    proposed,
    ...((cause ?? lastCause) && { cause: cause ?? lastCause }),
  };
  store(layer, { ...next, kind: kindOf(next) });
}

const FRESH: Pick<FileState, 'decided' | 'applied'> & Partial<FileState> = { decided: [], applied: [] };

/** A proposal that came back to where it began is none. */
function store(layer: ChangeLayer, state: FileState): void {
  const isOpen = isPending(state) || state.conflict !== undefined;
  if (isOpen || state.applied.length > 0 || state.decided.length > 0) layer.put(state);
  else layer.remove(state.location.uri);
}

function kindOf(state: FileState): FileState['kind'] {
  const first = state.applied.length > 0 ? state.applied[0]?.before : state.base;
  if (state.proposed === undefined) return 'delete';
  if (first === undefined) return 'create';
  return state.from !== undefined || state.renamedFrom !== undefined ? 'rename' : 'modify';
}

function proposeDeletion(layer: ChangeLayer, view: FileView, cause: ProposalCause | undefined): void {
  const { location } = view;
  const known = layer.get(location.uri);
  if (!known?.from) {
    set(layer, location, { view, proposed: undefined, cause });
    return;
  }
  // A moved file is deleted where it still is; a file that was created there meanwhile takes over its text.
  const { from } = known;
  const replacement = layer.get(from.uri);
  layer.remove(location.uri);
  const { from: _from, ...rest } = known;
  const proposed = replacement?.proposed;
  const next: FileState = { ...rest, location: from, base: view.base, proposed, ...(cause && { cause }) };
  store(layer, { ...next, kind: kindOf(next) });
}

function proposeRename(
  layer: ChangeLayer,
  change: Extract<ProposedChange, { kind: 'rename' }>,
  seen: { view: FileView; target: FileView | undefined; cause: ProposalCause | undefined },
): Failure | undefined {
  const { view, target, cause } = seen;
  const known = layer.get(change.from.uri);
  const pending = known && isPending(known) ? known : undefined;
  const isReturn = pending?.from?.uri === change.location.uri;
  if (target && target.text !== undefined) return taken(change.location);
  const inTheWay = layer.get(change.location.uri) ?? layer.leaving(change.location.uri);
  if (inTheWay && !isReturn && (isPending(inTheWay) || inTheWay.applied.length > 0)) {
    return failure(
      'edit.entangled',
      `A change of this run concerns "${change.location.path}" already. Choose another name, or write the text there as an edit.`,
    );
  }
  if (isReturn && layer.get(change.location.uri)) return taken(change.location);
  layer.remove(change.from.uri);
  const isNew = pending !== undefined && pending.base === undefined;
  const from = isReturn || isNew ? undefined : (pending?.from ?? change.from);
  const { conflict: _conflict, isReverted: _reverted, from: _from, ...kept } = known ?? FRESH;
  const next: FileState = {
    ...kept,
    location: change.location,
    ...(from && { from }),
    kind: 'rename',
    base: view.base,
    proposed: change.text ?? view.text,
    ...(cause && { cause }),
  };
  store(layer, { ...next, kind: kindOf(next) });
  return undefined;
}

const taken = ({ path }: FileLocation) =>
  failure('file.exists', `There is a file at "${path}" already. Edit it, or choose another name.`);
