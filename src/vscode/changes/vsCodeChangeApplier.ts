// The `ChangeApplier` port: checks the whole plan first, applies it in order, and puts everything back when a step fails.
import * as vscode from 'vscode';
import type {
  Applied,
  ApplyOutcome,
  ApplyPlan,
  ChangeApplier,
  FileFormat,
  MadeFolders,
} from '../../core/changes/changeApplier';
import { messageOf } from '../../core/failure';
import { ApplyProblem, StalePlan } from './applyProblem';
import { VsCodeDisk, type Disk } from './disk';
import { applyToDocuments } from './documentEdits';
import { OwnEdits } from './ownEdits';
import { PlanCheck } from './planCheck';
import type { BytesStep, CreateStep, DeleteStep, PlanStep, RenameStep } from './planSteps';

/** What takes a step back. */
interface Undo {
  path: string;
  run(): Promise<unknown>;
}

export class VsCodeChangeApplier implements ChangeApplier {
  /** Plans run one after the other: two at once could both find a file as they expect it. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly disk: Disk = new VsCodeDisk(),
    /** Gets to know what is put into documents. */
    private readonly own = new OwnEdits(),
  ) {}

  apply(plan: ApplyPlan, signal: AbortSignal): Promise<ApplyOutcome> {
    const turn = this.last.then(async () => this.applyNow(plan, signal));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async applyNow(plan: ApplyPlan, signal: AbortSignal): Promise<ApplyOutcome> {
    const done: Undo[] = [];
    try {
      const steps = await new PlanCheck(this.disk).steps(plan);
      if (signal.aborted) return cancelled(plan);
      return { kind: 'applied', ...(await this.run(steps, done)) };
    } catch (error) {
      const left = await putBack(done);
      if (error instanceof StalePlan && left.length === 0) return { kind: 'stale', paths: [error.path] };
      const problem = problemOf(error);
      if (!problem) throw error;
      return { kind: 'refused', failed: [problem, ...left] };
    }
  }

  /** Texts first, then what appears, moves and goes: a file that is renamed is edited at its old place. */
  private async run(steps: readonly PlanStep[], done: Undo[]): Promise<Applied> {
    for (const step of steps) if (step.kind === 'bytes') await attempt(step.path, () => this.overwrite(step, done));
    const documents = steps.filter((step) => step.kind === 'document' || step.kind === 'notebook');
    const onDone = (path: string, undo: Undo['run']) => void done.push({ path, run: undo });
    if (documents.length > 0) await applyToDocuments(documents, { onDone, own: this.own });
    const formats: Record<string, FileFormat> = {};
    const madeFolders: Record<string, MadeFolders> = {};
    const made = (uri: vscode.Uri, folders: MadeFolders) => {
      if (folders.length > 0) madeFolders[uri.toString()] = folders;
    };
    for (const step of steps) {
      if (step.kind === 'create') made(step.uri, await attempt(step.path, () => this.create(step, done)));
      if (step.kind === 'rename') made(step.to, await attempt(step.path, () => this.rename(step, done)));
      if (step.kind !== 'delete') continue;
      await attempt(step.path, () => this.delete(step, done));
      formats[step.uri.toString()] = step.format;
    }
    await this.removeEmptied(steps, done);
    return { formats, madeFolders };
  }

  /** What was made for files that have gone, innermost first; last of all, when no file of the plan is in it any more. */
  private async removeEmptied(steps: readonly PlanStep[], done: Undo[]): Promise<void> {
    const leaving = steps.filter((step) => step.kind === 'delete' || step.kind === 'rename');
    const owners = new Map(leaving.flatMap(({ path, madeFolders }) => madeFolders.map((folder) => [folder, path])));
    for (const [folder, path] of [...owners].sort(([a], [b]) => b.length - a.length)) {
      const uri = vscode.Uri.parse(folder);
      const isRemoved = await attempt(path, () => this.disk.removeDirectory(uri));
      if (isRemoved) done.push({ path, run: () => this.disk.createDirectory(uri) });
    }
  }

  private async overwrite({ path, uri, before, after }: BytesStep, done: Undo[]): Promise<void> {
    await this.refuseChanged(uri, before, path);
    done.push({ path, run: () => this.disk.overwrite(uri, before) });
    await this.disk.overwrite(uri, after);
  }

  /** Gives the folders that it had to make, as do the other steps that need a place. */
  private async create({ path, uri, bytes, mode }: CreateStep, done: Undo[]): Promise<MadeFolders> {
    const folders = await this.createParents(uri, path, done);
    await this.disk.create(uri, bytes);
    done.push({ path, run: () => this.disk.delete(uri) });
    if (mode !== undefined) await this.disk.setMode(uri, mode);
    return folders;
  }

  private async delete({ path, uri, before, format }: DeleteStep, done: Undo[]): Promise<void> {
    await this.refuseChanged(uri, before, path);
    await this.disk.delete(uri);
    done.push({
      path,
      run: async () => {
        await this.disk.create(uri, before);
        if (format.mode !== undefined) await this.disk.setMode(uri, format.mode);
      },
    });
  }

  private async rename({ path, from, to, throughEditor }: RenameStep, done: Undo[]): Promise<MadeFolders> {
    const folders = await this.createParents(to, path, done);
    const move = async (source: vscode.Uri, target: vscode.Uri) => {
      if (!throughEditor) return this.disk.rename(source, target);
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(source, target, { overwrite: false });
      if (!(await vscode.workspace.applyEdit(edit))) {
        throw new ApplyProblem(path, 'file.not_renamed', vscode.l10n.t('The editor could not rename {0}.', path));
      }
    };
    await move(from, to);
    done.push({ path, run: () => move(to, from) });
    return folders;
  }

  private async createParents(uri: vscode.Uri, path: string, done: Undo[]): Promise<MadeFolders> {
    const missing: vscode.Uri[] = [];
    let above = vscode.Uri.joinPath(uri, '..');
    for (; (await this.disk.kind(above)) === 'nothing'; above = vscode.Uri.joinPath(above, '..'))
      missing.unshift(above);
    if ((await this.disk.kind(above)) !== 'directory') {
      const message = vscode.l10n.t('{0} can’t be made: what would be its folder is a file.', path);
      throw new ApplyProblem(path, 'file.not_a_folder', message);
    }
    for (const directory of missing) {
      await this.disk.createDirectory(directory);
      done.push({ path, run: () => this.disk.removeDirectory(directory) });
    }
    return missing.map((directory) => directory.toString());
  }

  private async refuseChanged(uri: vscode.Uri, expected: Uint8Array, path: string): Promise<void> {
    if (!Buffer.from(await this.disk.read(uri)).equals(expected)) throw new StalePlan(path);
  }
}

