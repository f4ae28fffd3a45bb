// Messages that wait until the running one of their thread has ended. They live in the host, so that closing the view loses none.
import type { ContextItem } from '../../api';
import type { Chip } from '../../protocol/chat/chatTurn';

export interface WaitingMessage {
  id: string;
  threadId: string;
  text: string;
  items: ContextItem[];
  chips: Chip[];
}

/** Longest queue of one thread; a further message is refused. */
export const MAX_QUEUED = 20;

export class MessageQueue {
  private waiting: WaitingMessage[] = [];
  private nextId = 1;

  /** False when the thread's queue is full. */
  add(message: Omit<WaitingMessage, 'id'>): boolean {
    if (this.of(message.threadId).length >= MAX_QUEUED) return false;
    this.waiting.push({ ...message, id: `queued-${this.nextId++}` });
    return true;
  }

  /** In the order in which they will be sent. */
  of(threadId: string | undefined): WaitingMessage[] {
    return this.waiting.filter((message) => message.threadId === threadId);
  }

  /** Removes a message and returns it. */
  take(id: string): WaitingMessage | undefined {
    const message = this.waiting.find((candidate) => candidate.id === id);
    if (message) this.waiting = this.waiting.filter((candidate) => candidate !== message);
    return message;
  }

  /** Puts a message back to where the thread's queue begins. */
  putBack(message: WaitingMessage): void {
    this.waiting.unshift(message);
  }

  /** Removes the one that is next in a thread and returns it. */
  next(threadId: string): WaitingMessage | undefined {
    const first = this.of(threadId)[0];
    return first && this.take(first.id);
  }

  dropThread(threadId: string): void {
    this.waiting = this.waiting.filter((message) => message.threadId !== threadId);
  }
}
