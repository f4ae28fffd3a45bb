// What the person agreed to, kept for this user on this machine: flags only.
import type * as vscode from 'vscode';
import { toDisposable, type Disposable } from '../../core/disposable';
import type { ModelConsents } from '../../core/model/endpointFinder';

const STATE_KEY = 'agentTeam.agreedModelSources';

/** Consents in `context.globalState`. Only a person's own choice in the picker may call `agree`. */
export class StoredConsents implements ModelConsents {
  private readonly handlers = new Set<() => void>();

  constructor(private readonly state: Pick<vscode.Memento, 'get' | 'update'>) {}

  has(subject: string): boolean {
    return this.all().includes(subject);
  }

  async agree(subject: string): Promise<void> {
    if (this.has(subject)) return;
    await this.state.update(STATE_KEY, [...this.all(), subject]);
    for (const handler of [...this.handlers]) handler();
  }

  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  private all(): string[] {
    const value = this.state.get<unknown>(STATE_KEY);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }
}
