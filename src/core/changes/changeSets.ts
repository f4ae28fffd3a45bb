// The change sets of all runs: proposals come in from tools, decisions from people; files change only through the applier.
// One thing at a time, so that no two decisions see the same text. Whatever happens is recorded and reported as `edit.*` events.
import type { ApplyResult, Disposable, FileChange } from '../../api';
import type { EventPublisher } from '../events/publisher';
import { failure, isFailure, type Failure } from '../failure';
import type { RunContext } from '../runs/runContext';
import { textVersion } from '../workspace/textVersion';
import type { FileLocation, Workspace } from '../workspace/workspace';
import { carryOut } from './carryOut';
import type { ChangeApplier, FileProbe } from './changeApplier';
import { ChangeLayer, type FileView } from './changeLayer';
import { decide, type Decision } from './changeDecisions';
import { placeBefore, planAccept } from './changePlans';
import { causeOf, ChangeReports } from './changeReports';
import type { ChangeConflict, ChangeReview, FileSides, PendingEdits, PendingFile } from './changeReview';
import { ChangeShelf } from './changeShelf';
import type { ChangeStore } from './changeStore';
import { isPending, openHunks, toFileChange, type ProposalCause } from './fileState';
import { layeredFile, layeredFiles, type ReadPresent } from './layeredView';
import type { FileText } from './mergePresence';
import { conflictOf, mergeLayers } from './layerMerge';
import { changedStates, proposedLayer, withdrawal, type SeenChange } from './proposals';
import type { ChangeScope, RunChanges } from './runChanges';

export type EditMode = 'review' | 'auto' | 'deny';

export interface ChangeSetsOptions {
  /** The real state, without anybody's pending edits. */
  workspace: Workspace;
  applier: ChangeApplier;
  probe: FileProbe;
  store: ChangeStore;
  publisher: EventPublisher;
  mode: () => EditMode;
  /** What an agent may not change, beside what nobody may; `before` is the file's text as the run sees it. */
  restrict?: (
    edit: { agent: string | undefined; change: SeenChange; before: FileText },
    signal: AbortSignal,
  ) => Promise<Failure | undefined>;
  /** True while this window works on the run. */
  isLive: (runId: string) => boolean;
  traceOf: (runId: string) => { traceId?: string; eventId?: string };
  onProblem: (message: string) => void;
}

/** Who proposes. */
export interface Proposer extends ChangeScope {
  signal: AbortSignal;
  agent?: string;
  /** Reports under the call that proposes; absent: under the run. */
  emit?: RunContext['emit'];
}

export interface Proposal {
  /** As they stand now, the call's own only. */
  files: FileChange[];
  /** True where `edits.mode` is `auto`: the files are changed already. */
  isApplied: boolean;
}

