// Agents that react: keeps a lane for each reaction there is, and feeds it the events that it is for.
//
//   bus ──tap──> topic, where, lineage ──> lane ──claim, save──> run of kind `reaction` ──> done | dead letter
//                                            │
//                             document of this window (ReactionKeeper); another window takes over that of a dead one
import type { EventEnvelope } from '../../api';
import type { AgentRegistry } from '../agents/agentRegistry';
import { DisposableStore, toDisposable, type Disposable } from '../disposable';
import type { EventBus } from '../events/eventBus';
import type { Failure } from '../failure';
import type { SettingsSource } from '../settings';
import { chainFault, Lineage } from './lineage';
import { pendingEvent, type EventBatch } from './pendingEvents';
import { ReactionBudget } from './reactionBudget';
import { claimMemoryMs } from './reactionClaims';
import { ReactionKeeper, type ReactionKeeperOptions } from './reactionKeeper';
import { ReactionLane, type FiringEnd, type Hold, type LaneHost } from './reactionLane';
import { compileReaction, type ReactionMatch } from './reactionMatch';
import { reactionSpecs, type ReactionSpec } from './reactionSpecs';
import { viewOf, type ReactionView } from './reactionView';
import type { Firing, StoredLane, StoredReactions } from './storedReactions';

/** What the person's settings and doings say about reactions at this moment. */
export interface ReactionGates {
  isPaused(agent: string): boolean;
  isBreakerOpen(agent: string): boolean;
  /** When the person last typed, in milliseconds since the epoch. */
  lastTypedAtMs(): number;
  /** Whether agents may react in this workspace; `open`: the next reaction asks. */
  consent(): 'allowed' | 'open' | 'asking' | 'unanswered' | 'denied';
  /** Ids of the ready-made reactions that are switched on. */
  readyMade(): ReadonlySet<string>;
  /** Called after any of these may have changed. */
  onDidChange(handler: () => void): Disposable;
}

export interface ReactionEnd extends FiringEnd {
  usage?: { inputTokens: number; outputTokens: number; costUsd?: number };
}

/** Does the work of one reaction. */
export interface ReactionRunner {
  /** Begins the run of that id, or goes on with it where it stopped; what has ended is not done again. */
  run(spec: ReactionSpec, firing: Firing, ancestors: readonly string[]): Promise<ReactionEnd>;
}

export interface ReactionsOptions extends Omit<ReactionKeeperOptions, 'bus'> {
  bus: Pick<EventBus, 'origin' | 'lastSeq' | 'tap' | 'tapReceived' | 'find' | 'history' | 'deadLetters'>;
  registry: AgentRegistry;
  settings: SettingsSource;
  newId: () => string;
  gates: ReactionGates;
  runner: ReactionRunner;
}

/** Reactions that run at once in one window. */
const MAX_RUNNING = 2;
const RECHECK_MS = 30_000;
const BREAKER_RECHECK_MS = 5_000;
/** What waits for a reaction that is gone. */
const FORGET_MS = 7 * 24 * 3_600_000;
/** Topics whose lanes are remembered; others may publish any number of topics. */
const MAX_CACHED_TOPICS = 512;

interface Entry {
  lane: ReactionLane;
  match: ReactionMatch;
}

