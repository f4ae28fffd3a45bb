// Whether there are files of other tools that the person has not been shown: then the view of agents offers to import them, once.
import * as vscode from 'vscode';
import type { Disposable } from '../../../core/disposable';
import type { StoredAgentState } from '../storedAgentState';
import { findSources, type FoundSource } from './importSources';

export interface ImportOfferOptions {
  state: Pick<StoredAgentState, 'seenImports' | 'onDidChange'>;
  onProblem: (error: unknown) => void;
}

export class ImportOffer implements Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable;
  private found: readonly FoundSource[] = [];

  constructor(private readonly options: ImportOfferOptions) {
    const look = () => this.look();
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      options.state.onDidChange(() => this.changed.fire()),
      vscode.workspace.onDidChangeWorkspaceFolders(look),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
    );
    this.look();
  }

  /** Paths of the files that are to be offered. */
  waiting(): string[] {
    const seen = this.options.state.seenImports();
    return this.found.filter(({ uri }) => !seen.has(uri.toString())).map(({ shownPath }) => shownPath);
  }

  /** Looks for files anew, in the background. */
  look(): void {
    findSources().then((found) => {
      this.found = found;
      this.changed.fire();
    }, this.options.onProblem);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}
