// What a checked plan is made of: each step says what is to be done with one file, and what must still be true then.
import type * as vscode from 'vscode';
import type { FileFormat, FileOperation, MadeFolders } from '../../core/changes/changeApplier';
import { applyReplacements, type Replacement } from '../../core/changes/editText';
import { textVersion } from '../../core/workspace/textVersion';
import { StalePlan } from './applyProblem';

export type Operation<Kind extends FileOperation['kind']> = Extract<FileOperation, { kind: Kind }>;

export interface BytesStep {
  kind: 'bytes';
  path: string;
  uri: vscode.Uri;
  before: Uint8Array;
  after: Uint8Array;
}
export interface DocumentStep {
  kind: 'document';
  path: string;
  document: vscode.TextDocument;
  /** Of the document, when it was checked. */
  version: number;
  before: string;
  replacements: Replacement[];
  /** False for a document that had unsaved text before. */
  saves: boolean;
}
export interface NotebookStep {
  kind: 'notebook';
  path: string;
  notebook: vscode.NotebookDocument;
  /** Of the notebook, when it was checked. */
  version: number;
  cells: { document: vscode.TextDocument; before: string; replacements: Replacement[] }[];
  /** False for a notebook that had unsaved cells before. */
  saves: boolean;
}
export interface CreateStep {
  kind: 'create';
  path: string;
  uri: vscode.Uri;
  bytes: Uint8Array;
  mode?: number;
}
export interface DeleteStep {
  kind: 'delete';
  path: string;
  uri: vscode.Uri;
  before: Uint8Array;
  format: FileFormat;
  madeFolders: MadeFolders;
}
export interface RenameStep {
  kind: 'rename';
  path: string;
  from: vscode.Uri;
  to: vscode.Uri;
  /** True where an editor holds unsaved text, which has to come along. */
  throughEditor: boolean;
  madeFolders: MadeFolders;
}
export type PlanStep = BytesStep | DocumentStep | NotebookStep | CreateStep | DeleteStep | RenameStep;

/** Throws `StalePlan` where the operation was made for another text than `present`. */
export function checkBase(
  present: string,
  { baseVersion, location, replacements, newText }: Operation<'modify'>,
): void {
  if (textVersion(present) !== baseVersion) throw new StalePlan(location.path);
  if (applyReplacements(present, replacements) !== newText) {
    throw new Error(`Internal error: the replacements for ${location.path} do not make its new text.`);
  }
}
