// Writes what an import has planned: new files only where there is none, AGENTS.md only as it was when the plan was made.
import * as vscode from 'vscode';
import type { PlannedFile } from '../../../core/agents/import/importPlan';
import { minimalReplacements } from '../../changes/documentEdits';
import { documentInStep } from '../../changes/shownText';
import type { FolderPlan } from './importGround';
import { shownPath } from './importSources';

export interface Written {
  created: string[];
  changed: string[];
  failed: { path: string; message: string }[];
  /** The files in their order, for showing one. */
  uris: vscode.Uri[];
}

/** One file after the other; what can't be written is told, and the rest goes on. */
export async function writePlans(plans: readonly FolderPlan[]): Promise<Written> {
  const written: Written = { created: [], changed: [], failed: [], uris: [] };
  for (const { folder, files } of plans) {
    for (const file of files) {
      const path = shownPath(folder, file.path);
      const uri = vscode.Uri.joinPath(vscode.Uri.parse(folder.uri, true), file.path);
      const problem = await writeFile(uri, file).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      if (problem !== undefined) written.failed.push({ path, message: problem });
      else {
        written.uris.push(uri);
        (file.before === undefined ? written.created : written.changed).push(path);
      }
    }
  }
  return written;
}

/** What is wrong, if anything. */
async function writeFile(uri: vscode.Uri, { before, after }: PlannedFile): Promise<string | undefined> {
  return before === undefined ? create(uri, after) : change(uri, before, after);
}

async function create(uri: vscode.Uri, text: string): Promise<string | undefined> {
  const edit = new vscode.WorkspaceEdit();
  // Fails where there is a file by now.
  edit.createFile(uri, { contents: new TextEncoder().encode(text) });
  if (await vscode.workspace.applyEdit(edit)) return undefined;
  return vscode.l10n.t('There is a file of that name by now.');
}

/** A file that was saved stays saved; one with unsaved text keeps it, and is left for the person to save. */
async function change(uri: vscode.Uri, before: string, after: string): Promise<string | undefined> {
  const document = await documentInStep(uri);
  if (document?.getText() !== before) return vscode.l10n.t('Its text has changed meanwhile. Import again.');
  const wasDirty = document.isDirty;
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, text } of minimalReplacements(before, after)) {
    edit.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  }
  if (!(await vscode.workspace.applyEdit(edit))) return vscode.l10n.t('The editor refused the edit.');
  if (!wasDirty && !(await document.save())) return vscode.l10n.t('It could not be saved. Save it yourself.');
  return undefined;
}
