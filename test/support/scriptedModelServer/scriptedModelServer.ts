// A model server on the loopback interface that says what a test wrote, in any shape that real servers were seen to use, and tells what it was asked.
// It speaks the chat completions protocol, streamed and not, and `/v1/models`. Tests in other processes steer it over `/__…` (see control.ts).
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Gate } from '../gate';
import { handleControl } from './control';
import {
  fits,
  refusalFor,
  type RecordedRequest,
  type Rejected,
  type ServerReply,
  type ServerRule,
  type WireRequest,
} from './script';
import { sendReply } from './sendReply';

export interface ScriptedModelServerOptions {
  rules?: ServerRule[];
  rejects?: Rejected[];
  /** What `/v1/models` lists; null: the path does not exist. */
  models?: (string | Record<string, unknown>)[] | null;
  /** 0 picks a free port. */
  port?: number;
}

interface OpenRule {
  rule: ServerRule;
  left: number;
}

const PATIENCE_MS = 60_000;
const CREDENTIALS = /^(authorization|api-key|x-api-key|cookie)$/i;

export class ScriptedModelServer {
  readonly requests: RecordedRequest[] = [];
  /** Requests that no rule fitted. */
  readonly unexpected: RecordedRequest[] = [];
  /** Paths of the requests for lists of models. */
  modelLists = 0;
  private rules: OpenRule[] = [];
  private rejected = new Set<Rejected>();
  private readonly gates = new Map<string, Gate>();
  private readonly sockets = new Set<Socket>();
  private readonly watchers = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    private readonly options: ScriptedModelServerOptions,
  ) {
    this.script(...(options.rules ?? []));
    this.reject(...(options.rejects ?? []));
  }

  static async start(options: ScriptedModelServerOptions = {}): Promise<ScriptedModelServer> {
    const http = createServer({ keepAliveTimeout: 60_000 });
    const server = new ScriptedModelServer(http, options);
    http.on('connection', (socket) => {
      server.sockets.add(socket);
      socket.on('close', () => server.sockets.delete(socket));
    });
    http.on('request', (request, response) => void server.handle(request, response));
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return server;
  }

  /** The address as `openai.baseUrl` wants it. */
  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Connections that are open now. */
  get openSockets(): number {
    return this.sockets.size;
  }

  /** Adds rules; the first that fits and is not used up answers. A reply alone is a rule that fits every request once. */
  script(...rules: (ServerRule | ServerReply)[]): void {
    for (const item of rules) {
      const rule: ServerRule = 'reply' in item ? item : { reply: item };
      this.rules.push({ rule, left: rule.times === 'always' ? Infinity : (rule.times ?? 1) });
    }
  }

  reject(...parameters: Rejected[]): void {
    for (const parameter of parameters) this.rejected.add(parameter);
  }

  /** Forgets rules, rejections and requests, and opens every gate. */
  reset(): void {
    this.rules = [];
    this.rejected = new Set();
    this.requests.length = 0;
    this.unexpected.length = 0;
    this.modelLists = 0;
    for (const gate of this.gates.values()) gate.open();
    this.gates.clear();
  }

  gate(name: string): Gate {
    const gate = this.gates.get(name) ?? new Gate();
    this.gates.set(name, gate);
    return gate;
  }

  /** Resolves once `condition` holds; looked at whenever a request comes or ends, for a minute at most. */
  async until(condition: (requests: readonly RecordedRequest[]) => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition(this.requests)) {
      const left = deadline - Date.now();
      if (left <= 0) assert.fail(`Not within a minute, after ${this.requests.length} requests: ${String(condition)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.watchers.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Throws if a rule was not used or a request was not expected. */
  assertUsed(): void {
    assert.deepEqual(
      this.unexpected.map(({ body }) => body.messages.at(-1)),
      [],
      'No rule fitted these requests.',
    );
    assert.deepEqual(this.unused(), [], 'Some rules were not used.');
  }

  /** The rules that still wait for a request. */
  unused(): ServerRule[] {
    return this.rules.filter(({ left }) => left > 0 && left !== Infinity).map(({ rule }) => rule);
  }

  async close(): Promise<void> {
    for (const gate of this.gates.values()) gate.open();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const text = await readBody(request);
    if (path.startsWith('/__')) {
      handleControl(this, { path, text, response });
      return;
    }
    if (path.endsWith('/models')) {
      this.listModels(response);
      return;
    }
    if (!path.endsWith('/chat/completions')) {
      sendJson(response, 404, { error: { message: `No such path: ${path}` } });
      return;
    }
    const recorded = this.record(request, path, JSON.parse(text) as WireRequest);
    response.on('close', () => {
      recorded.closedEarly = !response.writableFinished;
      this.changed();
    });
    this.changed();
    await this.answer(recorded, response);
  }

  private async answer(recorded: RecordedRequest, response: ServerResponse): Promise<void> {
    const refusal = refusalFor(recorded.body, this.rejected);
    if (refusal) {
      sendJson(response, 400, { error: { ...refusal, type: 'invalid_request_error', code: null } });
      return;
    }
    const open = this.rules.find(({ rule, left }) => left > 0 && fits(rule.when, recorded));
    if (!open) {
      this.unexpected.push(recorded);
      const message = 'No scripted reply fits this request.';
      sendJson(response, 400, { error: { message, type: 'scripted', code: 'unscripted' } });
      return;
    }
    open.left -= 1;
    const { reply } = open.rule;
    const said = typeof reply === 'function' ? reply(recorded) : reply;
    await sendReply(said, { request: recorded.body, response, gate: (name) => this.gate(name) });
  }

  private record(request: IncomingMessage, path: string, body: WireRequest): RecordedRequest {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      headers[name] = CREDENTIALS.test(name) ? '***' : String(value);
    }
    const number = this.requests.length + 1;
    const hasAuthorization = request.headers.authorization !== undefined;
    const recorded = { number, path, headers, hasAuthorization, body, closedEarly: false };
    this.requests.push(recorded);
    return recorded;
  }

  private listModels(response: ServerResponse): void {
    this.modelLists += 1;
    const { models = ['scripted-model'] } = this.options;
    if (models === null) {
      sendJson(response, 404, { error: { message: 'Not found' } });
      return;
    }
    const data = models.map((model) => (typeof model === 'string' ? { id: model, object: 'model' } : model));
    sendJson(response, 200, { object: 'list', data });
  }

  private changed(): void {
    const watchers = [...this.watchers];
    this.watchers.clear();
    for (const watcher of watchers) watcher();
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
