// Finds model servers on this machine. Contacts them only when it is told to, waits for a short time and remembers the answer.
import * as z from 'zod/mini';
import type { Clock } from '../clock';
import { messageOf } from '../failure';
import { LOCAL_SERVERS, type LocalServer } from './endpoints';

/** What is known of a local server. `models` are those that can chat, in the server's order. */
export type LocalServerState = { up: true; models: string[] } | { up: false; why: string };

export interface LocalServersOptions {
  clock: Clock;
  /** Gets a URL and parses the answer as JSON; rejects for anything but a success. */
  getJson(url: string, signal: AbortSignal): Promise<unknown>;
  servers?: readonly LocalServer[];
  /** How long a server may take to answer; default 800 ms. */
  timeoutMs?: number;
}

/** How long an answer is believed before a person's action asks again: a server that was off may have been started. */
const FRESH_MS = { up: 30_000, down: 3_000 };

// Ollama answers `"data": null` when nothing is installed.
const modelsAnswer = z.object({
  object: z.literal('list'),
  data: z.nullable(z.array(z.object({ id: z.string().check(z.minLength(1)) }))),
});

const NOT_FOR_CHAT = /embed|bge-|rerank|whisper|minilm/i;

/** Probes and remembers local servers; never rejects. */
export class LocalServers {
  readonly servers: readonly LocalServer[];
  private readonly states = new Map<string, { at: number; state: LocalServerState }>();
  private readonly underWay = new Map<string, Promise<LocalServerState>>();

  constructor(private readonly options: LocalServersOptions) {
    this.servers = options.servers ?? LOCAL_SERVERS;
  }

  /** What the last probe found; undefined before the first. Contacts nobody. */
  known(name: string): LocalServerState | undefined {
    return this.states.get(name)?.state;
  }

  /** True while the last answer is believed without asking again. */
  isFresh(name: string): boolean {
    const known = this.states.get(name);
    if (!known) return false;
    return this.options.clock.now() - known.at < FRESH_MS[known.state.up ? 'up' : 'down'];
  }

  /** Asks the server unless a recent answer is known; simultaneous callers share one request. Call it on a person's action or at set-up only. */
  async probe(name: string, signal: AbortSignal): Promise<LocalServerState> {
    const server = this.servers.find((candidate) => candidate.name === name);
    if (!server) return { up: false, why: 'unknown server' };
    const known = this.known(name);
    if (known && this.isFresh(name)) return known;
    let request = this.underWay.get(name);
    if (!request) {
      request = this.ask(server).finally(() => this.underWay.delete(name));
      this.underWay.set(name, request);
    }
    return untilAborted(request, signal);
  }

  private async ask(server: LocalServer): Promise<LocalServerState> {
    const timeoutMs = this.options.timeoutMs ?? 800;
    const controller = new AbortController();
    const timeout = this.options.clock.after(timeoutMs, () => controller.abort());
    let state: LocalServerState;
    try {
      const request = this.options.getJson(`${server.baseUrl}/models`, controller.signal);
      state = await untilAborted(request.then(judgeAnswer), controller.signal, `no answer within ${timeoutMs} ms`);
    } catch (error) {
      state = { up: false, why: messageOf(error) };
    } finally {
      timeout.dispose();
    }
    this.states.set(server.name, { at: this.options.clock.now(), state });
    return state;
  }
}

function judgeAnswer(answer: unknown): LocalServerState {
  const parsed = modelsAnswer.safeParse(answer);
  if (!parsed.success) return { up: false, why: 'something else answers at its port' };
  const models = (parsed.data.data ?? []).map((model) => model.id).filter((id) => !NOT_FOR_CHAT.test(id));
  return models.length > 0 ? { up: true, models } : { up: false, why: 'it runs, but has no model to chat with' };
}

/** The request's outcome, or "not reached" once `signal` aborts: a `getJson` that ignores its signal holds nobody. */
function untilAborted(
  request: Promise<LocalServerState>,
  signal: AbortSignal,
  why = 'the check was cancelled',
): Promise<LocalServerState> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve({ up: false, why });
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    void request.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
