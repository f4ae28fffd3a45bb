// How many files have uncommitted changes, as the git extension knows it now; for hints, so it never waits and never asks git.
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { messageOf } from '../../core/failure';
import { loadGitApi, type GitApi, type GitRepository } from './gitExtension';

export interface ChangedFiles extends Disposable {
  /** 0 until the git extension has answered, and where there is none. */
  count(): number;
  onDidChange(handler: () => void): Disposable;
}

/** Starts to follow the repositories of the window. */
export function watchChangedFiles(onProblem: (message: string) => void): ChangedFiles {
  const owned = new DisposableStore();
  const changed = owned.add(new vscode.EventEmitter<void>());
  let api: GitApi | undefined;
  const follow = (repository: GitRepository) => {
    owned.add(repository.state.onDidChange(() => changed.fire()));
  };
  loadGitApi().then(
    (loaded) => {
      if (!loaded || owned.isDisposed) return;
      api = loaded;
      loaded.repositories.forEach(follow);
      owned.add(loaded.onDidOpenRepository(follow));
      changed.fire();
    },
    (error: unknown) => onProblem(messageOf(error)),
  );
  return {
    count: () => new Set((api?.repositories ?? []).flatMap(changedUris)).size,
    onDidChange: (handler) => changed.event(handler),
    dispose: () => owned.dispose(),
  };
}

function changedUris({ state }: GitRepository): string[] {
  const changes = [...state.indexChanges, ...state.workingTreeChanges, ...state.mergeChanges];
  return [...changes, ...(state.untrackedChanges ?? [])].map(({ uri }) => uri.toString());
}
