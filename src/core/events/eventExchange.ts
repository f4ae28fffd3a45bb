// Keeps this window's bus and the team's broker in step: sends what this window published, hands in what others did, and connects again
// whenever the connection is lost. Nobody else waits for any of it.
//
//   connecting ──> connected ──lost──> waiting ──(backoff)──> connecting …
//
// What can't be sent waits where it is anyway, in this window's log: only the number of the last event that was sent is remembered.
import { delay, type Clock } from '../clock';
import { toDisposable, type Disposable } from '../disposable';
import { isFailure, type Failure } from '../failure';
import { Pacer } from '../pacer';
import { backoffMs, type RetryPolicy } from '../backoff';
import type { BrokerSession, EventBroker } from './eventBroker';
import type { EventBus } from './eventBus';
import { sendBatch, type SentLog } from './eventSender';
import { readEventText } from './eventText';
import type { ExchangeRecord, ExchangeRecords } from './exchangeRecords';

export interface EventExchangeOptions {
  /** Has joined a team. */
  bus: Pick<EventBus, 'origin' | 'lastSeq' | 'team' | 'readAfter' | 'receive' | 'tap'>;
  broker: EventBroker;
  clock: Clock;
  /** Absent: nothing outlives the window. */
  records?: ExchangeRecords;
  /** Told of the first failure of an outage, and of records that could not be kept. */
  onProblem: (problem: Failure | Error) => void;
  random?: () => number;
  /** Events of this window after this number are shared. Default: what is published from now on. */
  fromSeq?: number;
}

export type ExchangeState = 'connecting' | 'connected' | 'waiting' | 'closed';

/** How the team's connection fares; for the health page and the trace page. */
export interface ExchangeHealth {
  place: string;
  state: ExchangeState;
  /** When this state began, ISO-8601. */
  since: string;
  /** Why there is no connection. */
  problem?: Failure;
  /** Windows in the team, this one included; known while connected. */
  windows?: number;
  sent: number;
  /** Events of this window that wait to be sent. */
  unsent: number;
  /** Events that left this window's log before they could be sent. */
  lost: number;
  received: number;
  duplicates: number;
  /** Events of others that never came. */
  missed: number;
  /** What came and was no event that this version can read. */
  malformed: number;
}

const RETRY: RetryPolicy = { maxAttempts: Infinity, baseDelayMs: 500, maxDelayMs: 30_000 };
/** Somebody has to do something first: there is no hurry. */
const REFUSED_RETRY_MS = 60_000;
const STABLE_MS = 10_000;
const READ_EVENTS = 50;
/** Work on what came gives the thread back after this long. */
const SLICE_MS = 1;
const ROUTINE_MS = 10_000;
/** A window that opens within this time goes on where the last one stopped reading: a reload misses nothing. */
const RESUME_MS = 600_000;

export class EventExchange implements Disposable {
  private readonly life = new AbortController();
  private readonly random: () => number;
  private readonly following: Disposable;
  private readonly handlers = new Set<() => void>();
  private readonly counts = { sent: 0, lost: 0, received: 0, duplicates: 0, malformed: 0 };
  private readonly log: SentLog & { lastSeq(): number };
  /** Logs of windows that are gone, of which something may not have been sent. */
  private predecessors: SentLog[] = [];
  private state: ExchangeState = 'connecting';
  private sinceMs: number;
  private problem: Failure | undefined;
  private windows: number | undefined;
  private position: string | undefined;
  private routineMs = -Infinity;
  private running: Promise<void> | undefined;
  /** Told when something was published, or sent, or when waiting makes no sense any more. */
  private news: (() => void)[] = [];

  constructor(private readonly options: EventExchangeOptions) {
    const { bus, clock } = options;
    this.random = options.random ?? Math.random;
    this.log = {
      origin: bus.origin,
      sentSeq: options.fromSeq ?? bus.lastSeq,
      readAfter: (seq, limit) => bus.readAfter(seq, limit),
      lastSeq: () => bus.lastSeq,
    };
    this.sinceMs = clock.now();
    this.following = bus.tap(() => this.tellNews());
  }

  start(): void {
    this.running ??= this.run();
  }

  health(): ExchangeHealth {
    const { state, problem, windows, counts, log } = this;
    const { bus, broker } = this.options;
    return {
      place: broker.place,
      state,
      since: new Date(this.sinceMs).toISOString(),
      ...(problem && { problem }),
      ...(windows !== undefined && state === 'connected' && { windows }),
      ...counts,
      unsent: bus.lastSeq - log.sentSeq,
      missed: bus.team?.missed ?? 0,
    };
  }

  /** Called when the state changes. Handlers must not throw. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  /** Gives what is left `withinMs` to be sent, leaves the rest to a later window, and ends. Never rejects. */
  async close(withinMs: number): Promise<void> {
    const late = new AbortController();
    const timer = this.options.clock.after(withinMs, () => {
      late.abort();
      this.tellNews();
    });
    while (this.state === 'connected' && this.log.sentSeq < this.log.lastSeq() && !late.signal.aborted) {
      await this.nextNews();
    }
    timer.dispose();
    this.dispose();
    await this.running;
    await this.remember();
  }

  dispose(): void {
    if (this.state === 'closed') return;
    this.following.dispose();
    this.enter('closed');
    this.life.abort();
    this.tellNews();
    this.handlers.clear();
  }

