// The bus of one window: gives every event its envelope and place, hands it to the log, projections and subscribers.
// Publishing never waits and never runs a subscriber's handler; projections (`tap`) are the exception, and ours alone.
import type {
  Disposable,
  EventEnvelope,
  EventPayloads,
  EventStats,
  EventTopic,
  HistoryFilter,
  SubscribeOptions,
} from '../../api';
import type { Clock } from '../clock';
import { toDisposable } from '../disposable';
import { causalChain, type CausalChain } from './causation';
import { DeadLetters } from './deadLetters';
import { DropReports } from './dropReports';
import { createEventIds } from './eventIds';
import { EventHistory, historyLimit } from './eventHistory';
import type { EventLog } from './eventLog';
import { jsonCopy } from './jsonCopy';
import { payloadFault } from './eventSchemas';
import { mergeEvents } from './mergeEvents';
import type { EventDraft, EventPublisher } from './publisher';
import type { ReceivedEvents, Reception } from './receivedEvents';
import { RecentEvents } from './recentEvents';
import { redactDeep, type Redact } from './redaction';
import { Subscription, type EventHandler, type HandlerFault, type SubscriptionHost } from './subscription';
import { compilePattern, isExternalTopic, topicFault } from './topicPattern';

export interface EventBusOptions {
  clock: Clock;
  log: EventLog;
  /** Names this window's log; unique over all windows of a workspace. */
  origin: string;
  /** Applied to every string of a payload before anything else sees it. */
  redact?: Redact;
  /** Events kept in memory; default 5,000. */
  recentEvents?: number;
  /** Default 30,000. */
  handlerTimeoutMs?: number;
  /** Told of bugs in projections; they never reach the publisher. */
  onBug?: (error: unknown) => void;
}

export interface ExternalPublishOptions {
  /** Who publishes, e.g. `ext.acme.tools`. */
  source: string;
  causationId?: string;
  /** The agent of a run that publishes, where it is one: the event is then one of its own. */
  by?: { agent: string; promptVersion?: string; taskId?: string };
}

/** An event on its way to subscribers; `arrival` numbers those of other windows. */
interface Delivery {
  event: EventEnvelope;
  arrival?: number;
}

const DEFAULT_RECENT = 5000;
const HANDLER_TIMEOUT_MS = 30_000;
/** Topics whose subscribers are remembered; others may publish any number of topics. */
const MAX_CACHED_TOPICS = 512;

/** See the contract, section 7. One per window; owns its subscriptions, not the log. */
export class EventBus implements EventPublisher, Disposable {
  readonly origin: string;
  /** What handlers failed on. */
  readonly deadLetters: DeadLetters;
  private readonly clock: Clock;
  private readonly log: EventLog;
  private readonly recent: RecentEvents;
  private readonly past: EventHistory;
  private readonly redact: Redact | undefined;
  private readonly onBug: (error: unknown) => void;
  private readonly nextId = createEventIds();
  private readonly subscriptions = new Set<Subscription>();
  private readonly taps = new Set<(event: EventEnvelope) => void>();
  private readonly byTopic = new Map<string, Subscription[]>();
  /** What is being delivered, and what came meanwhile. */
  private readonly undelivered: Delivery[] = [];
  private received: ReceivedEvents | undefined;
  private readonly receivedTaps = new Set<(event: EventEnvelope) => void>();
  private readonly drops: DropReports;
  private readonly host: SubscriptionHost;
  private subscribed = 0;
  private disposed = false;

  constructor(options: EventBusOptions) {
    this.origin = options.origin;
    this.clock = options.clock;
    this.log = options.log;
    this.redact = options.redact;
    this.onBug = options.onBug ?? (() => undefined);
    this.recent = new RecentEvents(options.recentEvents ?? DEFAULT_RECENT);
    this.deadLetters = new DeadLetters({ clock: options.clock });
    this.past = new EventHistory({ recent: this.recent, log: this.log, onBug: this.onBug });
    this.drops = new DropReports(options.clock, (payload) => this.report('subscriber.dropped', payload));
    this.host = this.createHost(options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS);
  }

  /** Sequence number of the last event of this window; 0 before the first. */
  get lastSeq(): number {
    return this.recent.lastSeq;
  }

  publish<T extends EventTopic>(draft: EventDraft<T, EventPayloads[T]>): EventEnvelope<EventPayloads[T]> {
    const fault = payloadFault(draft.topic, draft.payload);
    if (fault !== undefined) throw new Error(`Internal error: the payload of ${draft.topic} is malformed: ${fault}`);
    return this.emit(draft);
  }

