// Text while it streams. Deltas are not events: the journal gets the whole text once, in `model.completed` or `model.failed`.
import type { Disposable } from '../../api';
import { toDisposable } from '../disposable';

export interface LiveDelta {
  runId: string;
  taskId?: string;
  agent: string;
  /** The model call that is streaming. */
  callId: string;
  channel: 'text' | 'reasoning';
  text: string;
  /** True when the call starts again (a retry after a broken stream): forget what it had streamed. */
  restart?: boolean;
}

/** What one model call has streamed so far. */
export interface LiveCall {
  runId: string;
  agent: string;
  callId: string;
  text: string;
  reasoning: string;
}

/** Hands deltas to views and keeps the text of calls that are still streaming, so that a view opened late catches up. */
export class LiveText {
  private readonly calls = new Map<string, LiveCall>();
  private readonly handlers = new Set<(delta: LiveDelta) => void>();

  push(delta: LiveDelta): void {
    const { runId, agent, callId } = delta;
    let call = this.calls.get(callId);
    if (!call || delta.restart) {
      call = { runId, agent, callId, text: '', reasoning: '' };
      this.calls.set(callId, call);
    }
    call[delta.channel] += delta.text;
    for (const handler of [...this.handlers]) handler(delta);
  }

  /** Forgets a call once its event carries the text. */
  finish(callId: string): void {
    this.calls.delete(callId);
  }

  /** Calls that are streaming now, of one run or of all. */
  current(runId?: string): LiveCall[] {
    return [...this.calls.values()].filter((call) => runId === undefined || call.runId === runId);
  }

  /** Handlers must not throw. */
  subscribe(handler: (delta: LiveDelta) => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }
}
