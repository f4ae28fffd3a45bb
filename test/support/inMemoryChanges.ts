// Change sets over an in-memory workspace: an applier that does all or nothing, a probe that says what the test put in, a store that keeps records.
import type { FileChange } from '../../src/api';
import type {
  ApplyOutcome,
  ApplyPlan,
  ChangeApplier,
  FileFacts,
  FileFormat,
  FileOperation,
  FileProbe,
  MadeFolders,
} from '../../src/core/changes/changeApplier';
import type { ChangeRecord, ChangeStore } from '../../src/core/changes/changeStore';
import { ChangeSets, type EditMode, type Proposer } from '../../src/core/changes/changeSets';
import { applyReplacements } from '../../src/core/changes/editText';
import { isFailure } from '../../src/core/failure';
import { textVersion } from '../../src/core/workspace/textVersion';
import type { FileLocation } from '../../src/core/workspace/workspace';
import { InMemoryWorkspace } from './inMemoryWorkspace';
import { RecordingPublisher } from './recordedRun';

const FORMAT: FileFormat = { encoding: 'utf8', hasBom: false, mode: 0o644 };

const versionOf = (text: string | undefined) => (text === undefined ? undefined : textVersion(text));

/** Checks every operation first, then applies all of them. */
export class InMemoryApplier implements ChangeApplier {
  readonly plans: ApplyPlan[] = [];
  /** Paths that can't be written, with the reason. */
  readonly refused = new Map<string, string>();
  /** Called before a plan is checked: the place for what happens at the last moment. */
  before: (plan: ApplyPlan) => void = () => undefined;
  /** What each plan says that it has made, by the uri of the file that needed it. */
  madeFolders: Record<string, MadeFolders> = {};

  constructor(private readonly workspace: InMemoryWorkspace) {}

  async apply(plan: ApplyPlan): Promise<ApplyOutcome> {
    this.plans.push(plan);
    this.before(plan);
    const refused = plan.operations.flatMap(({ location: { path } }) => {
      const message = this.refused.get(path);
      return message === undefined ? [] : [{ path, reason: 'file.read_only', message }];
    });
    if (refused.length > 0) return { kind: 'refused', failed: refused };
    const fault = await this.check(plan);
    if (fault) return fault;
    const formats: Record<string, FileFormat> = {};
    for (const operation of plan.operations) await this.applyOne(operation, formats);
    return { kind: 'applied', formats, madeFolders: this.madeFolders };
  }

  async textAt(location: FileLocation): Promise<string | undefined> {
    const snapshot = await this.workspace.read(location, new AbortController().signal);
    return isFailure(snapshot) ? undefined : snapshot.text;
  }

  /** Follows the plan over the texts as they are, each operation after those before it. */
  private async check(plan: ApplyPlan): Promise<ApplyOutcome | undefined> {
    const texts = new Map<string, string | undefined>();
    const textAt = async (location: FileLocation) =>
      texts.has(location.uri) ? texts.get(location.uri) : this.textAt(location);
    for (const operation of plan.operations) {
      const { location } = operation;
      const source = operation.kind === 'rename' ? operation.from : location;
      const text = await textAt(source);
      if (operation.kind === 'create' ? text !== undefined : operation.baseVersion !== versionOf(text)) {
        return { kind: 'stale', paths: [location.path] };
      }
      if (operation.kind === 'rename' && (await textAt(location)) !== undefined) {
        return {
          kind: 'refused',
          failed: [{ path: location.path, reason: 'file.exists', message: 'There is a file.' }],
        };
      }
      texts.set(source.uri, undefined);
      if (operation.kind === 'rename') texts.set(location.uri, text);
      if (operation.kind === 'create') texts.set(location.uri, operation.text);
      if (operation.kind === 'modify') texts.set(location.uri, operation.newText);
    }
    return undefined;
  }

  private async applyOne(operation: FileOperation, formats: Record<string, FileFormat>): Promise<void> {
    const { fileTree } = this.workspace;
    const { uri } = operation.location;
    const text = await this.textAt(operation.location);
    switch (operation.kind) {
      case 'create':
        fileTree.put(uri, operation.text);
        return;
      case 'delete':
        formats[uri] = FORMAT;
        fileTree.remove(uri);
        return;
      case 'rename':
        fileTree.put(uri, (await this.textAt(operation.from)) ?? '');
        fileTree.remove(operation.from.uri);
        return;
      case 'modify': {
        const after = applyReplacements(text ?? '', operation.replacements);
        if (after !== operation.newText) throw new Error('The replacements do not make the new text.');
        const open = fileTree.open.findIndex((document) => document.uri === uri && document.isDirty);
        if (open >= 0)
          fileTree.open[open] = { ...(fileTree.open[open] as (typeof fileTree.open)[number]), text: () => after };
        else fileTree.put(uri, after);
      }
    }
  }
}

