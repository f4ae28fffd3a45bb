// API keys by endpoint, in VS Code's secret storage. A key leaves this file only towards the request that needs it:
// it is never logged, shown, or put into settings, events or errors.
import type * as vscode from 'vscode';
import { toDisposable, type Disposable } from '../../core/disposable';
import type { Environment, HttpEndpoint } from '../../core/model/endpoints';

const PREFIX = 'agentTeam.apiKey.';

/** Where the key of an endpoint comes from. */
export type KeySource = 'stored' | 'environment' | 'none';

type KeyedEndpoint = Pick<HttpEndpoint, 'name' | 'kind'>;

/** Reads and keeps keys. A stored key comes first; `OPENAI_API_KEY` counts for the official endpoint and for `openai.baseUrl` only. */
export class ApiKeys {
  /** Read once until something changes: every model call asks. Bounded by the number of endpoints. */
  private readonly known = new Map<string, string | undefined>();
  private readonly handlers = new Set<() => void>();
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly environment: Environment,
  ) {
    this.subscription = secrets.onDidChange(({ key }) => {
      if (key.startsWith(PREFIX)) this.changed();
    });
  }

  /** The key for an endpoint; bound, so that it can be handed on. */
  readonly get = async (endpoint: KeyedEndpoint): Promise<string | undefined> => {
    return (await this.stored(endpoint.name)) ?? this.fromEnvironment(endpoint);
  };

  async source(endpoint: KeyedEndpoint): Promise<KeySource> {
    if ((await this.stored(endpoint.name)) !== undefined) return 'stored';
    return this.fromEnvironment(endpoint) === undefined ? 'none' : 'environment';
  }

  async set(endpoint: string, key: string): Promise<void> {
    await this.secrets.store(PREFIX + endpoint, key);
    this.changed();
  }

  /** Deletes a stored key; false if there was none. */
  async clear(endpoint: string): Promise<boolean> {
    const wasStored = (await this.stored(endpoint)) !== undefined;
    await this.secrets.delete(PREFIX + endpoint);
    this.changed();
    return wasStored;
  }

  /** Called after a key was set or cleared, in this window or another. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  dispose(): void {
    this.subscription.dispose();
    this.handlers.clear();
    this.known.clear();
  }

  private async stored(endpoint: string): Promise<string | undefined> {
    if (this.known.has(endpoint)) return this.known.get(endpoint);
    const key = (await this.secrets.get(PREFIX + endpoint)) || undefined;
    this.known.set(endpoint, key);
    return key;
  }

  private fromEnvironment({ kind }: KeyedEndpoint): string | undefined {
    const isOpenAi = kind === 'official' || kind === 'base-url';
    return isOpenAi ? this.environment('OPENAI_API_KEY')?.trim() || undefined : undefined;
  }

  private changed(): void {
    this.known.clear();
    for (const handler of [...this.handlers]) handler();
  }
}
