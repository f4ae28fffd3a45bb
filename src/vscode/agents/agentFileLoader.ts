// Loads what reads agent files once there is one, and says when the agents of all files are known. Light: it is part of start-up.
import type * as vscode from 'vscode';
import type { AgentSpec } from '../../core/agents/agentSpec';
import { delay, type Clock } from '../../core/clock';
import type { Once } from '../../core/once';
import type { AgentFiles } from './agentFiles';
import type { AgentPlaces } from './agentPlaces';

export interface AgentFileLoaderOptions {
  places: AgentPlaces;
  files: Once<Promise<AgentFiles>>;
  clock: Clock;
  onBug: (error: unknown, where: string) => void;
}

/** Longest time that a request waits for agent files, in milliseconds: a slow file system must not hold up the team. */
const MAX_WAIT_MS = 2_000;

export class AgentFileLoader implements vscode.Disposable {
  private readonly life = new AbortController();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly options: AgentFileLoaderOptions) {
    this.subscription = options.places.onDidChange(() => void this.ready());
    void this.ready();
  }

  /** Resolves when what was saved by now counts, or after two seconds; never rejects. */
  readonly ready = async (): Promise<void> => {
    const waited = new AbortController();
    const reading = this.read().finally(() => waited.abort());
    await Promise.race([
      reading,
      delay(this.options.clock, MAX_WAIT_MS, AbortSignal.any([waited.signal, this.life.signal])),
    ]);
  };

  /** The file that defines the agent, if one does. */
  readonly uriOf = async (spec: AgentSpec): Promise<vscode.Uri | undefined> =>
    spec.source === 'file' ? (await this.options.files()).uriOf(spec) : undefined;

  dispose(): void {
    this.life.abort();
    this.subscription.dispose();
  }

  private async read(): Promise<void> {
    const { files, places, onBug } = this.options;
    try {
      if (!files.peek() && !(await places.hasFiles())) return;
      if (!this.life.signal.aborted) await (await files()).ready();
    } catch (error) {
      onBug(error, 'agent files');
    }
  }
}
