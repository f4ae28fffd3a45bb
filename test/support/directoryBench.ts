// A model directory over scripted providers and local servers.
import { LocalServers } from '../../src/core/model/localServers';
import { ModelDirectory, type ModelDirectoryOptions } from '../../src/core/model/modelDirectory';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../src/core/settings';
import { ManualClock } from './manualClock';
import { ScriptedProvider } from './scriptedProvider';

/** A provider that can answer. */
export const READY = { ready: true, why: 'it is set up' } as const;

/** A signal that nobody aborts. */
export const signal = new AbortController().signal;

/** A model is wanted because a person acts. */
export const byPerson = { interactive: true, signal };

/** A model is wanted because something happened. */
export const byReaction = { interactive: false, signal };

/** A directory over scripted providers; nothing but the offline rules is ready unless the test says so. */
export class Bench {
  readonly openai = new ScriptedProvider('openai');
  readonly vscode = new ScriptedProvider('vscode');
  readonly offline = new ScriptedProvider('offline', { ready: true, why: 'rules need nothing' });
  readonly clock = new ManualClock();
  readonly consents = new Set<string>();
  readonly running = new Set<string>();
  readonly probed: string[] = [];
  readonly localServers: LocalServers;
  readonly directory: ModelDirectory;
  settings: TeamSettings = DEFAULT_SETTINGS;
  change: () => void = () => {};
  subscriptions = 0;

  constructor(options: Partial<ModelDirectoryOptions> = {}) {
    this.localServers = new LocalServers({ clock: this.clock, getJson: (url) => this.answer(url) });
    this.directory = new ModelDirectory({
      settings: () => this.settings,
      providers: { openai: this.openai, vscode: this.vscode, offline: this.offline },
      localServers: this.localServers,
      consents: this.consents,
      environment: () => undefined,
      changes: [
        (handler) => {
          this.subscriptions += 1;
          this.change = handler;
          return { dispose: () => (this.subscriptions -= 1) };
        },
      ],
      ...options,
    });
  }

  configure(change: Partial<TeamSettings>): void {
    this.settings = { ...this.settings, ...change };
    this.change();
  }

  private async answer(url: string): Promise<unknown> {
    const name = url.includes(':11434/') ? 'ollama' : 'lmstudio';
    this.probed.push(name);
    if (!this.running.has(name)) throw new Error('connection refused');
    return { object: 'list', data: [{ id: `${name}-model` }] };
  }
}
