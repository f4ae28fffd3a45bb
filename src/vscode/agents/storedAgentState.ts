// What the person has set for agents in this workspace. Kept by VS Code outside the workspace, so that nothing in it can change that.
import type * as vscode from 'vscode';
import type { PauseStore } from '../../core/agents/agentPauses';
import { toDisposable, type Disposable } from '../../core/disposable';
import { PAUSED_AGENTS_KEY, READY_REACTIONS_KEY, REFUSED_REACTIONS_KEY, SEEN_IMPORTS_KEY } from '../ids';

/** Flags and names only; read at each use, since another window on the workspace may have changed them. */
export class StoredAgentState {
  private readonly handlers = new Set<() => void>();

  constructor(
    private readonly state: Pick<vscode.Memento, 'get' | 'update'>,
    private readonly onProblem: (error: unknown) => void,
  ) {}

  readonly pauses: PauseStore = {
    read: () => this.names(PAUSED_AGENTS_KEY),
    write: (names) => this.save(PAUSED_AGENTS_KEY, names),
  };

  readonly refusal = {
    read: () => this.state.get<unknown>(REFUSED_REACTIONS_KEY) === true,
    write: (refused: boolean) => {
      if (refused !== this.refusal.read()) this.save(REFUSED_REACTIONS_KEY, refused || undefined);
    },
  };

  /** Ids of the ready-made reactions that are switched on. */
  readyMade(): ReadonlySet<string> {
    return new Set(this.names(READY_REACTIONS_KEY));
  }

  setReadyMade(id: string, isOn: boolean): void {
    const others = this.names(READY_REACTIONS_KEY).filter((known) => known !== id);
    const names = isOn ? [...others, id] : others;
    this.save(READY_REACTIONS_KEY, names.length > 0 ? names : undefined);
  }

  /** URIs of files of other tools that need not be offered again. */
  seenImports(): ReadonlySet<string> {
    return new Set(this.names(SEEN_IMPORTS_KEY));
  }

  setSeenImports(uris: readonly string[]): void {
    this.save(SEEN_IMPORTS_KEY, uris.length > 0 ? [...uris] : undefined);
  }

  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  private names(key: string): string[] {
    const value = this.state.get<unknown>(key);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** The new value can be read at once; writing it goes on in the background. */
  private save(key: string, value: unknown): void {
    this.state.update(key, value).then(undefined, this.onProblem);
    for (const handler of [...this.handlers]) handler();
  }
}