  /** Publishes for others, under `user.**` or `ext.<extension id>.**`; throws a `TypeError` for any other topic or a payload that is not JSON. */
  publishExternal(topic: string, payload: unknown, options: ExternalPublishOptions): EventEnvelope {
    const fault = topicFault(topic);
    if (fault !== undefined) throw new TypeError(`The topic "${topic.slice(0, 200)}" is malformed: ${fault}.`);
    if (!isExternalTopic(topic)) {
      throw new TypeError(`The topic "${topic}" is reserved: publish under user.** or ext.<extension id>.**.`);
    }
    const { causationId, source, by } = options;
    const cause = causationId === undefined ? undefined : this.find(causationId);
    // The run of another window is written by that window alone.
    const ownCause = cause?.origin === this.origin ? cause : undefined;
    return this.emit({
      topic,
      payload: jsonCopy(payload),
      source,
      ...by,
      ...(by && ownCause?.spanId !== undefined && { spanId: ownCause.spanId }),
      ...(causationId !== undefined && { causationId }),
      ...(cause && { correlationId: cause.correlationId }),
      ...(ownCause?.runId !== undefined && { runId: ownCause.runId }),
      ...(ownCause?.traceId !== undefined && { traceId: ownCause.traceId }),
    });
  }

  /** Throws a `TypeError` for a malformed pattern. */
  subscribe(pattern: string, handler: EventHandler, options: SubscribeOptions = {}): Disposable {
    const subscription = new Subscription(pattern, compilePattern(pattern), handler, this.host, options);
    if (this.disposed) subscription.dispose();
    else this.subscriptions.add(subscription);
    this.byTopic.clear();
    return toDisposable(() => {
      this.drops.flush(subscription);
      subscription.dispose();
      this.subscriptions.delete(subscription);
      this.byTopic.clear();
    });
  }

  /** Calls a projection of ours synchronously with every event, before `publish` returns. It must be quick and must not publish. */
  tap(listener: (event: EventEnvelope) => void): Disposable {
    this.taps.add(listener);
    return toDisposable(() => this.taps.delete(listener));
  }

  /** As `tap`, with the events of other windows, which projections of this window's own events don't get. */
  tapReceived(listener: (event: EventEnvelope) => void): Disposable {
    this.receivedTaps.add(listener);
    return toDisposable(() => this.receivedTaps.delete(listener));
  }

  /** From now on events of other windows come here and are numbered by `received`. To be called once. */
  joinTeam(received: ReceivedEvents): void {
    this.received = received;
  }

  /** What came from other windows; undefined for a window that shares nothing. */
  get team(): ReceivedEvents | undefined {
    return this.received;
  }

  /**
   * Hands an event of another window to the subscribers of this one. It keeps its id, number, origin and time, and is not sent on:
   * only what this window publishes gets a place in this window's log.
   */
  receive(event: EventEnvelope): Reception {
    if (!this.received) throw new Error('Internal error: this window is in no team.');
    if (this.disposed) return 'known';
    const masked = this.redact ? { ...event, payload: redactDeep(event.payload, this.redact) } : event;
    const reception = this.received.take(masked);
    if (reception === 'taken') this.deliver({ event: masked, arrival: this.received.lastArrival });
    return reception;
  }

  /** An event that is still in memory, of this window or another. */
  find(id: string): EventEnvelope | undefined {
    return this.recent.find(id) ?? this.received?.find(id);
  }

  /** Events of this window after `seq`, at most `limit`, none left out; synchronously where memory has them. */
  readAfter(seq: number, limit: number): EventEnvelope[] | Promise<EventEnvelope[]> {
    return this.past.readAfter(seq, limit);
  }

  /** The causes of an event as far as this window's log, other windows and the journals of runs know them. */
  chainOf(event: EventEnvelope): Promise<CausalChain> {
    return causalChain(event, (id, of) => this.received?.find(id) ?? this.past.findCause(id, of));
  }

  /**
   * See `EventHistory.find`; throws a `TypeError` for a malformed pattern. The newest events are those of the whole team;
   * `afterSeq` is a number of this window, so what follows it is too.
   */
  async history(filter: HistoryFilter = {}): Promise<EventEnvelope[]> {
    const own = await this.past.find(filter);
    const { received } = this;
    if (!received || received.lastArrival === 0 || filter.afterSeq !== undefined) return own;
    const limit = historyLimit(filter);
    const others = limit === 0 ? [] : await received.newest(filter, limit);
    return others.length === 0 ? own : mergeEvents([own, others]).slice(-limit);
  }

  stats(): EventStats {
    return {
      published: this.lastSeq,
      subscribers: [...this.subscriptions].map(({ pattern, delivered, dropped, failed, depth }) => ({
        pattern,
        delivered,
        dropped,
        failed,
        depth,
      })),
    };
  }

