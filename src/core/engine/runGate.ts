// What a run may still say: until its end everything, after it nothing. Results that come late change nothing.
import type { EventEnvelope, EventPayloads, EventTopic } from '../../api';
import type { EventDraft, EventPublisher } from '../events/publisher';
import { CANCELLED } from '../failure';
import { GEN_AI } from '../telemetry/attributes';
import type { Span, SpanEnd, SpanOptions, Tracing } from '../telemetry/tracing';

/** Lets nothing through once it is closed. */
export class GatedPublisher implements EventPublisher {
  private last: EventEnvelope | undefined;
  private closed = false;

  constructor(private readonly target: EventPublisher) {}

  publish<T extends EventTopic>(draft: EventDraft<T, EventPayloads[T]>): EventEnvelope<EventPayloads[T]> {
    if (this.closed && this.last) return { ...this.last, topic: draft.topic, payload: draft.payload };
    const event = this.target.publish(draft);
    this.last = event;
    return event;
  }

  /** What happened last in the run. */
  get lastEventId(): string | undefined {
    return this.last?.id;
  }

  close(): void {
    this.closed = true;
  }
}

/** Knows which spans of a run are open, so that none outlives its run; what starts after the end is recorded nowhere. */
export class GatedTracing implements Tracing {
  private readonly open = new Map<Span, (end?: SpanEnd) => void>();
  private closed = false;

  constructor(private readonly target: Tracing) {}

  startSpan(name: string, options: SpanOptions = {}): Span {
    if (this.closed) return unrecorded(options);
    const recorded = this.target.startSpan(name, options);
    const { traceId, spanId } = recorded;
    const span: Span = {
      traceId,
      spanId,
      setAttributes: (attributes) => recorded.setAttributes(attributes),
      end: (end) => {
        if (this.open.delete(span)) recorded.end(end);
      },
    };
    this.open.set(span, (end) => recorded.end(end));
    return span;
  }

  /** Ends what is open, the newest first: whoever began it was stopped and did not come back. */
  close(): void {
    this.closed = true;
    const { reason, message } = CANCELLED;
    const end: SpanEnd = { status: 'error', message, attributes: { [GEN_AI.errorType]: reason } };
    for (const endSpan of [...this.open.values()].reverse()) endSpan(end);
    this.open.clear();
  }
}

function unrecorded({ parent, traceId }: SpanOptions): Span {
  return {
    traceId: parent?.traceId ?? traceId ?? '',
    spanId: parent?.spanId ?? '',
    setAttributes: () => undefined,
    end: () => undefined,
  };
}
