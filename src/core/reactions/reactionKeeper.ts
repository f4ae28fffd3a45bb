// Keeps what reactions have beyond the window: saves soon after a change, and takes over what dead windows have left.
import type { EventEnvelope } from '../../api';
import type { Clock } from '../clock';
import type { Disposable } from '../disposable';
import type { ReactionStore, StoredReactions, WindowLogs } from './storedReactions';
import { takeOver } from './takeOver';
import type { ReactionClaims } from './reactionClaims';

export interface ReactionKeeperOptions {
  bus: { readonly origin: string; readonly lastSeq: number };
  clock: Clock;
  claims: ReactionClaims;
  store: ReactionStore;
  logs: WindowLogs;
  isAlive: (origin: string) => Promise<boolean>;
  onBug: (error: unknown) => void;
}

/** Whose things are kept. */
export interface KeptReactions {
  /** Copies, so that what changes afterwards changes nothing of what is written. */
  snapshot(): Omit<StoredReactions, 'schemaVersion' | 'seq'>;
  adopt(state: StoredReactions, missed: readonly EventEnvelope[]): void;
  /** True while there is anything that events may wait for. */
  isNeeded(): boolean;
}

const SAVE_MS = 200;
/** How often dead windows are looked for, and how far the log was looked at is saved although nothing waits. */
const ROUND_MS = 60_000;

export class ReactionKeeper implements Disposable {
  private saving: Promise<void> = Promise.resolve();
  private saveTimer: Disposable | undefined;
  private roundTimer: Disposable | undefined;
  private savedSeq = 0;
  private isDisposed = false;

  constructor(
    private readonly options: ReactionKeeperOptions,
    private readonly kept: KeptReactions,
  ) {}

  /** Takes over what there is, then looks again from time to time. Never rejects. */
  async start(): Promise<void> {
    try {
      await takeOver(this.options, async (state, missed) => {
        this.kept.adopt(state, missed);
        await this.save();
      });
      if (this.savedSeq < this.options.bus.lastSeq && this.kept.isNeeded()) await this.save();
    } catch (error) {
      this.options.onBug(error);
    }
    if (!this.isDisposed) this.roundTimer = this.options.clock.after(ROUND_MS, () => void this.start());
  }

  /** Saves within a moment. */
  touch(): void {
    if (this.isDisposed) return;
    this.saveTimer ??= this.options.clock.after(SAVE_MS, () => {
      this.saveTimer = undefined;
      void this.save().catch(this.options.onBug);
    });
  }

  /** Resolves once the state of this moment is safe; writes follow one another. */
  save(): Promise<void> {
    this.saving = this.saving.catch(() => undefined).then(() => this.write());
    return this.saving;
  }

  dispose(): void {
    this.isDisposed = true;
    this.saveTimer?.dispose();
    this.roundTimer?.dispose();
  }

  private async write(): Promise<void> {
    const seq = this.options.bus.lastSeq;
    await this.options.store.save({ schemaVersion: 1, seq, ...this.kept.snapshot() });
    this.savedSeq = seq;
  }
}
