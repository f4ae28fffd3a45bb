// `git.changed`: a repository of the window is at another commit or on another branch. Every save changes its working tree: that is `file.saved`.
import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { EventPublisher } from '../../core/events/publisher';
import { messageOf } from '../../core/failure';
import { loadGitApi, type GitRepository } from '../editorTools/gitExtension';

export interface GitHeadsOptions {
  publisher: EventPublisher;
  onProblem: (message: string) => void;
}

/** The git extension is asked in the background; where there is none, nothing is published. */
export function publishGitHeads({ publisher, onProblem }: GitHeadsOptions): Disposable {
  const owned = new DisposableStore();
  const follow = (repository: GitRepository) => {
    let known = headOf(repository);
    owned.add(
      repository.state.onDidChange(() => {
        const head = headOf(repository);
        if (head === known) return;
        // A repository that is being read has no head for a moment.
        const isNews = known !== undefined && head !== undefined;
        known = head ?? known;
        if (isNews) publish(repository.rootUri, head);
      }),
    );
  };
  const publish = (root: vscode.Uri, head: string) =>
    publisher.publish({ topic: 'git.changed', payload: { repository: root.toString(), head }, source: 'editor' });
  loadGitApi().then(
    (api) => {
      if (!api || owned.isDisposed) return;
      api.repositories.forEach(follow);
      owned.add(api.onDidOpenRepository(follow));
    },
    (error: unknown) => onProblem(messageOf(error)),
  );
  return owned;
}

/** `main@3f2a…`, or the commit alone where no branch is checked out. */
function headOf({ state: { HEAD } }: GitRepository): string | undefined {
  if (HEAD?.commit === undefined) return undefined;
  return HEAD.name === undefined ? HEAD.commit : `${HEAD.name}@${HEAD.commit}`;
}
