// What happens to a message that a person sends: asked at once, queued behind the running one, or handed to the running agent.
import type { ContextItem } from '../../api';
import type { PageMessage } from '../../protocol/chat/chatMessages';
import { isActive } from '../../protocol/chat/chatTurn';
import type { AttachedContext } from './attachedContext';
import type { ChatAskOptions, ChatBackend } from './chatBackend';
import type { ChatEdge } from './chatEdge';
import type { ChatThreadView } from './chatThreadView';
import type { MessageQueue, WaitingMessage } from './messageQueue';

export interface ChatSenderOptions {
  backend: ChatBackend;
  edge: Pick<ChatEdge, 'askAboutChanges' | 'tell'>;
  thread: ChatThreadView;
  context: AttachedContext;
  queue: MessageQueue;
  /** A run of the shown thread was started. */
  didStart: (threadId: string) => void;
  didChange: () => void;
}

type SendMessage = Extract<PageMessage, { type: 'send' }>;

export class ChatSender {
  /** Threads whose queue goes on when their run ends; the run that it waits for. */
  private readonly waitingFor = new Map<string, string>();

  constructor(private readonly options: ChatSenderOptions) {}

  /** False when the message was not taken: it stays in the input. */
  async send(message: SendMessage): Promise<boolean> {
    const text = message.text.trim();
    if (!text) return false;
    if (message.replaces !== undefined) return this.resend(message.replaces, text);
    const items = this.options.context.items();
    const active = this.options.thread.activeRun();
    if (!active) {
      this.start(text, items);
      this.options.context.clearAttached();
      return true;
    }
    if (message.delivery === 'steer' && this.options.backend.steer(active.runId, text, items)) {
      this.options.context.clearAttached();
      this.options.didChange();
      return true;
    }
    return this.enqueue(text, items, active.runId);
  }

  stop(): void {
    const active = this.options.thread.activeRun();
    if (active) this.options.backend.cancel(active.runId);
  }

  async retry(runId: string): Promise<void> {
    // The backend asks again what it finds in memory.
    await this.options.backend.runs.load(runId);
    const started = this.options.backend.retry(runId);
    if (!started) return;
    this.options.thread.append({ ...started, ...(started.runId !== runId && { replaces: runId }) });
    this.options.didStart(started.threadId);
  }

  /** Hands a queued message to the running agent; with none running it is asked at once. */
  sendQueuedNow(id: string): void {
    const message = this.options.queue.take(id);
    if (!message) return;
    const active = this.options.thread.activeRun();
    if (!active) this.startQueued(message);
    else if (!this.options.backend.steer(active.runId, message.text, message.items))
      this.options.queue.putBack(message);
    this.options.didChange();
  }

  /** Goes on with the queue of a thread when the run that it waited for has ended. After a stop the queue waits for the person. */
  runChanged(runId: string): void {
    for (const [threadId, waited] of [...this.waitingFor]) {
      if (waited !== runId) continue;
      const run = this.options.backend.runs.peek(runId);
      if (run && isActive(run.status)) continue;
      this.waitingFor.delete(threadId);
      if (!run || run.status === 'cancelled') continue;
      const next = this.options.queue.next(threadId);
      if (next) this.startQueued(next);
    }
  }

  private async resend(replaces: string, text: string): Promise<boolean> {
    const { backend, edge } = this.options;
    const changed = await backend.changesSince(replaces);
    if (changed.length > 0) {
      const choice = await edge.askAboutChanges(changed);
      if (choice === undefined) return false;
      if (choice === 'revert') await backend.revertSince(replaces);
    }
    this.stop();
    const before = await backend.runs.load(replaces);
    this.start(text, before?.context ?? [], replaces);
    return true;
  }

  private start(text: string, items: ContextItem[], replaces?: string): void {
    const { backend, thread } = this.options;
    const options: ChatAskOptions = {
      context: items,
      ...(thread.threadId !== undefined && { threadId: thread.threadId }),
      ...(replaces !== undefined && { replaces }),
    };
    const started = backend.ask(text, options);
    this.options.didStart(started.threadId);
    thread.append({ ...started, ...(replaces !== undefined && { replaces }) });
  }

  private enqueue(text: string, items: ContextItem[], behind: string): boolean {
    const { context, edge, queue, thread } = this.options;
    if (thread.threadId === undefined) return false;
    const message = { threadId: thread.threadId, text, items, chips: context.chips() };
    if (!queue.add(message)) {
      edge.tell('queueFull');
      return false;
    }
    this.waitingFor.set(thread.threadId, behind);
    context.clearAttached();
    this.options.didChange();
    return true;
  }

  private startQueued(message: WaitingMessage): void {
    const { backend, queue, thread } = this.options;
    const started = backend.ask(message.text, { threadId: message.threadId, context: message.items });
    if (thread.threadId === message.threadId) {
      thread.append(started);
      this.options.didStart(started.threadId);
    }
    if (queue.of(message.threadId).length > 0) this.waitingFor.set(message.threadId, started.runId);
  }
}
