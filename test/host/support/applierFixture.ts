// The real applier in the window of the tests, with a folder of files for each test and operations in a word each.
import * as assert from 'node:assert/strict';
import type { ApplyOutcome, FileOperation } from '../../../src/core/changes/changeApplier';
import { isFailure } from '../../../src/core/failure';
import { textVersion } from '../../../src/core/workspace/textVersion';
import { minimalReplacements } from '../../../src/vscode/changes/documentEdits';
import { VsCodeChangeApplier } from '../../../src/vscode/changes/vsCodeChangeApplier';
import { VsCodeWorkspace } from '../../../src/vscode/editorTools/vsCodeWorkspace';
import { closeAll, WorkspaceFiles } from './workspaceFiles';

let tests = 0;

export const never = () => new AbortController().signal;

export class ApplierFixture {
  applier = new VsCodeChangeApplier();
  readonly workspace = new VsCodeWorkspace();
  /** A folder for each test: VS Code remembers documents for a while after their tabs are closed. */
  readonly files = new WorkspaceFiles(`applier-${(tests += 1)}`);

  apply(...operations: FileOperation[]): Promise<ApplyOutcome> {
    return this.applier.apply({ runId: 'run', operations }, never());
  }

  modify(name: string, before: string, after: string): FileOperation {
    const replacements = minimalReplacements(before, after);
    const baseVersion = textVersion(before);
    return { kind: 'modify', location: this.files.location(name), baseVersion, replacements, newText: after };
  }

  create(name: string, text: string): FileOperation {
    return { kind: 'create', location: this.files.location(name), text };
  }

  remove(name: string, text: string): FileOperation {
    return { kind: 'delete', location: this.files.location(name), baseVersion: textVersion(text) };
  }

  rename(from: string, to: string, text: string): FileOperation {
    const [source, location] = [this.files.location(from), this.files.location(to)];
    return { kind: 'rename', from: source, location, baseVersion: textVersion(text) };
  }

  /** The text that agents see. */
  async seen(name: string): Promise<string> {
    const snapshot = await this.workspace.read(this.files.location(name), never());
    assert.ok(!isFailure(snapshot), isFailure(snapshot) ? snapshot.message : '');
    return snapshot.text;
  }

  /** Changes the file's text by `change`, through the text that agents see. */
  async edit(name: string, change: (text: string) => string): Promise<ApplyOutcome> {
    const text = await this.seen(name);
    return this.apply(this.modify(name, text, change(text)));
  }

  async dispose(): Promise<void> {
    await closeAll();
    await this.files.dispose();
  }
}

/** Why a plan was refused; else what became of it. */
export function reasons(outcome: ApplyOutcome): string[] {
  return outcome.kind === 'refused' ? outcome.failed.map(({ reason }) => reason) : [outcome.kind];
}
