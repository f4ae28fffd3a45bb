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
import { EventHistory } from './eventHistory';
import type { EventLog } from './eventLog';
import { payloadFault } from './eventSchemas';
import type { EventDraft, EventPublisher } from './publisher';
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
}

const DEFAULT_RECENT = 5000;
const HANDLER_TIMEOUT_MS = 30_000;
/** Topics whose subscribers are remembered; others may publish any number of topics. */
const MAX_CACHED_TOPICS = 512;
/** Longest payload that others may publish, in characters of JSON. */
const MAX_EXTERNAL_PAYLOAD = 1_000_000;

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
  /** The event that is being delivered, and those published meanwhile. */
  private readonly undelivered: EventEnvelope[] = [];
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
    const { causationId, source } = options;
    const cause = causationId === undefined ? undefined : this.recent.find(causationId);
    return this.emit({
      topic,
      payload: jsonCopy(payload),
      source,
      ...(causationId !== undefined && { causationId }),
      ...(cause && { correlationId: cause.correlationId }),
      ...(cause?.runId !== undefined && { runId: cause.runId }),
      ...(cause?.traceId !== undefined && { traceId: cause.traceId }),
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

  /** An event of this window that is still in memory. */
  find(id: string): EventEnvelope | undefined {
    return this.recent.find(id);
  }

  /** The causes of an event as far as this window's log and the journals of runs know them. */
  chainOf(event: EventEnvelope): Promise<CausalChain> {
    return causalChain(event, (id, of) => this.past.findCause(id, of));
  }

  /** See `EventHistory.find`; throws a `TypeError` for a malformed pattern. */
  async history(filter: HistoryFilter = {}): Promise<EventEnvelope[]> {
    return this.past.find(filter);
  }

  /** Events of this window after `seq` in order, at most `limit`, none left out; synchronously where memory has them. */
  readAfter(seq: number, limit: number): EventEnvelope[] | Promise<EventEnvelope[]> {
    return this.past.readAfter(seq, limit);
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
    this.deliver(event);
    return event;
  }

  /** What is published during a delivery waits for its turn: everybody sees the same order. */
  private deliver(event: EventEnvelope): void {
    this.undelivered.push(event);
    if (this.undelivered.length > 1) return;
    for (const next of this.undelivered) {
      for (const tap of this.taps) {
        try {
          tap(next);
        } catch (error) {
          this.onBug(error);
        }
      }
      for (const subscription of this.subscribersOf(next.topic)) subscription.offer(next);
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
      onFault: (subscription, fault) => this.onFault(subscription, fault),
      onDropped: (subscription, event) => {
        if (!isAboutSubscribers(event.topic)) this.drops.count(subscription);
      },
      onPaused: (subscription, event) => {
        if (!isAboutSubscribers(event.topic)) {
          this.report('subscriber.paused', { pattern: subscription.pattern, atSeq: event.seq });
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

/** What others hand in is copied, so that it can neither change afterwards nor fail to be stored. */
function jsonCopy(payload: unknown): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(payload ?? null);
  } catch (error) {
    throw new TypeError('The payload of an event must be JSON.', { cause: error });
  }
  // Functions and symbols stringify to nothing.
  if ((json as string | undefined) === undefined) throw new TypeError('The payload of an event must be JSON.');
  if (json.length > MAX_EXTERNAL_PAYLOAD) {
    throw new TypeError(`The payload of an event may have ${MAX_EXTERNAL_PAYLOAD} characters of JSON at most.`);
  }
  return JSON.parse(json) as unknown;
}