export class Reactions implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly lanes = new Map<string, Entry>();
  private wanted: ReadonlySet<string> = new Set();
  /** What waits for reactions that there are not now: their agent is off, or its file is being edited. */
  private readonly dormant = new Map<string, StoredLane>();
  private readonly byTopic = new Map<string, Entry[]>();
  private readonly lineage: Lineage;
  private readonly budget = new ReactionBudget();
  private readonly keeper: ReactionKeeper;
  /** What letters of reactions stand for, by their ids; bounded like the letters. */
  private readonly letters = new Map<string, EventBatch>();
  private readonly handlers = new Set<() => void>();
  private running = 0;
  /** The last event before this followed the bus. */
  private readonly firstSeq: number;
  private isStarted = false;
  private isDisposed = false;

  constructor(private readonly options: ReactionsOptions) {
    const { bus, registry, gates } = options;
    this.lineage = new Lineage((id) => bus.find(id));
    this.keeper = this.owned.add(
      new ReactionKeeper(options, {
        snapshot: () => this.snapshot(),
        adopt: (state, missed) => this.adopt(state, missed),
        isNeeded: () => this.lanes.size > 0,
      }),
    );
    this.firstSeq = bus.lastSeq;
    this.owned.add(bus.tap((event) => this.follow(event)));
    this.owned.add(bus.tapReceived((event) => this.follow(event)));
    this.owned.add(registry.onDidChange(() => this.sync()));
    this.owned.add(gates.onDidChange(() => this.sync()));
    this.sync();
  }

  /**
   * Takes over what dead windows have left; nothing fires before. `sinceSeq` names the event of this window after which somebody wanted to
   * react: what came between that and now was published while this was being made.
   */
  async start(sinceSeq = this.firstSeq): Promise<void> {
    const limit = this.firstSeq - sinceSeq;
    const missed = limit > 0 ? await this.options.bus.history({ afterSeq: sinceSeq, limit }) : [];
    for (const event of missed) this.follow(event);
    await this.keeper.start();
    this.isStarted = true;
    this.sync();
  }

  /** An event whose reaction a window of the team had claimed, and died: whoever claims it now may react. */
  offerAgain(event: EventEnvelope): void {
    if (!this.isDisposed) this.follow(event);
  }

  list(): ReactionView[] {
    return [...this.lanes].flatMap(([key, { lane }]) => (this.wanted.has(key) ? viewOf(lane) : []));
  }

  /** Called after reactions came, went or changed their state. Handlers must not throw. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  /** Resolves once everything is kept; what comes later is left to the next window. */
  async close(): Promise<void> {
    this.dispose();
    await this.keeper.save().catch(this.options.onBug);
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.owned.dispose();
    for (const { lane } of this.lanes.values()) lane.dispose();
    this.handlers.clear();
  }

  /** Brings the lanes in step with the reactions that there are. */
  private sync(): void {
    if (this.isDisposed) return;
    const specs = reactionSpecs(this.options.registry, this.options.gates.readyMade());
    this.wanted = new Set(specs.map(({ key }) => key));
    this.byTopic.clear();
    this.putAway();
    for (const spec of specs) this.wake(spec);
    const isDenied = this.options.gates.consent() === 'denied';
    for (const { lane } of this.lanes.values()) {
      if (isDenied) lane.clear();
      else lane.review();
    }
    this.changed();
  }

  /** Takes lanes out whose reactions are gone; what they have waits until those are back. */
  private putAway(): void {
    for (const [key, { lane }] of this.lanes) {
      if (this.wanted.has(key) || lane.isRunning) continue;
      lane.dispose();
      this.lanes.delete(key);
      const left = lane.snapshot();
      if (left.firing || left.pending.events.length > 0) this.dormant.set(key, left);
    }
  }

  private wake(spec: ReactionSpec): void {
    const match = compileReaction(spec.reaction);
    if (!match) return;
    const known = this.lanes.get(spec.key);
    if (known) {
      known.lane.spec = spec;
      known.match = match;
      return;
    }
    const lane = new ReactionLane(spec, this.host());
    this.lanes.set(spec.key, { lane, match });
    const left = this.dormant.get(spec.key);
    this.dormant.delete(spec.key);
    if (left) lane.adopt(left);
  }

  private follow(event: EventEnvelope): void {
    this.lineage.follow(event);
    const entries = this.entriesOf(event.topic);
    if (entries.length > 0 && this.options.gates.consent() !== 'denied') this.offer(event, entries);
  }

  private entriesOf(topic: string): Entry[] {
    let found = this.byTopic.get(topic);
    if (!found) {
      found = [...this.lanes].flatMap(([key, entry]) =>
        this.wanted.has(key) && entry.match.topic(topic) ? [entry] : [],
      );
      if (this.byTopic.size >= MAX_CACHED_TOPICS) this.byTopic.clear();
      this.byTopic.set(topic, found);
    }
    return found;
  }

  private offer(event: EventEnvelope, entries: readonly Entry[]): void {
    const ancestors = this.lineage.of(event);
    const isShared = this.options.claims.isShared(event);
    for (const { lane, match } of entries) {
      const { key, agent } = lane.spec;
      if (chainFault(key, ancestors) || isOwnEdit(event, agent) || !match.event(event)) continue;
      lane.add(pendingEvent(event, { reaction: key, ancestors, isShared }));
    }
  }

  private host(): LaneHost {
    const { clock, newId, gates, onBug } = this.options;
    return {
      clock,
      newId,
      obstacle: (spec) => this.obstacle(spec),
      lastTypedAtMs: () => gates.lastTypedAtMs(),
      takeSlot: () => this.takeSlot(),
      claim: (batch) => this.claim(batch),
      claimed: (batch) => this.claimed(batch),
      save: () => this.keeper.save(),
      run: (spec, firing) => this.run(spec, firing),
      giveUp: (spec, firing, why) => this.giveUp(spec, firing, why),
      changed: () => this.changed(),
      onBug,
    };
  }

  private obstacle(spec: ReactionSpec): { hold: Hold; againMs: number } | undefined {
    const { gates, registry, settings, clock } = this.options;
    const consent = gates.consent();
    const at = (hold: Hold, againMs = RECHECK_MS) => ({ hold, againMs });
    if (!this.isStarted || !this.wanted.has(spec.key)) return at('slot');
    if (consent !== 'allowed' && consent !== 'open') return at('consent');
    if (gates.isPaused(spec.agent)) return at('paused');
    if (gates.isBreakerOpen(spec.agent)) return at('breaker', BREAKER_RECHECK_MS);
    const agent = registry.find(spec.agent);
    const untilMs = agent && this.budget.exhaustedUntil(agent, settings(), clock.now());
    return untilMs === undefined ? undefined : at('budget', Math.min(RECHECK_MS, untilMs - clock.now()));
  }

  private takeSlot(): Disposable | undefined {
    if (this.running >= MAX_RUNNING) return undefined;
    this.running += 1;
    return toDisposable(() => {
      this.running -= 1;
      if (this.isDisposed) return;
      this.putAway();
      for (const { lane } of this.lanes.values()) if (lane.hold === 'slot') lane.review();
    });
  }

  private async claim(batch: EventBatch): Promise<EventBatch> {
    const keys = batch.events.flatMap(({ claims }) => claims);
    if (keys.length === 0) return batch;
    const mine = await this.options.claims.claim(keys);
    // The newest of joined events stands for them.
    const isMine = (claims: readonly string[]) => claims.length === 0 || mine.has(claims.at(-1) ?? '');
    return { ...batch, events: batch.events.filter(({ claims }) => isMine(claims)) };
  }

  private async claimed({ events }: EventBatch): Promise<void> {
    for (const { event, claims } of events) {
      if (claims.length > 0) await this.options.claims.complete(claims, claimMemoryMs(event));
    }
  }

  private async run(spec: ReactionSpec, firing: Firing): Promise<FiringEnd> {
    const ancestors = [...new Set(firing.batch.events.flatMap((pending) => pending.ancestors))];
    this.lineage.know(firing.runId, [...ancestors, spec.key]);
    const end = await this.options.runner.run(spec, firing, ancestors);
    if (end.usage) this.budget.add(spec.agent, end.usage, this.options.clock.now());
    return end;
  }

  private giveUp(spec: ReactionSpec, { batch }: Firing, { reason, message }: Failure): void {
    const newest = batch.events.at(-1);
    if (!newest) return;
    const { key, agent, reaction } = spec;
    const owner = { kind: 'reaction', reaction: key, agent, topic: reaction.topic } as const;
    const letter = { event: newest.event, owner, reason, message };
    const { id } = this.options.bus.deadLetters.add(letter, () => this.resend(key, batch));
    this.letters.set(id, batch);
  }

  /** False where the reaction is gone. */
  private resend(key: string, batch: EventBatch): boolean {
    const entry = this.lanes.get(key);
    entry?.lane.resend(batch);
    return entry !== undefined;
  }

  private changed(): void {
    if (this.isDisposed) return;
    this.keeper.touch();
    for (const handler of [...this.handlers]) handler();
  }

  private snapshot(): Omit<StoredReactions, 'schemaVersion' | 'seq'> {
    const { bus, clock } = this.options;
    const nowMs = clock.now();
    for (const [key, { touchedAtMs }] of this.dormant) if (nowMs - touchedAtMs > FORGET_MS) this.dormant.delete(key);
    const lanes = [...this.lanes].map(([key, { lane }]) => [key, lane.snapshot()] as const);
    const letters = bus.deadLetters.list();
    const ids = new Set(letters.map(({ id }) => id));
    for (const id of this.letters.keys()) if (!ids.has(id)) this.letters.delete(id);
    return {
      lanes: structuredClone(Object.fromEntries([...this.dormant, ...lanes])),
      spent: this.budget.snapshot(nowMs),
      letters: letters.flatMap((letter) => {
        const batch = this.letters.get(letter.id);
        return batch ? [{ letter, batch }] : [];
      }),
    };
  }

  /** What a dead window has left, and the events that it had no time to look at. */
  private adopt(state: StoredReactions, missed: readonly EventEnvelope[]): void {
    for (const [key, stored] of Object.entries(state.lanes)) {
      const entry = this.lanes.get(key);
      if (entry) entry.lane.adopt(stored);
      else if (!this.dormant.has(key)) this.dormant.set(key, stored);
    }
    for (const [agent, entries] of Object.entries(state.spent)) this.budget.restore(agent, entries);
    for (const { letter, batch } of state.letters) this.letters.set(letter.id, batch);
    const restored = state.letters.map(({ letter, batch }) => ({
      letter,
      resend: () => letter.owner.kind === 'reaction' && this.resend(letter.owner.reaction, batch),
    }));
    this.options.bus.deadLetters.restore(restored);
    for (const event of missed) this.follow(event);
  }
}

/** What an agent itself saves and edits never wakes it. */
function isOwnEdit({ topic, agent }: EventEnvelope, reacting: string): boolean {
  return agent === reacting && (topic === 'file.saved' || topic.startsWith('edit.'));
}
