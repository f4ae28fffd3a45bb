// Sends ended spans to a collector: OTLP over HTTP with JSON. Batched, bounded, retried as the specification says, never in anybody's way.
//
//   exported ──> queue ──(5 s, or a full batch)──> POST ──2xx──> gone, whatever a partial success says of it
//                  ^                                 ├──429, 502, 503, 504, no answer──> the same batch again, later
//                  └── what finds no room is counted └──anything else──> given up, counted
import type { Disposable } from '../../api';
import { within, type Clock } from '../../core/clock';
import { messageOf } from '../../core/failure';
import { backoffMs, type RetryPolicy } from '../../core/backoff';
import { retryAfterMs } from '../../core/resilience/retryAfter';
import type { OtlpTarget } from '../../core/telemetry/otlpTarget';
import { toOtlp, withoutContent } from '../../core/telemetry/otlpWrite';
import type { StoredSpan } from '../../core/telemetry/storedSpan';
import { partialSuccess, readBounded } from './otlpAnswer';

export interface OtlpHttpExporterOptions {
  clock: Clock;
  fetch: typeof globalThis.fetch;
  /** Where to send, asked at each batch; undefined: nowhere, what waits is let go. */
  target: () => OtlpTarget | undefined;
  /** Attributes of the resource, beside the service's name. */
  resource?: Record<string, unknown>;
  /** Told of the first failure of a series; the next one is told of after something was sent. Holds no header value. */
  onProblem: (problem: string) => void;
  random?: () => number;
}

/** How the export fares; for the health page. */
export interface OtlpExportHealth {
  sent: number;
  waiting: number;
  /** Given up: no room, refused, or tried too often. */
  dropped: number;
  /** Taken by the collector's answer and yet refused by it (partial success). */
  rejected: number;
  /** What is wrong now; absent while all is well. */
  problem?: string;
}

const BATCH_DELAY_MS = 5000;
/** Small enough to be put into words in a few milliseconds: the thread is not ours alone. */
const BATCH_SPANS = 256;
const BATCH_CHARACTERS = 250_000;
const MAX_WAITING_SPANS = 4096;
const MAX_WAITING_CHARACTERS = 16_000_000;
const REQUEST_TIMEOUT_MS = 10_000;
const RETRIED: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const RETRY: RetryPolicy = { maxAttempts: 6, baseDelayMs: 1000, maxDelayMs: 30_000 };
/** A collector that asks for more than this loses the batch. */
const MAX_RETRY_AFTER_MS = 300_000;
/** What a span weighs beside its texts. */
const SPAN_CHARACTERS = 500;

interface Waiting {
  span: StoredSpan;
  characters: number;
}

type Outcome = { kind: 'sent' } | { kind: 'refused'; why: string } | { kind: 'later'; why: string; afterMs?: number };

export class OtlpHttpExporter implements Disposable {
  private readonly random: () => number;
  private readonly life = new AbortController();
  private queue: Waiting[] = [];
  private characters = 0;
  private timer: Disposable | undefined;
  private sending: Promise<void> | undefined;
  /** Ends the wait before a retry. */
  private hurry: (() => void) | undefined;
  private isClosing = false;
  private sent = 0;
  private dropped = 0;
  private rejected = 0;
  private problem: string | undefined;

  constructor(private readonly options: OtlpHttpExporterOptions) {
    this.random = options.random ?? Math.random;
  }

  /** Takes an ended span. Never waits, never throws. */
  export(span: StoredSpan): void {
    const characters = weigh(span);
    const isFull =
      this.queue.length >= MAX_WAITING_SPANS || this.characters + characters > MAX_WAITING_CHARACTERS || this.isClosing;
    if (isFull) {
      this.dropped += 1;
      if (!this.isClosing) this.tell('More spans ended than could be sent: some were not exported.');
      return;
    }
    this.queue.push({ span, characters });
    this.characters += characters;
    if (this.queue.length >= BATCH_SPANS || this.characters >= BATCH_CHARACTERS) this.sendNow();
    else this.timer ??= this.options.clock.after(BATCH_DELAY_MS, () => this.sendNow());
  }

  health(): OtlpExportHealth {
    const { sent, dropped, rejected, problem } = this;
    return { sent, waiting: this.queue.length, dropped, rejected, ...(problem !== undefined && { problem }) };
  }

  /** Sends what waits, each batch once more at most, and takes nothing further; gives up after `withinMs`. Never rejects. */
  async close(withinMs: number): Promise<void> {
    this.isClosing = true;
    this.hurry?.();
    this.sendNow();
    if (this.sending) await within(this.options.clock, withinMs, this.sending);
    this.dispose();
  }

  dispose(): void {
    this.isClosing = true;
    this.timer?.dispose();
    this.life.abort();
    this.hurry?.();
  }

