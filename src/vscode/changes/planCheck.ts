// Looks at everything that a plan is about before anything is changed, and says what is to be done in which way.
import * as vscode from 'vscode';
import type { ApplyPlan, FileFormat, FileOperation } from '../../core/changes/changeApplier';
import { seenFileText } from '../../core/workspace/notebookFile';
import { segmentsBelow } from '../../core/workspace/uri';
import { textVersion } from '../../core/workspace/textVersion';
import { ApplyProblem, StalePlan } from './applyProblem';
import type { Disk } from './disk';
import { heldDocuments, heldNotebook } from './heldDocuments';
import { notebookStep, onFileText, renderedNotebook } from './notebookPlan';
import {
  checkBase,
  type BytesStep,
  type CreateStep,
  type DeleteStep,
  type DocumentStep,
  type NotebookStep,
  type Operation,
  type PlanStep,
  type RenameStep,
} from './planSteps';
import { showsSoon } from './shownText';
import { canEncode, defaultFormat, encodeText, readTextFile, type TextFile } from './textFile';
import { isReadOnly } from './vsCodeFileProbe';

export class PlanCheck {
  /** Where the text of a renamed file is before the plan runs, by its new uri. */
  private readonly sources = new Map<string, vscode.Uri>();
  /** Places that are free once the plan's earlier operations are done. */
  private readonly vacated = new Set<string>();
  private readonly taken = new Set<string>();

  constructor(private readonly disk: Disk) {}

  /** The steps of the plan in its order; throws `ApplyProblem` or `StalePlan`. Changes nothing. */
  async steps(plan: ApplyPlan): Promise<PlanStep[]> {
    const steps: PlanStep[] = [];
    for (const operation of plan.operations) steps.push(await this.step(operation));
    return steps;
  }

  private async step(operation: FileOperation): Promise<PlanStep> {
    const { uri: text, path } = operation.location;
    const uri = vscode.Uri.parse(text);
    if (!vscode.workspace.isTrusted) {
      throw new ApplyProblem(path, 'workspace.untrusted', vscode.l10n.t('In restricted mode no file is changed.'));
    }
    await this.refuseOutside(uri, path);
    switch (operation.kind) {
      case 'modify':
        return this.modify(operation, uri);
      case 'create':
        return this.create(operation, uri);
      case 'delete':
        return this.delete(operation, uri);
      case 'rename':
        return this.rename(operation, uri);
    }
  }

  private async modify(
    operation: Operation<'modify'>,
    uri: vscode.Uri,
  ): Promise<BytesStep | DocumentStep | NotebookStep> {
    const { path } = operation.location;
    const source = this.sources.get(uri.toString()) ?? uri;
    const notebook = heldNotebook(source);
    if (notebook) return notebookStep(operation, notebook);
    const document = await this.documentAt(source, path);
    if (source.scheme === 'untitled') {
      if (!document) throw new StalePlan(path);
      return documentStep(operation, document, document.getText());
    }
    const file = await this.textAt(source, path, document);
    if (!file.keepsBytes) throw lossy(path, file.format.encoding);
    // An editor that holds unsaved text of a notebook's file shows it as text, and so did whoever proposed.
    const onDisk = document?.isDirty ? operation : onFileText(operation, file.text);
    await refuseUnencodable(onDisk.newText, file.format, path);
    if (!document) {
      checkBase(file.text, onDisk);
      const after = await encodeText(onDisk.newText, file.format);
      return { kind: 'bytes', path, uri: source, before: file.bytes, after };
    }
    if (file.hasMixedEols) {
      const message = vscode.l10n.t(
        '{0} is open and has mixed line endings, which the editor would all change on saving. Close it, or make its line endings equal.',
        path,
      );
      throw new ApplyProblem(path, 'file.mixed_line_endings', message);
    }
    if (!document.isDirty) await untilShown(document, file.text, path);
    return documentStep(onDisk, document, document.isDirty ? document.getText() : file.text);
  }

  private async create(operation: Operation<'create'>, uri: vscode.Uri): Promise<CreateStep> {
    const { path } = operation.location;
    await this.refuseTaken(uri, path);
    const [held] = await heldDocuments(this.disk, uri);
    if (held?.isDirty) throw unsaved(path);
    const format = operation.format ?? defaultFormat(uri);
    await refuseUnencodable(operation.text, format, path);
    const bytes = await encodeText(operation.text, format);
    this.taken.add(uri.toString());
    return { kind: 'create', path, uri, bytes, ...(format.mode !== undefined && { mode: format.mode }) };
  }

  private async delete(operation: Operation<'delete'>, uri: vscode.Uri): Promise<DeleteStep> {
    const { path } = operation.location;
    const document = await this.documentAt(uri, path);
    if (document?.isDirty || heldNotebook(uri)?.isDirty) throw unsaved(path);
    const file = await this.textAt(uri, path, document);
    if (textVersion(seenText(uri, file)) !== operation.baseVersion) throw new StalePlan(path);
    this.vacated.add(uri.toString());
    const { madeFolders = [] } = operation;
    return { kind: 'delete', path, uri, before: file.bytes, format: file.format, madeFolders };
  }

