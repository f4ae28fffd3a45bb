// A run that keeps what is reported to it, so that tests can assert whole sequences of events and whole span trees.
import assert from 'node:assert/strict';
import type { EventEnvelope, EventPayloads, EventTopic } from '../../src/api';
import type { EventDraft, EventPublisher } from '../../src/core/events/publisher';
import { LiveText } from '../../src/core/runs/liveText';
import { RunContext } from '../../src/core/runs/runContext';
import { UsageMeter } from '../../src/core/runs/usageMeter';
import type { Attributes, Span, SpanEnd, SpanOptions, Tracing } from '../../src/core/telemetry/tracing';

/** Gives events their envelopes and keeps them. */
export class RecordingPublisher implements EventPublisher {
  readonly events: EventEnvelope[] = [];

  publish<T extends EventTopic>(draft: EventDraft<T, EventPayloads[T]>): EventEnvelope<EventPayloads[T]> {
    const seq = this.events.length + 1;
    const id = `event-${seq}`;
    const event = { correlationId: id, ...draft, id, seq, origin: 'test', time: new Date(seq).toISOString() };
    this.events.push(structuredClone(event));
    return event;
  }
}

/** A span with what was done to it; `ended` counts the ends that were asked for. */
export class RecordedSpan implements Span {
  readonly traceId = 'trace';
  readonly attributes: Attributes;
  status: 'unset' | 'ok' | 'error' = 'unset';
  ended = 0;

  constructor(
    readonly spanId: string,
    readonly name: string,
    readonly options: SpanOptions,
  ) {
    this.attributes = { ...options.attributes };
  }

  setAttributes(attributes: Attributes): void {
    Object.assign(this.attributes, attributes);
  }

  end(end: SpanEnd = {}): void {
    this.ended += 1;
    if (this.ended > 1) return;
    this.status = end.status ?? 'unset';
    this.setAttributes(end.attributes ?? {});
  }
}

/** Keeps spans in the order of their starts. */
export class RecordingTracing implements Tracing {
  readonly spans: RecordedSpan[] = [];

  startSpan(name: string, options: SpanOptions = {}): Span {
    const span = new RecordedSpan(`span-${this.spans.length + 1}`, name, options);
    this.spans.push(span);
    return span;
  }
}

export interface RecordedRunOptions {
  threadId?: string;
  taskId?: string;
  interactive?: boolean;
}

/** A run that was just started: its first event and its root span are there. */
export class RecordedRun {
  readonly publisher = new RecordingPublisher();
  readonly tracing = new RecordingTracing();
  readonly live = new LiveText();
  readonly usage = new UsageMeter();
  readonly controller = new AbortController();
  readonly context: RunContext;

  constructor(options: RecordedRunOptions = {}) {
    const { threadId, taskId, interactive = true } = options;
    const root = this.tracing.startSpan('invoke_workflow ask');
    const unstarted = new RunContext(
      {
        runId: 'run-1',
        kind: 'ask',
        publisher: this.publisher,
        tracing: this.tracing,
        live: this.live,
        usage: this.usage,
        callIds: new Set(),
        interactive,
        ...(threadId !== undefined && { threadId }),
      },
      { signal: this.controller.signal, span: root, ...(taskId !== undefined && { taskId }) },
    );
    const first = unstarted.emit('run.started', { kind: 'ask', title: 'test', request: 'test', context: [] });
    this.context = unstarted.with({ cause: first.id });
  }

  get events(): readonly EventEnvelope[] {
    return this.publisher.events;
  }

  /** The topics after `run.started`, in order; those of models left out unless asked for. */
  topics(options: { models?: boolean } = {}): string[] {
    const topics = this.events.slice(1).map((event) => event.topic);
    return options.models ? topics : topics.filter((topic) => !topic.startsWith('model.'));
  }

  /** The payloads of one topic, in order. */
  payloads<T extends EventTopic>(topic: T): EventPayloads[T][] {
    return this.events
      .filter((event): event is EventEnvelope<EventPayloads[T]> => event.topic === topic)
      .map((event) => event.payload);
  }

  /** The tree below the root, two spaces a level, ` !` behind the spans that ended with an error, ` …` behind open ones. */
  spanTree(): string[] {
    const root = this.tracing.spans[0];
    const lines: string[] = [];
    const visit = (parent: RecordedSpan, depth: number) => {
      for (const span of this.tracing.spans.filter((child) => child.options.parent === parent)) {
        const mark = span.ended === 0 ? ' …' : span.status === 'error' ? ' !' : '';
        lines.push(`${'  '.repeat(depth)}${span.name}${mark}`);
        visit(span, depth + 1);
      }
    };
    if (root) visit(root, 0);
    return lines;
  }

  span(name: string): RecordedSpan {
    const span = this.tracing.spans.find((candidate) => candidate.name === name);
    assert.ok(span, `there is a span '${name}'`);
    return span;
  }

  /** What holds for every run: each event names an earlier event of the run as its cause, each span has ended. */
  assertWhole(): void {
    const known = new Set<string>();
    for (const [index, event] of this.events.entries()) {
      assert.equal(event.runId, 'run-1', event.topic);
      assert.equal(event.traceId, 'trace', event.topic);
      if (index > 0)
        assert.ok(event.causationId !== undefined && known.has(event.causationId), `${event.topic} has a cause`);
      known.add(event.id);
    }
    const open = this.tracing.spans.slice(1).filter((span) => span.ended === 0);
    assert.deepEqual(
      open.map((span) => span.name),
      [],
      'every span has ended',
    );
  }

  cancel(): void {
    this.controller.abort();
  }
}
