// One page of events and traces, in the panel or in an editor tab, without VS Code: which tabs are open on it, and what goes to and fro.
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { messageOf } from '../../core/failure';
import {
  MAX_PLACE_CHARACTERS,
  pageMessageSchema,
  placeSchema,
  type Place,
  type TraceHostMessage,
  type TracePageMessage,
} from '../../protocol/trace/traceMessages';
import { FeedSync } from './feedSync';
import { MalformedMessage, type TraceTab } from './traceTab';

/** What is kept for a workspace; VS Code's `Memento` fits it. */
export interface TraceMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

export interface TraceSessionOptions {
  tabs: readonly TraceTab[];
  clock: Clock;
  memory: TraceMemory;
  /** Texts in the display language, by tab; those of the page itself under an empty name. */
  strings: Record<string, Record<string, string>>;
  locale: string;
  post: (message: TraceHostMessage) => void;
  /** Brings the chat to the front. */
  askTeam: () => PromiseLike<unknown>;
  showError: (error: unknown) => void;
  log: (level: 'warn' | 'error', message: string) => void;
}

/** Where to go on the page. */
export interface TraceTarget {
  tab: string;
  traceId?: string;
  /** What the tab knows to show, such as a span. */
  target?: unknown;
}

const PLACE_KEY = 'agentTeam.trace.place';

export class TraceSession implements Disposable {
  private readonly feeds = new Map<string, FeedSync>();
  private isReady = false;
  private waitingTarget: TraceTarget | undefined;

  constructor(private readonly options: TraceSessionOptions) {}

  /** Takes what the page sent. Never rejects; what does not parse is logged and dropped. */
  async receive(raw: unknown): Promise<void> {
    const parsed = pageMessageSchema.safeParse(raw);
    if (!parsed.success) {
      const paths = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
      this.options.log('warn', `The trace page sent a message that does not fit (${paths}).`);
      return;
    }
    const message = parsed.data;
    try {
      await this.handle(message);
    } catch (error) {
      if (error instanceof MalformedMessage) {
        this.options.log('warn', `The trace page sent a message that does not fit its tab (${error.message}).`);
      } else this.options.showError(error);
      // Whoever asked waits for an answer.
      if (message.type === 'ask') this.reply(message.requestId, undefined);
    }
  }

  /** Goes to a place, now or as soon as the page is there. */
  show(target: TraceTarget): void {
    if (this.isReady) this.options.post({ type: 'show', ...target });
    else this.waitingTarget = target;
  }

  /** The page is hidden or gone: nothing is followed for it any more. It asks again when it is back. */
  hide(): void {
    this.isReady = false;
    for (const feed of this.feeds.values()) feed.dispose();
    this.feeds.clear();
  }

  dispose(): void {
    this.hide();
  }

  private async handle(message: TracePageMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.hide();
        this.greet();
        return;
      case 'open':
        this.open(message.tab, message.since);
        return;
      case 'close':
        this.close(message.tab);
        return;
      case 'ack':
        this.feeds.get(message.tab)?.acknowledge(message.revision);
        return;
      case 'tell':
        await this.feeds.get(message.tab)?.feed.receive?.(message.message);
        return;
      case 'ask':
        this.reply(message.requestId, await this.feeds.get(message.tab)?.feed.answer?.(message.message));
        return;
      case 'place':
        this.keepPlace(message.place);
        return;
      case 'askTeam':
        await this.options.askTeam();
        return;
      case 'pageError':
        this.options.log('error', `The trace page failed: ${message.message}`);
    }
  }

  private greet(): void {
    const { tabs, strings, locale } = this.options;
    const place = placeSchema.safeParse(this.options.memory.get(PLACE_KEY));
    this.isReady = true;
    this.options.post({
      type: 'hello',
      strings,
      locale,
      tabs: tabs.map(({ id }) => id),
      ...(place.success && { place: place.data }),
    });
    const target = this.waitingTarget;
    this.waitingTarget = undefined;
    if (target) this.show(target);
  }

  private open(id: string, since: unknown): void {
    this.close(id);
    const tab = this.options.tabs.find((candidate) => candidate.id === id);
    if (!tab || !this.isReady) return;
    const feed = new FeedSync({
      clock: this.options.clock,
      open: (page) => tab.open(page, since),
      post: (batch) => this.options.post({ type: 'batch', tab: id, ...batch }),
    });
    this.feeds.set(id, feed);
  }

  private close(id: string): void {
    this.feeds.get(id)?.dispose();
    this.feeds.delete(id);
  }

  private keepPlace(place: Place): void {
    if (JSON.stringify(place).length > MAX_PLACE_CHARACTERS) {
      this.options.log('warn', 'The place on the trace page is too large to be kept.');
      return;
    }
    Promise.resolve(this.options.memory.update(PLACE_KEY, place)).catch((error: unknown) =>
      this.options.log('warn', `The place on the trace page could not be kept: ${messageOf(error)}`),
    );
  }

  private reply(requestId: number, value: unknown): void {
    this.options.post({ type: 'reply', requestId, value });
  }
}
