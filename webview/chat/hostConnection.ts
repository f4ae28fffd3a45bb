// The page's end of the wire: posts messages, pairs requests with replies, parses what comes in.
import {
  hostMessageSchema,
  replySchemas,
  type HostMessage,
  type PageMessage,
  type Replies,
} from '../../src/protocol/chat/chatMessages';
import type { WebviewApi } from '../shared/webviewApi';

type RequestType = keyof Replies;
type RequestMessage<T extends RequestType> = Omit<Extract<PageMessage, { type: T }>, 'requestId'>;

export class HostConnection {
  private readonly waiting = new Map<number, (value: unknown) => void>();
  private nextRequest = 1;

  constructor(
    private readonly api: WebviewApi,
    private readonly onMessage: (message: Exclude<HostMessage, { type: 'reply' }>) => void,
  ) {
    window.addEventListener('message', (event: MessageEvent<unknown>) => this.receive(event.data));
  }

  post(message: PageMessage): void {
    this.api.postMessage(message);
  }

  /** Resolves with the reply, or undefined when it does not fit; replies end with the page, since some wait for a person. */
  request<T extends RequestType>(message: RequestMessage<T> & { type: T }): Promise<Replies[T] | undefined> {
    const requestId = this.nextRequest++;
    return new Promise((resolve) => {
      this.waiting.set(requestId, (value) => {
        const parsed = replySchemas[message.type].safeParse(value);
        // The schema was chosen by the message's type: what it parsed is that type's reply.
        resolve(parsed.success ? (parsed.data as Replies[T]) : undefined);
      });
      this.api.postMessage({ ...message, requestId });
    });
  }

  private receive(data: unknown): void {
    const parsed = hostMessageSchema.safeParse(data);
    if (!parsed.success) {
      this.post({
        type: 'pageError',
        message: `A message of the host does not fit: ${parsed.error.message.slice(0, 500)}`,
      });
      this.post({ type: 'resync' });
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
}