export class InMemoryProbe implements FileProbe {
  /** What is other than usual, by path. */
  readonly facts = new Map<string, Partial<FileFacts>>();
  /** A character that a file's encoding lacks, by path. */
  readonly missingCharacter = new Map<string, string>();

  constructor(private readonly workspace: InMemoryWorkspace) {}

  async probe(location: FileLocation): Promise<FileFacts> {
    const stat = await this.workspace.fileTree.stat(location.uri);
    const open = this.workspace.fileTree.openTexts().find((document) => document.uri === location.uri);
    return {
      exists: stat?.kind ?? 'nothing',
      isOpen: open !== undefined,
      isDirty: open?.isDirty ?? false,
      isReadOnly: false,
      hasMixedEols: false,
      keepsBytes: true,
      encoding: 'utf8',
      ...this.facts.get(location.path),
    };
  }

  async canEncode(location: FileLocation, text: string): Promise<boolean> {
    const missing = this.missingCharacter.get(location.path);
    return missing === undefined || !text.includes(missing);
  }
}

export class InMemoryChangeStore implements ChangeStore {
  readonly records = new Map<string, ChangeRecord[]>();

  append(runId: string, records: readonly ChangeRecord[]): void {
    // As on disk: what is kept is JSON.
    const kept = JSON.parse(JSON.stringify(records)) as ChangeRecord[];
    this.records.set(runId, [...(this.records.get(runId) ?? []), ...kept]);
  }

  async read(runId: string): Promise<ChangeRecord[]> {
    return [...(this.records.get(runId) ?? [])];
  }

  async runs(limit: number): Promise<string[]> {
    return [...this.records.keys()].reverse().slice(0, limit);
  }
}

/** Change sets with everything around them; `run` is live unless the test says otherwise. */
export class ChangesFixture {
  readonly workspace: InMemoryWorkspace;
  readonly applier: InMemoryApplier;
  readonly probe: InMemoryProbe;
  readonly publisher = new RecordingPublisher();
  readonly problems: string[] = [];
  readonly live = new Set(['run']);
  mode: EditMode = 'review';
  sets: ChangeSets;

  constructor(
    files: Record<string, string>,
    readonly store = new InMemoryChangeStore(),
    workspace = new InMemoryWorkspace(files),
  ) {
    this.workspace = workspace;
    this.applier = new InMemoryApplier(workspace);
    this.probe = new InMemoryProbe(workspace);
    this.sets = this.reopen();
  }

  /** Change sets as a new window has them: nothing in memory. */
  reopen(): ChangeSets {
    this.sets = new ChangeSets({
      workspace: this.workspace,
      applier: this.applier,
      probe: this.probe,
      store: this.store,
      publisher: this.publisher,
      mode: () => this.mode,
      isLive: (runId) => this.live.has(runId),
      traceOf: () => ({ traceId: 'trace', eventId: 'last' }),
      onProblem: (message) => void this.problems.push(message),
    });
    return this.sets;
  }

  proposer(taskId?: string): Proposer {
    return { runId: 'run', signal: new AbortController().signal, ...(taskId !== undefined && { taskId }) };
  }

  at(path: string): FileLocation {
    return { uri: this.workspace.uriOf(path), path };
  }

  modify(path: string, text: string, taskId?: string): ReturnType<ChangeSets['propose']> {
    return this.sets.propose(this.proposer(taskId), [{ kind: 'modify', location: this.at(path), text }]);
  }

  /** Merges a task's layer, which must be possible. */
  async merge(taskId: string): Promise<{ merged: FileChange[]; conflicts: string[] }> {
    const merged = await this.sets.mergeLayer({ ...this.proposer(), taskId });
    if (isFailure(merged)) throw new Error(merged.message);
    return merged;
  }

  /** The text at a path now; undefined where there is no file. */
  text(path: string): Promise<string | undefined> {
    return this.applier.textAt(this.at(path));
  }

  /** What the run sees there. */
  async seen(path: string, taskId?: string): Promise<string | undefined> {
    const scope = { runId: 'run', ...(taskId !== undefined && { taskId }) };
    const view = await this.sets.view(scope, this.at(path), new AbortController().signal);
    if (isFailure(view)) throw new Error(view.message);
    return view.text;
  }

  topics(): string[] {
    return this.publisher.events.map((event) => event.topic);
  }
}
