// One reaction: collects its events, waits until it may fire, fires, and knows what became of it.
//
//   idle ──event──> waiting ──due, nothing in the way──> running ──done──> idle, or waiting for what came meanwhile
//                      ▲  └─ paused, breaker, budget, rate, typing, consent: parked until it is gone
//                      └──────────── failed for a passing reason ────────────┘  (some attempts, then a dead letter)
import type { RunState } from '../../api';
import type { Clock } from '../clock';
import type { Disposable } from '../disposable';
import type { Failure } from '../failure';
import { PendingEvents, type EventBatch, type PendingEvent } from './pendingEvents';
import type { ReactionSpec } from './reactionSpecs';
import type { Firing, StoredLane } from './storedReactions';

/** Why a reaction does not fire although it has events. */
export type Hold =
  'debounce' | 'rate' | 'typing' | 'slot' | 'retry' | 'paused' | 'breaker' | 'budget' | 'consent' | 'unclaimed';

export interface FiringEnd {
  status: RunState;
  error?: Failure;
}

export interface LaneHost {
  readonly clock: Clock;
  newId(): string;
  /** What of the person's or the team's stands in the way now, and when to look again at the latest. */
  obstacle(spec: ReactionSpec): { hold: Hold; againMs: number } | undefined;
  /** When the person last typed, in milliseconds since the epoch; `-Infinity` if never. */
  lastTypedAtMs(): number;
  /** Takes one of the places for reactions that run at once; what it returns gives it back. */
  takeSlot(): Disposable | undefined;
  /** What of the batch is this window's to react to. Rejects when nobody can tell. */
  claim(batch: EventBatch): Promise<EventBatch>;
  /** The batch is done: no other window reacts to it. */
  claimed(batch: EventBatch): Promise<void>;
  /** Keeps everything; resolves once it is safe. */
  save(): Promise<void>;
  run(spec: ReactionSpec, firing: Firing): Promise<FiringEnd>;
  giveUp(spec: ReactionSpec, firing: Firing, why: Failure): void;
  /** Something of the lane changed. */
  changed(): void;
  onBug(error: unknown): void;
}

const DEBOUNCE_MS = 1_000;
/** Events that keep coming put a reaction off by so many debounces at most. */
const MAX_DEBOUNCES = 10;
const MAX_PER_MINUTE = 6;
const MINUTE_MS = 60_000;
/** The person has paused: so long no key was struck. */
const QUIET_MS = 2_000;
/** Typing puts a reaction off by this at most. */
const MAX_TYPING_MS = 120_000;
const RETRY_MS = 30_000;
const UNCLAIMED_MS = 10_000;
const PARKED_MS = 5_000;
const MAX_DOUBLINGS = 5;
const MAX_ATTEMPTS = 3;
/** The run did not come to work for a reason that passes by itself: it is no attempt. */
const PARKING: ReadonlySet<string> = new Set(['agent.paused', 'agent.breaker_open', 'reaction.unanswered']);

type Step = { fire: true } | { fire: false; hold?: Hold; waitMs?: number };

export class ReactionLane implements Disposable {
  private readonly pending = new PendingEvents();
  private firing: Firing | undefined;
  private isFiring = false;
  /** The firing is that of a window that is gone: another window of the team may have taken its events up meanwhile. */
  private mustClaim = false;
  private isDisposed = false;
  private timer: Disposable | undefined;
  private firstAtMs = 0;
  private newestAtMs = 0;
  private readonly startsMs: number[] = [];
  private unclaimedUntilMs = 0;
  private touchedAtMs: number;
  lastFiredAtMs: number | undefined;
  /** Why it waits now. */
  hold: Hold | undefined;

  constructor(
    /** The newest definition; its key stays. */
    public spec: ReactionSpec,
    private readonly host: LaneHost,
  ) {
    this.touchedAtMs = host.clock.now();
  }

