// The host's side of the tab Trace: the spans of one trace, those on disk first, then each as it starts and ends.
import type { EventEnvelope, HistoryFilter } from '../../api';
import type { Clock } from '../../core/clock';
import type { PromptVersionText } from '../../core/agents/promptVersion';
import { lineHunks, linesWithEndings } from '../../core/changes/lineHunks';
import type { Disposable } from '../../core/disposable';
import { nanosFromMs, msBetween } from '../../core/telemetry/spanTime';
import type { StoredSpan } from '../../core/telemetry/storedSpan';
import type { TraceStore } from '../../core/telemetry/traceStore';
import {
  MAX_SHOWN_SPANS,
  MAX_SPAN_BATCH,
  spansSinceSchema,
  traceAskSchema,
  traceTellSchema,
  type PromptReply,
  type SpanBatch,
  type SpanDetail,
  type TraceTell,
} from '../../protocol/trace/spanMessages';
import { SPANS_STRINGS } from '../../protocol/trace/spansStrings';
import { SpanEncoder } from './spanColumns';
import { spanDetail } from './spanDetail';
import { parseMessage, type TabFeed, type TabPage, type TraceTab } from './traceTab';

export interface SpansTabOptions {
  traces: Pick<TraceStore, 'stored' | 'isOpen' | 'onDidChangeSpan'>;
  events: { history(filter: HistoryFilter): Promise<EventEnvelope[]> };
  prompts: {
    find(version: string): Promise<PromptVersionText | undefined>;
    /** The version of the same agent that was used before it. */
    before(version: PromptVersionText): Promise<PromptVersionText | undefined>;
  };
  openFile: (target: Extract<TraceTell, { type: 'openFile' }>) => Promise<void>;
  copy: (text: string) => Promise<void>;
  /** Lets the person choose a file and writes the trace into it. */
  exportTrace: (traceId: string) => Promise<void>;
  clock: Clock;
  showError: (error: unknown) => void;
}

/** Events of a run that are searched for the cause of a span. */
const MAX_EVENTS = 100_000;

export function createSpansTab(options: SpansTabOptions): TraceTab {
  return {
    id: 'trace',
    strings: SPANS_STRINGS,
    open: (page, since) => {
      const wanted = spansSinceSchema.safeParse(since);
      return wanted.success ? new SpansFeed(options, page, wanted.data.traceId) : NO_TRACE;
    },
  };
}

/** There is no trace yet: the page opens the tab again once it has chosen one. */
const NO_TRACE: TabFeed = { collect: () => undefined, dispose: () => undefined };

class SpansFeed implements TabFeed {
  private readonly encoder = new SpanEncoder();
  private readonly following: Disposable;
  /** What is known of each span by now. */
  private readonly known = new Map<string, StoredSpan>();
  /** Spans that started or ended since the last batch. Bounded by the spans that are going on. */
  private readonly changed = new Map<string, StoredSpan>();
  /** Spans from disk, and how many of them the page has. */
  private backlog: StoredSpan[] | undefined;
  private sent = 0;
  private left = 0;
  private base: string | undefined;
  private told = '';
  private events: Promise<EventEnvelope[]> | undefined;
  private disposed = false;

  constructor(
    private readonly options: SpansTabOptions,
    private readonly page: TabPage,
    private readonly traceId: string,
  ) {
    // First follow, then read: a span that ends meanwhile comes both ways, and the later record counts.
    this.following = options.traces.onDidChangeSpan((span) => this.follow(span));
    void this.load().catch(options.showError);
  }

  collect(): SpanBatch | undefined {
    if (!this.backlog) return undefined;
    const spans = this.nextSpans(this.backlog);
    const isLive = this.options.traces.isOpen(this.traceId);
    const isComplete = this.sent >= this.backlog.length;
    const state = `${isLive} ${isComplete} ${this.left}`;
    if (spans.length === 0 && state === this.told) return undefined;
    this.told = state;
    const [first] = spans;
    this.base ??= first?.startTimeUnixNano;
    const base = this.base ?? nanosFromMs(this.options.clock.now());
    return {
      traceId: this.traceId,
      base: Number(base.slice(0, -6)),
      now: msBetween(base, nanosFromMs(this.options.clock.now())),
      isLive,
      isComplete,
      left: this.left,
      spans: this.encoder.encode(spans, base, isLive),
    };
  }

