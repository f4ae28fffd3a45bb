// A collector of spans on the loopback interface that answers what a test wrote, one answer for each request, then 200.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gate } from './gate';

export interface CollectorAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Ends the connection without an answer. */
  hangUp?: true;
  /** Answers once the gate is open. */
  gate?: Gate;
}

export interface CollectedRequest {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  /** Names of the spans, in order. */
  spans: string[];
}

export class ScriptedCollector {
  readonly requests: CollectedRequest[] = [];
  private readonly answers: CollectorAnswer[] = [];
  private waiting: { count: number; resolve: () => void }[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedCollector> {
    const server = createServer();
    const collector = new ScriptedCollector(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = collector.take(request.url ?? '', request.headers, Buffer.concat(chunks).toString('utf8'));
        void (async () => {
          await answer.gate?.wait();
          if (answer.hangUp) request.socket.destroy();
          else {
            response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
            response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
          }
        })();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  script(...answers: CollectorAnswer[]): void {
    this.answers.push(...answers);
  }

  /** Resolves when so many requests have come in all. */
  async received(count: number): Promise<void> {
    if (this.requests.length >= count) return;
    await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(path: string, headers: IncomingHttpHeaders, text: string): CollectorAnswer {
    const names = [...text.matchAll(/"name":"([^"]*)","kind"/g)].map(([, name]) => name ?? '');
    this.requests.push({ path, headers, text, spans: names });
    const due = this.waiting.filter(({ count }) => this.requests.length >= count);
    this.waiting = this.waiting.filter((waiter) => !due.includes(waiter));
    for (const { resolve } of due) resolve();
    return this.answers.shift() ?? {};
  }
}