  get isRunning(): boolean {
    return this.isFiring;
  }

  /** The run that works, or is to be tried again. */
  get runId(): string | undefined {
    return this.firing?.runId;
  }

  /** Events that wait. */
  get waiting(): number {
    const { events, more } = this.pending.snapshot();
    return events.reduce((sum, { count }) => sum + count, more);
  }

  add(event: PendingEvent): void {
    const nowMs = this.host.clock.now();
    if (this.pending.size === 0) this.firstAtMs = nowMs;
    this.newestAtMs = nowMs;
    this.pending.add(event);
    this.touch();
    this.review();
  }

  /** What another window or an earlier one has left. */
  adopt(stored: StoredLane): void {
    const nowMs = this.host.clock.now();
    this.pending.putBack(stored.pending);
    if (stored.firing && stored.firing.runId !== this.firing?.runId) {
      // One reaction at a time: a second one that was begun elsewhere counts as not begun.
      if (this.firing) this.pending.putBack(stored.firing.batch);
      else {
        this.firing = stored.firing;
        this.mustClaim = true;
      }
    }
    if (stored.lastFiredAtMs !== undefined) {
      this.lastFiredAtMs = Math.max(stored.lastFiredAtMs, this.lastFiredAtMs ?? 0);
    }
    this.firstAtMs = this.newestAtMs = nowMs;
    this.touch();
    this.review();
  }

  /** Sends again what was given up. */
  resend(batch: EventBatch): void {
    this.pending.putBack(batch);
    this.firstAtMs = this.newestAtMs = this.host.clock.now();
    this.touch();
    this.review();
  }

  /** Forgets what waits: nobody wants it. */
  clear(): void {
    this.pending.clear();
    if (!this.isFiring) this.firing = undefined;
    this.touch();
    this.review();
  }

  /** Looks whether it may fire now; called whenever something that may have stood in the way has changed. */
  review(): void {
    if (this.isDisposed || this.isFiring) return;
    this.timer?.dispose();
    this.timer = undefined;
    const step = this.next();
    const slot = step.fire ? this.host.takeSlot() : undefined;
    const hold = step.fire ? (slot ? undefined : 'slot') : step.hold;
    const hasChanged = hold !== this.hold;
    this.hold = hold;
    if (slot) {
      void this.fire().finally(() => {
        slot.dispose();
        this.review();
      });
    } else if (!step.fire && step.waitMs !== undefined) {
      this.timer = this.host.clock.after(step.waitMs, () => this.review());
    }
    if (hasChanged) this.host.changed();
  }

  snapshot(): StoredLane {
    return {
      pending: this.pending.snapshot(),
      touchedAtMs: this.touchedAtMs,
      ...(this.firing && { firing: this.firing }),
      ...(this.lastFiredAtMs !== undefined && { lastFiredAtMs: this.lastFiredAtMs }),
    };
  }

  dispose(): void {
    this.isDisposed = true;
    this.timer?.dispose();
  }

  private next(): Step {
    const { clock } = this.host;
    const nowMs = clock.now();
    if (!this.firing && this.pending.size === 0) return { fire: false };
    const until = (atMs: number, hold: Hold): Step => ({ fire: false, hold, waitMs: Math.max(0, atMs - nowMs) });
    const dueMs = this.dueMs();
    if (nowMs < dueMs) return until(dueMs, this.firing ? 'retry' : 'debounce');
    if (nowMs < this.unclaimedUntilMs) return until(this.unclaimedUntilMs, 'unclaimed');
    const obstacle = this.host.obstacle(this.spec);
    if (obstacle) return { fire: false, hold: obstacle.hold, waitMs: obstacle.againMs };
    while ((this.startsMs[0] ?? nowMs) <= nowMs - MINUTE_MS) this.startsMs.shift();
    const { maxPerMinute = MAX_PER_MINUTE } = this.spec.reaction;
    const [oldest] = this.startsMs;
    if (oldest !== undefined && this.startsMs.length >= maxPerMinute) return until(oldest + MINUTE_MS, 'rate');
    const quietMs = Math.min(this.host.lastTypedAtMs() + QUIET_MS, dueMs + MAX_TYPING_MS);
    return nowMs < quietMs ? until(quietMs, 'typing') : { fire: true };
  }