  private async rename(operation: Operation<'rename'>, to: vscode.Uri): Promise<RenameStep> {
    const from = vscode.Uri.parse(operation.from.uri);
    const { path } = operation.location;
    await this.refuseOutside(from, operation.from.path);
    const document = await this.documentAt(from, operation.from.path);
    const file = await this.textAt(from, operation.from.path, document);
    if (heldNotebook(from)?.isDirty) throw unsaved(operation.from.path);
    const text = document?.isDirty ? document.getText() : seenText(from, file);
    if (textVersion(text) !== operation.baseVersion) throw new StalePlan(operation.from.path);
    // On a disk that ignores case, `A.ts` is there when `a.ts` becomes `A.ts`.
    const isOwnSpelling =
      from.path.toLowerCase() === to.path.toLowerCase() &&
      (await this.disk.real(to)).toString() === (await this.disk.real(from)).toString();
    if (!isOwnSpelling) await this.refuseTaken(to, path);
    this.sources.set(to.toString(), from);
    this.vacated.add(from.toString());
    this.taken.add(to.toString());
    const { madeFolders = [] } = operation;
    return { kind: 'rename', path, from, to, throughEditor: document?.isDirty === true, madeFolders };
  }

  private async documentAt(uri: vscode.Uri, path: string): Promise<vscode.TextDocument | undefined> {
    const [document, other] = await heldDocuments(this.disk, uri);
    if (document?.isDirty && other?.isDirty) {
      const message = vscode.l10n.t(
        '{0} is open under two names, and both have unsaved changes. Save one of them.',
        path,
      );
      throw new ApplyProblem(path, 'file.open_twice', message);
    }
    return document;
  }

  private async textAt(uri: vscode.Uri, path: string, document?: vscode.TextDocument): Promise<TextFile> {
    if ((await this.disk.kind(uri)) !== 'file') throw new StalePlan(path);
    if (await isReadOnly(this.disk, uri)) {
      throw new ApplyProblem(path, 'file.read_only', vscode.l10n.t('{0} is read-only.', path));
    }
    return readTextFile(this.disk, uri, document);
  }

  private async refuseTaken(uri: vscode.Uri, path: string): Promise<void> {
    const isTaken = this.taken.has(uri.toString());
    const isThere = !this.vacated.has(uri.toString()) && (await this.disk.kind(uri)) !== 'nothing';
    if (isTaken || isThere) {
      throw new ApplyProblem(path, 'file.exists', vscode.l10n.t('{0} exists already, and it was left as it is.', path));
    }
  }

  /** Links are resolved again: what was inside when it was proposed may lead elsewhere now. */
  private async refuseOutside(uri: vscode.Uri, path: string): Promise<void> {
    if (uri.scheme === 'untitled') return;
    const folders = vscode.workspace.workspaceFolders ?? [];
    const reals = await Promise.all(folders.map((folder) => this.disk.real(folder.uri)));
    const real = await this.realPlace(uri);
    if (reals.some((folder) => segmentsBelow(folder.toString(), real.toString()) !== undefined)) return;
    throw new ApplyProblem(path, 'path.outside', vscode.l10n.t('{0} is outside the workspace.', path));
  }

  /** Where `uri` really is, or would be: links in the directories above it are resolved. */
  private async realPlace(uri: vscode.Uri): Promise<vscode.Uri> {
    const missing: string[] = [];
    let at = uri;
    while ((await this.disk.kind(at)) === 'nothing') {
      const above = vscode.Uri.joinPath(at, '..');
      if (above.path === at.path) break;
      missing.unshift(at.path.slice(above.path.length).replace(/^\//, ''));
      at = above;
    }
    return vscode.Uri.joinPath(await this.disk.real(at), ...missing);
  }
}

/** What a run has read at `uri`, where no editor holds unsaved text of it. */
function seenText(uri: vscode.Uri, file: TextFile): string {
  const notebook = heldNotebook(uri);
  return notebook ? renderedNotebook(notebook) : seenFileText(uri.path, file.text);
}

function documentStep(operation: Operation<'modify'>, document: vscode.TextDocument, before: string): DocumentStep {
  checkBase(before, operation);
  const { replacements, location } = operation;
  const saves = !document.isDirty && !document.isUntitled;
  return { kind: 'document', path: location.path, document, version: document.version, before, replacements, saves };
}

/** A clean editor follows the disk within moments; one that doesn't would save an old text. */
async function untilShown(document: vscode.TextDocument, text: string, path: string): Promise<void> {
  if (document.getText() === text) return;
  const isShown = await showsSoon(document, text);
  if (isShown && !document.isDirty) return;
  if (document.isDirty) throw new StalePlan(path);
  const message = vscode.l10n.t('The editor shows another text of {0} than the disk has. Close it or revert it.', path);
  throw new ApplyProblem(path, 'file.out_of_step', message);
}

async function refuseUnencodable(text: string, format: FileFormat, path: string): Promise<void> {
  if (await canEncode(text, format)) return;
  const message = vscode.l10n.t(
    'The new text of {0} has characters that its encoding {1} can’t hold.',
    path,
    format.encoding,
  );
  throw new ApplyProblem(path, 'file.unencodable', message);
}

const lossy = (path: string, encoding: string) =>
  new ApplyProblem(
    path,
    'file.encoding',
    vscode.l10n.t(
      '{0} has bytes that are no text in {1}; an edit would lose them. Set files.encoding for it.',
      path,
      encoding,
    ),
  );

const unsaved = (path: string) =>
  new ApplyProblem(
    path,
    'file.unsaved',
    vscode.l10n.t('{0} has unsaved changes, which would be lost. Save or revert it.', path),
  );
