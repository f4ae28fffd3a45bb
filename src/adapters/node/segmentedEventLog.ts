// Events and spans on disk, in append-only segments of JSON lines:
//   log/<origin>/<first seq>.jsonl      every event of one window, bounded
//   runs/<runId>/events-<origin>.jsonl  the events of one run, spans-<origin>.jsonl its spans, one file per window that worked on it
//   traces/<traceId>/spans-<origin>.jsonl  spans of traces that belong to no run
// A file has one writer ever, so windows need no lock for it.
import { rm } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import type { EventEnvelope } from '../../api';
import type { Clock } from '../../core/clock';
import type { EventLog } from '../../core/events/eventLog';
import { isStoredEvent } from '../../core/events/eventSchemas';
import { eventText } from '../../core/events/eventText';
import { mergeEvents } from '../../core/events/mergeEvents';
import { messageOf } from '../../core/failure';
import type { RunJournal, StoredRun } from '../../core/runs/runJournal';
import type { SpanLog, SpanOwner, StoredTrace } from '../../core/telemetry/spanLog';
import type { StoredSpan } from '../../core/telemetry/storedSpan';
import { measureFolders } from './folderSizes';
import { listFolder } from './listFolder';
import { readSegment, segmentHeader } from './readSegment';
import { SegmentWriter } from './segmentWriter';
import { SpanRecords, importedLines } from './spanRecords';
import type { OnStorageProblem } from './storageProblem';
import { WindowLog, type WindowLogOptions } from './windowLog';

export interface SegmentedEventLogOptions {
  /** The workspace's folder in the extension's storage. */
  folder: string;
  /** Names this window. */
  origin: string;
  clock: Clock;
  onProblem: OnStorageProblem;
  /** Whether a window lives; default: only this one does. */
  isAlive?: (origin: string) => Promise<boolean>;
  /** See `SegmentWriter` and `WindowLog`. */
  batchMs?: number;
  segmentBytes?: number;
  maxSegments?: number;
  maxWaiting?: number;
}

/** Ids become names of folders. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const SEGMENT = /^\d{12}\.jsonl$/;
const FILE = /^(events|spans)-([A-Za-z0-9_-]{1,64})\.jsonl$/;
const RUN_ENDED = /^run\.(completed|partial|failed|cancelled|interrupted)$/;
/** Deleted runs whose late events are not written. */
const MAX_DELETED = 1000;
/** Characters of imported spans that wait for the disk at a time. */
const IMPORT_CHARACTERS = 250_000;

export class SegmentedEventLog implements EventLog, RunJournal, SpanLog {
  private readonly folder: string;
  private readonly origin: string;
  private readonly onProblem: OnStorageProblem;
  private readonly alive: (origin: string) => Promise<boolean>;
  private readonly writer: SegmentWriter;
  private readonly logOptions: Omit<WindowLogOptions, 'folder'>;
  private readonly log: WindowLog;
  private readonly eventsHeader: string;
  private readonly spansHeader: string;
  private readonly deleted = new Set<string>();
  private readonly reported = new Set<string>();

  constructor(options: SegmentedEventLogOptions) {
    const { folder, origin, clock, segmentBytes, maxSegments, batchMs, maxWaiting } = options;
    this.folder = normalize(folder);
    this.origin = origin;
    this.onProblem = (problem) => this.report(problem, options.onProblem);
    this.alive = options.isAlive ?? ((other) => Promise.resolve(other === origin));
    this.eventsHeader = segmentHeader('agent-team.events', origin);
    this.spansHeader = segmentHeader('agent-team.spans', origin);
    this.writer = new SegmentWriter({
      clock,
      onProblem: this.onProblem,
      ...(batchMs !== undefined && { batchMs }),
      ...(maxWaiting !== undefined && { maxWaiting }),
    });
    this.logOptions = {
      header: this.eventsHeader,
      writer: this.writer,
      onProblem: this.onProblem,
      ...(segmentBytes !== undefined && { segmentBytes }),
      ...(maxSegments !== undefined && { maxSegments }),
    };
    this.log = new WindowLog({ ...this.logOptions, folder: join(folder, 'log', origin) });
  }