  /** Resolves once everything published before is safe on disk. */
  async flush(): Promise<void> {
    this.drops.flushAll();
    await this.log.flush();
  }

  /** Ends all subscriptions. What is published afterwards still reaches the log. */
  dispose(): void {
    if (this.disposed) return;
    this.drops.dispose();
    this.disposed = true;
    for (const subscription of this.subscriptions) subscription.dispose();
    this.subscriptions.clear();
    this.taps.clear();
    this.receivedTaps.clear();
    this.byTopic.clear();
  }

  private emit<T extends string, P>(draft: EventDraft<T, P>): EventEnvelope<P> {
    const nowMs = this.clock.now();
    const id = this.nextId(nowMs);
    const event: EventEnvelope<P> = {
      id,
      seq: this.recent.lastSeq + 1,
      origin: this.origin,
      time: new Date(nowMs).toISOString(),
      topic: draft.topic,
      source: draft.source,
      correlationId: draft.correlationId ?? id,
      payload: this.redact ? redactDeep(draft.payload, this.redact) : draft.payload,
    };
    if (draft.runId !== undefined) event.runId = draft.runId;
    if (draft.taskId !== undefined) event.taskId = draft.taskId;
    if (draft.agent !== undefined) event.agent = draft.agent;
    if (draft.promptVersion !== undefined) event.promptVersion = draft.promptVersion;
    if (draft.causationId !== undefined) event.causationId = draft.causationId;
    if (draft.traceId !== undefined) event.traceId = draft.traceId;
    if (draft.spanId !== undefined) event.spanId = draft.spanId;
    this.recent.push(event);
    this.log.append(event);
    this.deliver({ event });
    return event;
  }

  /** What comes during a delivery waits for its turn: everybody sees the same order. */
  private deliver(delivery: Delivery): void {
    this.undelivered.push(delivery);
    if (this.undelivered.length > 1) return;
    for (const { event, arrival } of this.undelivered) {
      for (const tap of arrival === undefined ? this.taps : this.receivedTaps) {
        try {
          tap(event);
        } catch (error) {
          this.onBug(error);
        }
      }
      for (const subscription of this.subscribersOf(event.topic)) subscription.offer(event, arrival);
    }
    this.undelivered.length = 0;
  }

  private subscribersOf(topic: string): Subscription[] {
    let found = this.byTopic.get(topic);
    if (!found) {
      found = [...this.subscriptions].filter((subscription) => subscription.matches(topic));
      if (this.byTopic.size >= MAX_CACHED_TOPICS) this.byTopic.clear();
      this.byTopic.set(topic, found);
    }
    return found;
  }

  private createHost(handlerTimeoutMs: number): SubscriptionHost {
    return {
      clock: this.clock,
      handlerTimeoutMs,
      nextId: () => (this.subscribed += 1),
      lastSeq: () => this.lastSeq,
      readAfter: (seq, limit) => this.past.readAfter(seq, limit),
      lastArrival: () => this.received?.lastArrival ?? 0,
      readReceivedAfter: (arrival, limit) => this.received?.readAfter(arrival, limit) ?? [],
      onFault: (subscription, fault) => this.onFault(subscription, fault),
      onDropped: (subscription, event) => {
        if (!isAboutSubscribers(event.topic)) this.drops.count(subscription);
      },
      onPaused: (subscription, event) => {
        if (!isAboutSubscribers(event.topic)) {
          const atSeq = event.origin === this.origin ? event.seq : this.lastSeq;
          this.report('subscriber.paused', { pattern: subscription.pattern, atSeq });
        }
      },
    };
  }

  private onFault(subscription: Subscription, { reason, message, event }: HandlerFault): void {
    if (isAboutSubscribers(event.topic)) return;
    const { pattern, id } = subscription;
    this.report('subscriber.failed', { pattern, reason, message, eventId: event.id }, event.id);
    const owner = { kind: 'subscriber', pattern, id } as const;
    this.deadLetters.add({ event, owner, reason, message }, () => this.redeliver(subscription, event));
  }

  /** To the subscriber itself; where it is gone, to one that came in its place. */
  private redeliver(subscription: Subscription, event: EventEnvelope): boolean {
    const others = [...this.subscriptions].filter(({ pattern }) => pattern === subscription.pattern);
    return [subscription, ...others].some((candidate) => candidate.redeliver(event));
  }

  private report<T extends EventTopic>(topic: T, payload: EventPayloads[T], causationId?: string): void {
    if (this.disposed) return;
    this.publish({ topic, payload, source: 'bus', ...(causationId !== undefined && { causationId }) });
  }
}

function isAboutSubscribers(topic: string): boolean {
  return topic.startsWith('subscriber.');
}