  hasBacklog(): boolean {
    return this.backlog !== undefined && this.sent < this.backlog.length;
  }

  async receive(message: unknown): Promise<void> {
    const told = parseMessage(traceTellSchema, message);
    if (told.type === 'openFile') await this.options.openFile(told);
    else if (told.type === 'copy') await this.options.copy(told.text);
    else await this.options.exportTrace(this.traceId);
  }

  async answer(message: unknown): Promise<SpanDetail | PromptReply | undefined> {
    const asked = parseMessage(traceAskSchema, message);
    if (asked.type === 'prompt') return this.prompt(asked.version);
    const span = this.known.get(asked.spanId);
    return span && spanDetail(span, span.runId === undefined ? [] : await this.eventsOf(span.runId));
  }

  dispose(): void {
    this.disposed = true;
    this.following.dispose();
    this.known.clear();
    this.changed.clear();
    this.backlog = undefined;
  }

  private async load(): Promise<void> {
    const spans = await this.options.traces.stored(this.traceId);
    if (this.disposed) return;
    this.left = Math.max(0, spans.length - MAX_SHOWN_SPANS);
    this.backlog = this.left === 0 ? spans : spans.slice(0, MAX_SHOWN_SPANS);
    for (const span of this.backlog) if (!this.changed.has(span.spanId)) this.known.set(span.spanId, span);
    this.page.touch();
  }

  private follow(span: StoredSpan): void {
    if (span.traceId !== this.traceId) return;
    if (!this.known.has(span.spanId) && this.known.size >= MAX_SHOWN_SPANS) {
      this.left += 1;
      return;
    }
    this.known.set(span.spanId, span);
    this.changed.set(span.spanId, span);
    // What a span caused may be known only now.
    this.events = undefined;
    this.page.touch();
  }

  /** From disk first; what changed meanwhile afterwards, so that the later record comes later. */
  private nextSpans(backlog: StoredSpan[]): StoredSpan[] {
    if (this.sent < backlog.length) {
      const spans = backlog.slice(this.sent, this.sent + MAX_SPAN_BATCH);
      this.sent += spans.length;
      return spans;
    }
    const spans = [...this.changed.values()].slice(0, MAX_SPAN_BATCH);
    for (const { spanId } of spans) this.changed.delete(spanId);
    if (this.changed.size > 0) this.page.touch();
    return spans;
  }

  private eventsOf(runId: string): Promise<EventEnvelope[]> {
    this.events ??= this.options.events.history({ runId, limit: MAX_EVENTS });
    return this.events;
  }

  private async prompt(version: string): Promise<PromptReply | undefined> {
    const { prompts } = this.options;
    const text = await prompts.find(version);
    if (!text) return undefined;
    const previous = await prompts.before(text);
    return {
      agent: text.agent,
      version,
      ...(previous && { previous: previous.version }),
      lines: diffLines(previous ? described(previous) : described(text), described(text)),
    };
  }
}

/** Everything that makes a version another one. */
function described({ prompt, tools, model, modelOptions }: PromptVersionText): string {
  const head = [
    `tools: ${tools.join(', ')}`,
    ...(model === null ? [] : [`model: ${model}`]),
    ...(modelOptions ? [`options: ${JSON.stringify(modelOptions)}`] : []),
  ];
  return `${head.join('\n')}\n\n${prompt}`;
}

function diffLines(before: string, after: string): PromptReply['lines'] {
  const lines: PromptReply['lines'] = [];
  const push = (kind: PromptReply['lines'][number]['kind'], texts: readonly string[]) => {
    for (const text of texts) lines.push({ kind, text: text.replace(/\r?\n$/, '') });
  };
  const all = linesWithEndings(after);
  let at = 0;
  for (const { oldLines, newStart, newLines } of lineHunks(before, after)) {
    push('same', all.slice(at, newStart));
    push('removed', oldLines);
    push('added', newLines);
    at = newStart + newLines.length;
  }
  push('same', all.slice(at));
  return lines;
}
