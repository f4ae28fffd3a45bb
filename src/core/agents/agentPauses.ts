// Agents that a person has paused: they react to nothing, get no handoff and no task, and answer nobody. What one is doing, it finishes.
import { toDisposable, type Disposable } from '../disposable';
import { agentSlug } from './agentNames';

/** Keeps the names beyond the window. */
export interface PauseStore {
  read(): readonly string[];
  /** The new names can be read at once. */
  write(names: readonly string[]): void;
}

/** Bounded by the agents that a person pauses by hand. */
export class AgentPauses {
  private readonly handlers = new Set<() => void>();

  constructor(private readonly store: PauseStore) {}

  has(name: string): boolean {
    const slug = agentSlug(name);
    return this.store.read().some((paused) => agentSlug(paused) === slug);
  }

  /** False if it is paused already. */
  pause(name: string): boolean {
    if (this.has(name)) return false;
    this.store.write([...this.store.read(), name]);
    this.notify();
    return true;
  }

  /** False if it is not paused. */
  resume(name: string): boolean {
    if (!this.has(name)) return false;
    const slug = agentSlug(name);
    this.store.write(this.store.read().filter((paused) => agentSlug(paused) !== slug));
    this.notify();
    return true;
  }

  /** Handlers must not throw. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  private notify(): void {
    for (const handler of [...this.handlers]) handler();
  }
}