  private async run(): Promise<void> {
    await this.recall();
    const { broker, clock } = this.options;
    for (let attempt = 1; !this.isOver(); attempt += 1) {
      this.enter('connecting');
      const session = await broker.connect(this.life.signal);
      const failure = isFailure(session) ? session : await this.serve(session);
      if (this.isOver()) return;
      // A server that takes connections and drops them at once is no better than none.
      if (!isFailure(session) && clock.now() - this.sinceMs > STABLE_MS) attempt = 1;
      this.fail(failure);
      const waitMs = failure.retryable ? backoffMs(RETRY, attempt, this.random) : REFUSED_RETRY_MS;
      await delay(clock, waitMs, this.life.signal);
    }
  }

  private isOver(): boolean {
    return this.life.signal.aborted;
  }

  /** Sends and receives until the connection fails; says how. */
  private async serve(session: BrokerSession): Promise<Failure> {
    this.problem = undefined;
    this.enter('connected');
    let lost: Failure | undefined;
    const isOver = () => lost !== undefined || this.isOver();
    const end = (failure: Failure) => {
      lost ??= failure;
      session.close();
      this.tellNews();
    };
    const close = () => session.close();
    this.life.signal.addEventListener('abort', close, { once: true });
    if (this.isOver()) close();
    await Promise.all([this.send(session, isOver).then(end), this.receive(session, isOver).then(end)]);
    this.life.signal.removeEventListener('abort', close);
    return lost ?? CLOSED;
  }

  private async send(session: BrokerSession, isOver: () => boolean): Promise<Failure> {
    for (let [log] = this.predecessors; log && !isOver(); [log] = this.predecessors) {
      const more = await sendBatch(session, log, this.counts);
      if (isFailure(more)) return more;
      if (more) continue;
      this.predecessors.shift();
      await this.keep((records) => records.forget(log.origin));
    }
    while (!isOver()) {
      if (this.log.sentSeq >= this.log.lastSeq()) {
        await this.nextNews();
        continue;
      }
      const sent = await sendBatch(session, this.log, this.counts);
      if (isFailure(sent)) return sent;
      this.tellNews();
    }
    return CLOSED;
  }

  private async receive(session: BrokerSession, isOver: () => boolean): Promise<Failure> {
    while (!isOver()) {
      const read = await session.read(this.position, READ_EVENTS);
      if (isFailure(read)) return read;
      await this.handIn(read.texts, isOver);
      this.position = read.position;
      const failure = await this.routine(session);
      if (failure) return failure;
    }
    return CLOSED;
  }

  private async handIn(texts: readonly string[], isOver: () => boolean): Promise<void> {
    const { clock, bus } = this.options;
    const pacer = new Pacer(clock, SLICE_MS);
    for (const text of texts) {
      if (isOver()) return;
      const event = readEventText(text);
      const reception = event && bus.receive(event);
      if (reception === undefined) this.counts.malformed += 1;
      if (reception === 'taken') this.counts.received += 1;
      if (reception === 'known') this.counts.duplicates += 1;
      if (pacer.isDue) await pacer.pause();
    }
  }

  /** Now and then: how many we are, and how far we have come. */
  private async routine(session: BrokerSession): Promise<Failure | undefined> {
    const nowMs = this.options.clock.now();
    if (nowMs - this.routineMs < ROUTINE_MS) return undefined;
    this.routineMs = nowMs;
    const windows = await session.windows();
    if (isFailure(windows)) return windows;
    const before = this.windows;
    this.windows = windows;
    if (windows !== before) this.notify();
    await this.remember();
    return undefined;
  }

  /** Takes over what earlier windows left. */
  private async recall(): Promise<void> {
    const { records, broker, clock } = this.options;
    if (!records) return;
    let found: ExchangeRecord[] = [];
    await this.keep(async () => {
      found = await records.ofPredecessors(broker.place);
    });
    const latest = found.at(-1);
    if (latest && clock.now() - latest.savedMs < RESUME_MS) this.position = latest.position;
    this.predecessors = found.map(({ origin, sentSeq }) => ({
      origin,
      sentSeq,
      readAfter: (seq, limit) => records.readLog(origin, seq, limit),
    }));
    await this.remember();
  }

  private remember(): Promise<void> {
    const { bus, broker, clock } = this.options;
    const { position, log } = this;
    return this.keep((records) =>
      records.save({
        origin: bus.origin,
        place: broker.place,
        sentSeq: log.sentSeq,
        ...(position !== undefined && { position }),
        savedMs: clock.now(),
      }),
    );
  }

  private async keep(use: (records: ExchangeRecords) => Promise<void>): Promise<void> {
    try {
      if (this.options.records) await use(this.options.records);
    } catch (error) {
      this.options.onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private fail(failure: Failure): void {
    const isFirst = this.problem?.reason !== failure.reason;
    this.problem = failure;
    this.enter('waiting');
    if (isFirst) this.options.onProblem(failure);
  }

  private enter(state: ExchangeState): void {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    this.sinceMs = this.options.clock.now();
    this.notify();
  }

  private notify(): void {
    for (const handler of [...this.handlers]) handler();
  }

  private tellNews(): void {
    const waiting = this.news;
    if (waiting.length === 0) return;
    this.news = [];
    for (const resolve of waiting) resolve();
  }

  private nextNews(): Promise<void> {
    return new Promise((resolve) => this.news.push(resolve));
  }
}

const CLOSED: Failure = { reason: 'broker.closed', message: 'The connection was closed.', retryable: true };