  private sendNow(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (this.queue.length === 0 || this.sending) return;
    this.sending = this.sendAll().finally(() => {
      this.sending = undefined;
    });
  }

  private async sendAll(): Promise<void> {
    while (this.queue.length > 0 && !this.life.signal.aborted) await this.sendBatch();
  }

  private async sendBatch(): Promise<void> {
    const batch = this.nextBatch();
    let outcome: Outcome = { kind: 'later', why: '' };
    for (let attempt = 1; attempt <= RETRY.maxAttempts && !this.life.signal.aborted; attempt += 1) {
      const target = this.options.target();
      if (!target) {
        this.letGo();
        return;
      }
      outcome = await this.post(target, batch);
      if (outcome.kind !== 'later') break;
      this.tell(outcome.why);
      const afterMs = outcome.afterMs ?? backoffMs(RETRY, attempt, this.random);
      if (attempt === RETRY.maxAttempts || afterMs > MAX_RETRY_AFTER_MS || this.isClosing) break;
      await this.pause(afterMs);
    }
    // Only now: until then the batch counts as waiting, and its room is not given away.
    this.take(batch.length);
    if (outcome.kind === 'sent') this.sent += batch.length;
    else this.dropped += batch.length;
    if (outcome.kind === 'refused') this.tell(outcome.why);
  }

  /** The person wants no export any more. */
  private letGo(): void {
    this.take(this.queue.length);
    this.problem = undefined;
  }

  private nextBatch(): StoredSpan[] {
    let characters = 0;
    const end = this.queue.findIndex((item, index) => {
      characters += item.characters;
      return index >= BATCH_SPANS || (index > 0 && characters > BATCH_CHARACTERS);
    });
    return this.queue.slice(0, end < 0 ? this.queue.length : end).map(({ span }) => span);
  }

  private take(count: number): void {
    for (const { characters } of this.queue.splice(0, count)) this.characters -= characters;
  }

  private async post(target: OtlpTarget, batch: readonly StoredSpan[]): Promise<Outcome> {
    const where = new URL(target.url).host;
    if (target.missing.length > 0) {
      const names = target.missing.join(', ');
      return { kind: 'refused', why: `Headers for ${where} use ${names}, which the environment does not set.` };
    }
    const spans = target.content ? batch : batch.map(withoutContent);
    const recorder = {
      resource: { 'service.name': 'agent-team', ...this.options.resource },
      scope: { name: 'agent-team' },
    };
    const late = new AbortController();
    const timer = this.options.clock.after(REQUEST_TIMEOUT_MS, () => late.abort());
    try {
      const answer = await this.options.fetch(target.url, {
        method: 'POST',
        headers: { ...target.headers, 'content-type': 'application/json' },
        body: JSON.stringify(toOtlp(spans, recorder)),
        // Headers may hold a key, which is meant for this address only.
        redirect: 'manual',
        signal: AbortSignal.any([this.life.signal, late.signal]),
      });
      return this.judge(answer, await readBounded(answer), where);
    } catch (error) {
      const why = late.signal.aborted ? `no answer within ${REQUEST_TIMEOUT_MS / 1000} s` : reasonOf(error);
      return { kind: 'later', why: `${where} can't be reached: ${why}.` };
    } finally {
      timer.dispose();
    }
  }

  private judge(answer: Response, body: string, where: string): Outcome {
    const { status } = answer;
    if (status >= 200 && status < 300) {
      const partial = partialSuccess(body);
      if (partial) this.onPartial(partial, where);
      else this.problem = undefined;
      return { kind: 'sent' };
    }
    const why = `${where} answers ${status}.`;
    if (!RETRIED.has(status)) return { kind: 'refused', why };
    const afterMs = retryAfterMs(answer.headers);
    return { kind: 'later', why, ...(afterMs !== undefined && { afterMs }) };
  }

  private onPartial({ rejected, message }: { rejected: number; message: string }, where: string): void {
    this.rejected += rejected;
    if (rejected > 0) this.tell(`${where} refused ${rejected} spans of a batch: ${message || 'it does not say why'}.`);
    else if (message !== '') this.tell(`${where} warns: ${message}`);
  }

  private tell(problem: string): void {
    const isFirst = this.problem === undefined;
    this.problem = problem;
    if (isFirst) this.options.onProblem(problem);
  }

  /** Ends early when the window closes. */
  private pause(ms: number): Promise<void> {
    if (this.isClosing) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const timer = this.options.clock.after(ms, resolve);
      this.hurry = () => {
        timer.dispose();
        resolve();
      };
    }).then(() => {
      this.hurry = undefined;
    });
  }
}

function weigh(span: StoredSpan): number {
  let characters = SPAN_CHARACTERS;
  for (const value of Object.values(span.attributes)) if (typeof value === 'string') characters += value.length;
  return characters;
}

/** fetch says "fetch failed"; what happened is its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? cause.code : messageOf(error);
}
