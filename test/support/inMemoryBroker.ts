// A broker in memory, for any number of windows: what is real of it is the order, the numbers and the waiting.
import type { BrokerSession, EventBroker, ReceivedTexts, SentEvent } from '../../src/core/events/eventBroker';
import { failure, type Failure } from '../../src/core/failure';

const UNREACHABLE = failure('broker.unreachable', 'The test has cut the connection.', true);

/** What the windows share. */
export class InMemoryStream {
  texts: string[] = [];
  /** Texts before this position are gone. */
  trimmed = 0;
  readonly lastSeqs = new Map<string, number>();
  readonly sessions = new Set<InMemorySession>();
  /** Set: nobody can connect, and this is why. */
  down: Failure | undefined;
  /** What `append` was called with, duplicates included. */
  readonly appended: { origin: string; seq: number }[] = [];

  open(): EventBroker {
    return {
      place: 'memory',
      connect: () => Promise.resolve(this.down ?? new InMemorySession(this)),
    };
  }

  /** Every connection breaks, and no new one can be made until `restore`. */
  cut(why: Failure = UNREACHABLE): void {
    this.down = why;
    for (const session of [...this.sessions]) session.close();
  }

  restore(): void {
    this.down = undefined;
  }

  changed(): void {
    for (const session of this.sessions) session.wake();
  }
}

class InMemorySession implements BrokerSession {
  private isClosed = false;
  private waiting: (() => void)[] = [];

  constructor(private readonly stream: InMemoryStream) {
    stream.sessions.add(this);
  }

  append(origin: string, events: readonly SentEvent[]): Promise<Failure | undefined> {
    if (this.isClosed) return Promise.resolve(UNREACHABLE);
    const { texts, lastSeqs, appended } = this.stream;
    for (const { seq, text } of events) {
      appended.push({ origin, seq });
      if (seq <= (lastSeqs.get(origin) ?? 0)) continue;
      lastSeqs.set(origin, seq);
      texts.push(text);
    }
    this.stream.changed();
    return Promise.resolve(undefined);
  }

  async read(position: string | undefined, limit: number): Promise<ReceivedTexts | Failure> {
    if (position === undefined && !this.isClosed) return { texts: [], position: String(this.stream.texts.length) };
    const at = Math.max(Number(position), this.stream.trimmed);
    while (!this.isClosed && this.stream.texts.length <= at) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    if (this.isClosed) return UNREACHABLE;
    const texts = this.stream.texts.slice(at, at + limit);
    return { texts, position: String(at + texts.length) };
  }

  windows(): Promise<number | Failure> {
    return Promise.resolve(this.isClosed ? UNREACHABLE : this.stream.sessions.size);
  }

  close(): void {
    this.isClosed = true;
    this.stream.sessions.delete(this);
    this.wake();
  }

  wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
