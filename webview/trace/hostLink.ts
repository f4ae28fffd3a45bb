// The page's end of the wire: posts messages, pairs questions with answers, parses what comes in.
import {
  hostMessageSchema,
  type TraceHostMessage,
  type TracePageMessage,
} from '../../src/protocol/trace/traceMessages';
import type { WebviewApi } from '../shared/webviewApi';

export type ShownMessage = Exclude<TraceHostMessage, { type: 'reply' }>;

export class HostLink {
  private readonly waiting = new Map<number, (value: unknown) => void>();
  private nextRequest = 1;

  constructor(
    readonly api: WebviewApi,
    private readonly onMessage: (message: ShownMessage) => void,
  ) {
    window.addEventListener('message', (event: MessageEvent<unknown>) => this.receive(event.data));
  }

  post(message: TracePageMessage): void {
    this.api.postMessage(message);
  }

  /** Resolves with what the tab's host answers; undefined when it has no answer. Ends with the page. */
  ask(tab: string, message: unknown): Promise<unknown> {
    const requestId = this.nextRequest++;
    return new Promise((resolve) => {
      this.waiting.set(requestId, resolve);
      this.post({ type: 'ask', tab, requestId, message });
    });
  }

  private receive(data: unknown): void {
    const parsed = hostMessageSchema.safeParse(data);
    if (!parsed.success) {
      this.fail(`A message of the host does not fit: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    if (message.type !== 'reply') {
      this.onMessage(message);
      return;
    }
    this.waiting.get(message.requestId)?.(message.value);
    this.waiting.delete(message.requestId);
  }

  /** Tells the host's log. */
  fail(message: string): void {
    this.post({ type: 'pageError', message: message.slice(0, 4000) });
  }
}
