// The event log, run journal and span log of any number of windows, in memory.
import type { EventEnvelope } from '../../src/api';
import type { EventLog } from '../../src/core/events/eventLog';
import { mergeEvents } from '../../src/core/events/mergeEvents';
import type { RunJournal, StoredRun } from '../../src/core/runs/runJournal';
import type { SpanLog, SpanOwner, StoredTrace } from '../../src/core/telemetry/spanLog';
import type { StoredSpan } from '../../src/core/telemetry/storedSpan';

/** What the windows of one workspace share. */
export class InMemoryStorage {
  readonly events: EventEnvelope[] = [];
  readonly spans: { owner: SpanOwner; origin: string; span: StoredSpan }[] = [];
  readonly deleted = new Set<string>();
  /** Windows that live. */
  readonly alive = new Set<string>();
}

/** One window's view of the storage; stores copies, as a disk does. */
export class InMemoryEventLog implements EventLog, RunJournal, SpanLog {
  reads = 0;

  constructor(
    private readonly origin: string,
    private readonly storage = new InMemoryStorage(),
  ) {
    storage.alive.add(origin);
  }

  append(event: EventEnvelope): void {
    this.storage.events.push(structuredClone(event));
  }

  read(afterSeq: number, limit: number): Promise<EventEnvelope[]> {
    this.reads += 1;
    const mine = this.storage.events.filter((event) => event.origin === this.origin && event.seq > afterSeq);
    return Promise.resolve(structuredClone(mine.slice(0, limit)));
  }

  readRun(runId: string): Promise<EventEnvelope[]> {
    const found = this.storage.deleted.has(runId) ? [] : this.storage.events.filter((event) => event.runId === runId);
    const origins = [...new Set(found.map(({ origin }) => origin))];
    return Promise.resolve(
      structuredClone(mergeEvents(origins.map((origin) => found.filter((event) => event.origin === origin)))),
    );
  }

  async readFirst(runId: string): Promise<EventEnvelope | undefined> {
    return (await this.readRun(runId))[0];
  }

  listRuns(): Promise<StoredRun[]> {
    const runs = new Map<string, StoredRun>();
    for (const { runId, time } of this.storage.events) {
      if (runId === undefined || this.storage.deleted.has(runId)) continue;
      const bytes = (runs.get(runId)?.bytes ?? 0) + 100;
      runs.set(runId, { runId, bytes, modifiedMs: Date.parse(time) });
    }
    return Promise.resolve([...runs.values()]);
  }

  async deleteRun(runId: string, traceId?: string): Promise<void> {
    this.storage.deleted.add(runId);
    if (traceId !== undefined) await this.deleteTrace(traceId);
  }

  sweepLogs(): Promise<void> {
    return Promise.resolve();
  }

  isAlive(origin: string): Promise<boolean> {
    return Promise.resolve(this.storage.alive.has(origin));
  }

  appendSpan(owner: SpanOwner, span: StoredSpan): void {
    this.storage.spans.push({ owner, origin: this.origin, span: structuredClone(span) });
  }

  readSpans(owner: SpanOwner): Promise<StoredSpan[]> {
    const key = JSON.stringify(owner);
    const latest = new Map<string, StoredSpan>();
    for (const record of this.storage.spans) {
      if (JSON.stringify(record.owner) !== key) continue;
      const isDead = !this.storage.alive.has(record.origin) && record.span.endTimeUnixNano === undefined;
      latest.set(record.span.spanId, isDead && 'runId' in owner ? { ...record.span, interrupted: true } : record.span);
    }
    return Promise.resolve(structuredClone([...latest.values()]));
  }

  importSpans(traceId: string, spans: readonly StoredSpan[]): Promise<void> {
    for (const span of spans) this.appendSpan({ traceId }, span);
    return Promise.resolve();
  }

  listTraces(): Promise<StoredTrace[]> {
    const ids = this.storage.spans.flatMap(({ owner }) => ('traceId' in owner ? [owner.traceId] : []));
    const count = (traceId: string) => ids.filter((id) => id === traceId).length;
    return Promise.resolve(
      [...new Set(ids)].map((traceId, index) => ({ traceId, bytes: count(traceId) * 100, modifiedMs: index })),
    );
  }

  deleteTrace(traceId: string): Promise<void> {
    const kept = this.storage.spans.filter(({ owner }) => !('traceId' in owner) || owner.traceId !== traceId);
    this.storage.spans.splice(0, Infinity, ...kept);
    return Promise.resolve();
  }

  /** As that on disk: numbers are those of the events, whatever their origins. */
  receivedLog(): EventLog {
    const events: EventEnvelope[] = [];
    return {
      append: (event) => void events.push(structuredClone(event)),
      read: (afterSeq, limit) =>
        Promise.resolve(structuredClone(events.filter(({ seq }) => seq > afterSeq).slice(0, limit))),
      readRun: () => Promise.resolve([]),
      flush: () => Promise.resolve(),
    };
  }

  readLog(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]> {
    const found = this.storage.events.filter((event) => event.origin === origin && event.seq > afterSeq);
    return Promise.resolve(structuredClone(found.slice(0, limit)));
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }
}