/** Gives whatever a step throws the path that it was about. */
async function attempt<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ApplyProblem || error instanceof StalePlan) throw error;
    const message = vscode.l10n.t('{0} could not be changed: {1}', path, messageOf(error));
    throw new ApplyProblem(path, 'file.not_written', message, { cause: error });
  }
}

type Failed = Extract<ApplyOutcome, { kind: 'refused' }>['failed'];

/** Takes back what was done, last first; what can't be taken back is told. */
async function putBack(done: readonly Undo[]): Promise<Failed> {
  const left: Failed = [];
  for (const undo of [...done].reverse()) {
    const { path } = undo;
    try {
      await undo.run();
    } catch (error) {
      const message = vscode.l10n.t('{0} could not be put back: {1}', path, messageOf(error));
      left.push({ path, reason: 'file.not_restored', message });
    }
  }
  return left;
}

function problemOf(error: unknown): Failed[number] | undefined {
  if (error instanceof ApplyProblem) return { path: error.path, reason: error.reason, message: error.message };
  if (!(error instanceof StalePlan)) return undefined;
  return {
    path: error.path,
    reason: 'file.changed',
    message: vscode.l10n.t('{0} was changed by something else meanwhile.', error.path),
  };
}

function cancelled(plan: ApplyPlan): ApplyOutcome {
  const message = vscode.l10n.t('It was cancelled before anything was changed.');
  return {
    kind: 'refused',
    failed: plan.operations.map(({ location }) => ({ path: location.path, reason: 'cancelled', message })),
  };
}
