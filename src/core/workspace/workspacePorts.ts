// The ports to the workspace that tools, the router's picture and context items are made from.
import type { EditorState, GitChanges, LanguageServices, Workspace } from './workspace';

export interface WorkspacePorts {
  readonly workspace: Workspace;
  readonly languages: LanguageServices;
  readonly editor: EditorState;
  readonly git: GitChanges;
  /** Paths with pending edits of the run: `workspace` has them, `languages` answers for the real files. */
  readonly pendingPaths?: () => Promise<string[]>;
}