  private dueMs(): number {
    if (this.firing) return this.firing.retryAtMs ?? 0;
    const { debounceMs = DEBOUNCE_MS } = this.spec.reaction;
    return Math.min(this.newestAtMs + debounceMs, this.firstAtMs + debounceMs * MAX_DEBOUNCES);
  }

  private async fire(): Promise<void> {
    this.isFiring = true;
    try {
      const firing = this.mustClaim ? await this.claimAgain() : (this.firing ?? (await this.begin()));
      if (!firing) return;
      firing.attempts += 1;
      delete firing.retryAtMs;
      this.startsMs.push(this.host.clock.now());
      this.touch();
      // Before anything is done: a restart finds the run by its id instead of beginning another one.
      await this.host.save();
      if (this.isDisposed) return;
      await this.settle(firing, await this.host.run(this.spec, firing));
    } catch (error) {
      this.host.onBug(error);
      if (this.firing) this.retry(this.firing);
    } finally {
      this.isFiring = false;
      this.host.changed();
    }
  }

  private async begin(): Promise<Firing | undefined> {
    const taken = this.pending.take();
    let batch: EventBatch;
    try {
      batch = await this.host.claim(taken);
    } catch {
      // Nobody can be asked now; what came meanwhile joins.
      this.pending.putBack(taken);
      this.unclaimedUntilMs = this.host.clock.now() + UNCLAIMED_MS;
      return undefined;
    }
    if (batch.events.length === 0) {
      this.touch();
      return undefined;
    }
    return (this.firing = { runId: this.host.newId(), batch, attempts: 0 });
  }

  private async claimAgain(): Promise<Firing | undefined> {
    const { firing } = this;
    if (!firing) {
      this.mustClaim = false;
      return undefined;
    }
    let batch: EventBatch;
    try {
      batch = await this.host.claim(firing.batch);
    } catch {
      this.unclaimedUntilMs = this.host.clock.now() + UNCLAIMED_MS;
      return undefined;
    }
    this.mustClaim = false;
    this.firing = batch.events.length > 0 ? { ...firing, batch } : undefined;
    this.touch();
    return this.firing;
  }

  private async settle(firing: Firing, end: FiringEnd): Promise<void> {
    const { status, error } = end;
    // The window closes: the next one goes on with it.
    if (status === 'interrupted') return;
    if (status !== 'failed' || !error) {
      this.lastFiredAtMs = this.host.clock.now();
      await this.done(firing);
      return;
    }
    if (PARKING.has(error.reason)) {
      firing.attempts -= 1;
      firing.retryAtMs = this.host.clock.now() + PARKED_MS;
      return;
    }
    if (error.reason === 'reaction.not_allowed') {
      this.pending.clear();
      await this.done(firing);
      return;
    }
    if (error.retryable && firing.attempts < MAX_ATTEMPTS) {
      this.retry(firing);
      return;
    }
    this.host.giveUp(this.spec, firing, error);
    await this.done(firing);
  }

  private retry(firing: Firing): void {
    firing.retryAtMs =
      this.host.clock.now() + RETRY_MS * 2 ** Math.min(MAX_DOUBLINGS, Math.max(0, firing.attempts - 1));
    this.touch();
  }

  private async done({ batch }: Firing): Promise<void> {
    this.firing = undefined;
    this.touch();
    await this.host.claimed(batch).catch((error: unknown) => this.host.onBug(error));
  }

  private touch(): void {
    this.touchedAtMs = this.host.clock.now();
    this.host.changed();
  }
}