  append(event: EventEnvelope): void {
    const line = `${eventText(event)}\n`;
    this.log.append(event.seq, line);
    const { runId } = event;
    if (runId === undefined || !ID.test(runId) || this.deleted.has(runId)) return;
    const runPath = `${this.runFolder(runId)}${sep}events-${this.origin}.jsonl`;
    this.writer.append(runPath, this.eventsHeader, line);
    if (!RUN_ENDED.test(event.topic)) return;
    this.writer.finish(runPath);
    this.writer.finish(`${this.runFolder(runId)}${sep}spans-${this.origin}.jsonl`);
  }

  read(afterSeq: number, limit: number): Promise<EventEnvelope[]> {
    return this.log.read(afterSeq, limit);
  }

  /** Another log beside that of this window, for what other windows sent. Its events stand in no journal of a run. */
  receivedLog(): EventLog {
    const log = new WindowLog({ ...this.logOptions, folder: join(this.folder, 'log', this.origin, 'received') });
    return {
      append: (event) => log.append(event.seq, `${eventText(event)}\n`),
      read: (afterSeq, limit) => log.read(afterSeq, limit),
      readRun: () => Promise.resolve([]),
      flush: () => this.flush(),
    };
  }

  /** Events of a window that is gone, after a number, ascending; as far as its log is still kept. */
  async readLog(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]> {
    if (!ID.test(origin)) return [];
    const folder = join(this.folder, 'log', origin);
    const names = (await listFolder(folder)).filter((name) => SEGMENT.test(name)).sort();
    const first = names.findLastIndex((name) => Number.parseInt(name, 10) <= afterSeq + 1);
    const events: EventEnvelope[] = [];
    for (const name of names.slice(Math.max(0, first))) {
      for (const event of await this.readEvents(join(folder, name))) if (event.seq > afterSeq) events.push(event);
      if (events.length >= limit) break;
    }
    return events.slice(0, limit);
  }

  async readRun(runId: string): Promise<EventEnvelope[]> {
    if (!ID.test(runId)) return [];
    await this.writer.drain();
    const byOrigin: EventEnvelope[][] = [];
    for (const { path } of await this.filesOf(this.runFolder(runId), 'events'))
      byOrigin.push(await this.readEvents(path));
    return mergeEvents(byOrigin);
  }

  async readFirst(runId: string): Promise<EventEnvelope | undefined> {
    if (!ID.test(runId)) return undefined;
    await this.writer.drain();
    const firsts: EventEnvelope[] = [];
    for (const { path } of await this.filesOf(this.runFolder(runId), 'events')) {
      firsts.push(...(await this.readEvents(path, 1)));
    }
    return mergeEvents(firsts.map((first) => [first]))[0];
  }

  async listRuns(): Promise<StoredRun[]> {
    const found = await measureFolders(join(this.folder, 'runs'));
    return found.filter(({ name }) => ID.test(name)).map(({ name: runId, ...size }) => ({ runId, ...size }));
  }

  async deleteRun(runId: string, traceId?: string): Promise<void> {
    if (traceId !== undefined) await this.deleteTrace(traceId);
    if (!ID.test(runId)) return;
    this.deleted.add(runId);
    if (this.deleted.size > MAX_DELETED) this.deleted.delete([...this.deleted][0] ?? '');
    const folder = this.runFolder(runId);
    await this.writer.abandon((path) => dirname(path) === folder, folder);
  }

  isAlive(origin: string): Promise<boolean> {
    return this.alive(origin);
  }

  appendSpan(owner: SpanOwner, span: StoredSpan): void {
    const id = 'runId' in owner ? owner.runId : owner.traceId;
    if (!ID.test(id) || ('runId' in owner && this.deleted.has(id))) return;
    const path = `${this.ownerFolder(owner)}${sep}spans-${this.origin}.jsonl`;
    this.writer.append(path, this.spansHeader, spanLine(span));
  }

  async readSpans(owner: SpanOwner): Promise<StoredSpan[]> {
    if (!ID.test('runId' in owner ? owner.runId : owner.traceId)) return [];
    await this.writer.drain();
    const spans: StoredSpan[] = [];
    for (const { path, origin } of await this.filesOf(this.ownerFolder(owner), 'spans')) {
      const latest = await this.readLatestSpans(path);
      const open = latest.some(({ endTimeUnixNano }) => endTimeUnixNano === undefined);
      const interrupted = open && 'runId' in owner && !(await this.alive(origin));
      for (const span of latest) {
        spans.push(interrupted && span.endTimeUnixNano === undefined ? { ...span, interrupted } : span);
      }
    }
    return spans;
  }