export class ChangeSets implements ChangeReview, PendingEdits {
  private readonly shelf: ChangeShelf;
  private readonly reports: ChangeReports;
  /** Proposals and decisions wait for each other here. */
  private line: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ChangeSetsOptions) {
    this.shelf = new ChangeShelf(options);
    this.reports = new ChangeReports(options);
  }

  /** Reads what earlier windows left; `list` knows it afterwards. */
  start(): Promise<void> {
    return this.shelf.start();
  }

  onDidChange(handler: (runId: string) => void): Disposable {
    return this.shelf.onDidChange(handler);
  }

  list(runId?: string): FileChange[] {
    return this.shelf.list(runId);
  }

  async load(runId: string): Promise<void> {
    await this.shelf.get(runId);
    this.shelf.changed(runId);
  }

  /** Drops what is in memory of a run whose files were deleted. */
  forget(runId: string): void {
    this.shelf.forget(runId);
  }

  /** True where a proposal would be refused; nothing is proposed in restricted mode either. */
  refusal(): Failure | undefined {
    if (!this.options.workspace.isTrusted()) {
      return failure('workspace.untrusted', 'This workspace is in restricted mode: files can be read, not changed.');
    }
    return this.options.mode() === 'deny'
      ? failure('edit.denied', 'The settings forbid edits (agentTeam.edits.mode). Describe the change instead.')
      : undefined;
  }

  /** One file as the scope sees it, pending edits included. */
  async view(scope: ChangeScope, location: FileLocation, signal: AbortSignal): Promise<FileView | Failure> {
    const changes = await this.shelf.get(scope.runId);
    return layeredFile(changes.layersOf(scope), location, this.reader(signal));
  }

  /** Every file that is other for the scope than for the workspace. */
  async views(scope: ChangeScope, signal: AbortSignal): Promise<FileView[]> {
    const changes = await this.shelf.get(scope.runId);
    return [...(await layeredFiles(changes.layersOf(scope), this.reader(signal))).values()];
  }

  async files(scope: ChangeScope, signal: AbortSignal): Promise<PendingFile[]> {
    const views = await this.views(scope, signal);
    return views.map(({ location, from, text }) => ({
      location,
      ...(from && { from }),
      text,
      version: text === undefined ? 'none' : textVersion(text),
    }));
  }

  async count(scope: ChangeScope): Promise<number> {
    const layers = (await this.shelf.get(scope.runId)).layersOf(scope);
    const states = layers.flatMap((layer) => layer.pending());
    return states.reduce((sum, state) => sum + Math.max(1, openHunks(state).length), 0);
  }

  /** Paths with pending edits of the scope, for tools that answer for the real state. */
  async pendingPaths(scope: ChangeScope): Promise<string[]> {
    const layers = (await this.shelf.get(scope.runId)).layersOf(scope);
    const states = layers.flatMap((layer) => layer.pending());
    return [...new Set(states.flatMap(({ location, from }) => [location.path, ...(from ? [from.path] : [])]))].sort();
  }

  /** Proposes all changes or none; in `auto` mode they are applied at once, or not even proposed. */
  propose(who: Proposer, changes: readonly SeenChange[]): Promise<Proposal | Failure> {
    return this.inLine(async () => {
      const refusal = this.refusal();
      if (refusal) return refusal;
      const set = await this.shelf.get(who.runId);
      const layers = set.layersOf(who);
      const top = layers[layers.length - 1] ?? new ChangeLayer();
      const read = this.reader(who.signal);
      const { workspace, probe } = this.options;
      const restrict = (change: SeenChange, before: FileText) =>
        this.options.restrict?.({ agent: who.agent, change, before }, who.signal) ?? Promise.resolve(undefined);
      const layer = await proposedLayer(layers, changes, { workspace, probe, read, restrict, signal: who.signal });
      if (isFailure(layer)) return layer;
      const isAuto = this.options.mode() === 'auto' && layers.length === 1;
      return isAuto ? this.applyNow(who, set, layer) : this.keep(who, set, { before: top, layer });
    });
  }

  async sides(runId: string, path: string): Promise<FileSides | undefined> {
    const state = (await this.shelf.get(runId)).byPath(path);
    if (!state) return undefined;
    return {
      change: toFileChange(runId, state),
      location: placeBefore(state),
      ...(state.from && { renamedTo: state.location }),
      base: state.base,
      proposed: state.proposed,
      hunks: openHunks(state),
    };
  }

  accept(runId: string, path?: string, hunkId?: string): Promise<ApplyResult> {
    return this.settle(runId, { kind: 'accept', path, hunkId });
  }

  async reject(runId: string, path?: string, hunkId?: string): Promise<void> {
    await this.settle(runId, { kind: 'reject', path, hunkId });
  }

  revert(runId: string): Promise<ApplyResult> {
    return this.settle(runId, { kind: 'revert' });
  }

  conflict(runId: string, path: string): ChangeConflict | undefined {
    const state = this.shelf.peek(runId)?.byPath(path);
    return state && conflictOf(runId, state);
  }

  async resolve(runId: string, path: string, text?: string): Promise<ApplyResult | Failure> {
    if (this.shelf.peek(runId) === undefined) await this.shelf.get(runId);
    if (!this.conflict(runId, path)) return failure('edit.no_conflict', `There is no conflict in "${path}" to settle.`);
    return this.settle(runId, { kind: 'resolve', path, text });
  }

  /** Gives a task a layer of its own: it sees the run's edits, and nobody sees the task's until they are merged. */
  openLayer(scope: Required<ChangeScope>): Promise<void> {
    return this.inLine(async () => {
      const set = await this.shelf.get(scope.runId);
      if (!set.tasks.has(scope.taskId)) set.tasks.set(scope.taskId, new ChangeLayer());
    });
  }

  /**
   * Merges a task's layer into the run's and closes it. What does not merge stands as a conflict with both sides kept; fails with
   * `edit.conflict`, and merges nothing, where a conflict that nobody has settled stands in the way.
   */
  mergeLayer(who: Proposer & { taskId: string }): Promise<{ merged: FileChange[]; conflicts: string[] } | Failure> {
    return this.inLine(async () => {
      const set = await this.shelf.get(who.runId);
      const task = set.tasks.get(who.taskId);
      if (!task) return { merged: [], conflicts: [] };
      const { layer, conflicts, blocked } = await mergeLayers(set.run, task, this.reader(who.signal));
      if (blocked.length > 0) return conflictInTheWay(blocked);
      set.tasks.delete(who.taskId);
      const scope = { ...who, taskId: '' };
      const isAuto = this.options.mode() === 'auto' && conflicts.length === 0;
      const applied = isAuto ? await this.applyNow(scope, set, layer) : undefined;
      // What can't be applied at once is not lost: it waits for the person like any proposal.
      const kept = applied && !isFailure(applied) ? applied : this.keep(scope, set, { before: set.run, layer });
      for (const state of conflicts) this.reports.conflict(who.runId, state);
      return { merged: kept.files, conflicts: conflicts.map((state) => state.location.path) };
    });
  }

  /** Forgets a task's layer. */
  dropLayer({ runId, taskId }: Required<ChangeScope>): void {
    if (this.shelf.peek(runId)?.tasks.delete(taskId)) this.shelf.changed(runId);
  }

  private keep(
    who: Proposer,
    set: RunChanges,
    { before, layer }: { before: ChangeLayer; layer: ChangeLayer },
  ): Proposal {
    const { states, withdrawn } = changedStates(before, layer);
    const files = states.map((state) => toFileChange(who.runId, state));
    const isTask = who.taskId !== undefined && set.tasks.has(who.taskId);
    if (!isTask && states.length + withdrawn.length > 0) {
      const gone = withdrawn.map((state) => withdrawal(who.runId, state));
      const cause = this.reportProposal(who, [...files, ...gone]);
      for (const state of states) layer.put({ ...state, cause });
    }
    set.commit(who, layer);
    this.shelf.changed(who.runId);
    return { files, isApplied: false };
  }

  private async applyNow(who: Proposer, set: RunChanges, layer: ChangeLayer): Promise<Proposal | Failure> {
    const { states } = changedStates(set.run, layer);
    const jobs = states.filter(isPending).map((state) => ({
      state,
      place: placeBefore(state),
      plan: (text?: string) => planAccept(state, undefined, text),
    }));
    const { applier } = this.options;
    const ports = { runId: who.runId, applier, read: this.reader(who.signal), signal: who.signal, isStrict: true };
    const { done, conflicts, failed } = await carryOut(jobs, ports);
    const [problem] = failed;
    if (problem) return failure('edit.not_applied', `"${problem.path}" could not be changed: ${problem.message}`);
    const [conflict] = conflicts;
    if (conflict) return failure('edit.conflict', `"${conflict.location.path}" was changed meanwhile. Read it again.`);
    if (done.length < jobs.length) return failure('edit.not_applied', 'Nothing was changed.');
    this.keep(who, set, { before: set.run, layer });
    const accepted = set.run.copy();
    const settled = done.map((state) => {
      const cause = accepted.get(state.location.uri)?.cause;
      return cause ? { ...state, cause } : state;
    });
    for (const state of settled) accepted.put(state);
    set.commit({ runId: who.runId }, accepted);
    this.reports.files('edit.accepted', who.runId, settled);
    this.shelf.changed(who.runId);
    return { files: settled.map((state) => toFileChange(who.runId, state)), isApplied: true };
  }

  private reportProposal(who: Proposer, files: FileChange[]): ProposalCause {
    if (who.emit) return causeOf(who.emit('edit.proposed', { files }));
    return this.reports.proposed(who.runId, files);
  }

  private settle(runId: string, decision: Decision): Promise<ApplyResult> {
    return this.inLine(async () => {
      const set = await this.shelf.get(runId);
      const { signal } = new AbortController();
      const ports = { runId, applier: this.options.applier, read: this.reader(signal), signal, isStrict: false };
      const outcome = await decide(set.run, decision, ports);
      const layer = set.run.copy();
      for (const state of [...outcome.settled, ...outcome.conflicts]) layer.put(state);
      set.commit({ runId }, layer);
      for (const { topic, states } of outcome.reports) this.reports.files(topic, runId, states);
      for (const state of outcome.conflicts) this.reports.conflict(runId, state);
      this.shelf.changed(runId);
      return outcome.result;
    });
  }

  /** The real text at a place; undefined where there is no file. */
  private reader(signal: AbortSignal): ReadPresent {
    return async (location) => {
      const snapshot = await this.options.workspace.read(location, signal);
      if (!isFailure(snapshot)) return snapshot.text;
      return snapshot.reason === 'file.not_found' ? undefined : snapshot;
    };
  }

  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.line.then(work);
    this.line = result.catch(() => undefined);
    return result;
  }
}

function conflictInTheWay(paths: readonly string[]): Failure {
  const message = `The edits do not merge, and other edits of the same places wait to be settled: ${paths.join(', ')}. Settle them, then do the task again.`;
  return failure('edit.conflict', message);
}