  async importSpans(traceId: string, spans: readonly StoredSpan[]): Promise<void> {
    if (!ID.test(traceId)) return;
    const path = `${this.ownerFolder({ traceId })}${sep}spans-${this.origin}.jsonl`;
    let characters = 0;
    for (const line of importedLines(spans)) {
      this.writer.append(path, this.spansHeader, line);
      characters += line.length;
      if (characters < IMPORT_CHARACTERS) continue;
      characters = 0;
      await this.writer.drain();
    }
    this.writer.finish(path);
    await this.writer.drain();
  }

  async listTraces(): Promise<StoredTrace[]> {
    const found = await measureFolders(join(this.folder, 'traces'));
    return found.filter(({ name }) => ID.test(name)).map(({ name: traceId, ...size }) => ({ traceId, ...size }));
  }

  async deleteTrace(traceId: string): Promise<void> {
    if (!ID.test(traceId)) return;
    const folder = this.ownerFolder({ traceId });
    await this.writer.abandon((path) => dirname(path) === folder, folder);
  }

  /** Deletes the logs of windows that are gone, but for the newest `keep`; their runs stay. */
  async sweepLogs(keep = 2): Promise<void> {
    const dead: string[] = [];
    for (const origin of (await listFolder(join(this.folder, 'log'))).filter((name) => ID.test(name))) {
      if (origin !== this.origin && !(await this.alive(origin))) dead.push(origin);
    }
    // Origins sort by the time at which their windows opened.
    for (const origin of dead.sort().slice(0, Math.max(0, dead.length - keep))) {
      await rm(join(this.folder, 'log', origin), { recursive: true, force: true });
    }
  }

  flush(): Promise<void> {
    return this.writer.flush();
  }

  /** Writes what waits and closes all files. */
  close(): Promise<void> {
    return this.writer.close();
  }

  private async readEvents(path: string, limit = Infinity): Promise<EventEnvelope[]> {
    const events: EventEnvelope[] = [];
    await readSegment(path, {
      schema: 'agent-team.events',
      onProblem: this.onProblem,
      onRecord: (record) => {
        if (!isStoredEvent(record)) return false;
        events.push(record);
        return events.length < limit ? true : 'stop';
      },
    });
    return events;
  }

  private async readLatestSpans(path: string): Promise<readonly StoredSpan[]> {
    const records = new SpanRecords();
    await readSegment(path, {
      schema: 'agent-team.spans',
      onProblem: this.onProblem,
      onRecord: (record) => records.take(record),
    });
    return records.spans();
  }

  private async filesOf(folder: string, kind: 'events' | 'spans'): Promise<{ path: string; origin: string }[]> {
    return (await listFolder(folder)).flatMap((name) => {
      const [, found, origin] = FILE.exec(name) ?? [];
      return found === kind && origin !== undefined ? [{ path: join(folder, name), origin }] : [];
    });
  }

  /** Put together by hand: joining costs more than the rest of an append. */
  private runFolder(runId: string): string {
    return `${this.folder}${sep}runs${sep}${runId}`;
  }

  private ownerFolder(owner: SpanOwner): string {
    return 'runId' in owner ? this.runFolder(owner.runId) : `${this.folder}${sep}traces${sep}${owner.traceId}`;
  }

  /** A damaged file is read again and again, and told of once. */
  private report(problem: Parameters<OnStorageProblem>[0], onProblem: OnStorageProblem): void {
    if (problem.kind === 'damaged' || problem.kind === 'newer-version') {
      const key = `${problem.kind} ${problem.path}`;
      if (this.reported.has(key)) return;
      this.reported.add(key);
    }
    onProblem(problem);
  }
}

function spanLine(span: StoredSpan): string {
  try {
    return `${JSON.stringify(span)}\n`;
  } catch (error) {
    return `${JSON.stringify({ ...span, attributes: { unstorable: messageOf(error) } })}\n`;
  }
}
