// What everything that works for a run is handed: where to report, under which span, until when.
import type { EventEnvelope, EventPayloads, EventTopic, RunKind } from '../../api';
import type { Disposable } from '../disposable';
import type { EventPublisher } from '../events/publisher';
import { AGENT_TEAM } from '../telemetry/attributes';
import type { Attributes, Span, SpanOptions, Tracing } from '../telemetry/tracing';
import type { LiveText } from './liveText';
import type { UsageMeter } from './usageMeter';

/** The part of a run that all of its scopes share. */
export interface RunShared {
  readonly runId: string;
  readonly threadId?: string;
  readonly kind: RunKind;
  /** What the run belongs to beside itself: a reaction to what it reacts to. Absent: it begins something. */
  readonly correlationId?: string;
  readonly publisher: EventPublisher;
  readonly tracing: Tracing;
  readonly live: LiveText;
  readonly usage: UsageMeter;
  /** Ids of the tool calls so far: agents that work at once must not share one, whatever their servers think. */
  readonly callIds: Set<string>;
  /** True when a person started the run: only then may a model ask for consent. */
  readonly interactive: boolean;
}

/** Until when the work of a scope may take. */
export interface RunDeadline {
  /** Milliseconds since the epoch, as it stands now: no wait may last longer. */
  readonly at: number;
  /** Stops the time, of outer deadlines too, until what is returned is disposed: for waits on the person. */
  hold(): Disposable;
}

export interface RunScope {
  readonly signal: AbortSignal;
  /** New spans become its children. */
  readonly span: Span;
  /** Absent: no time limit but the settings' own. */
  readonly deadline?: RunDeadline;
  readonly taskId?: string;
  readonly agent?: string;
  readonly promptVersion?: string;
  /** Id of the event that caused what happens in this scope; absent only before the run's first event. */
  readonly cause?: string;
}

export interface EmitDetails {
  agent?: string;
  promptVersion?: string;
  /** Absent: the scope's cause. */
  causationId?: string;
  /** Absent: the scope's span. */
  span?: Span;
}

/** One scope of a run. Immutable: `with` makes a narrower one. */
export class RunContext {
  constructor(
    readonly shared: RunShared,
    readonly scope: RunScope,
  ) {}

  get runId(): string {
    return this.shared.runId;
  }
  get signal(): AbortSignal {
    return this.scope.signal;
  }
  get span(): Span {
    return this.scope.span;
  }

  /** A narrower scope of the same run. */
  with(change: Partial<RunScope>): RunContext {
    return new RunContext(this.shared, { ...this.scope, ...change });
  }

  /** Publishes an event of this run; returns its envelope so that later events can name it as their cause. */
  emit<T extends EventTopic>(
    topic: T,
    payload: EventPayloads[T],
    details: EmitDetails = {},
  ): EventEnvelope<EventPayloads[T]> {
    const { shared, scope } = this;
    const span = details.span ?? scope.span;
    const agent = details.agent ?? scope.agent;
    const promptVersion = details.promptVersion ?? scope.promptVersion;
    const causationId = details.causationId ?? scope.cause;
    return shared.publisher.publish({
      topic,
      payload,
      source: agent === undefined ? 'engine' : `agent:${agent}`,
      runId: shared.runId,
      correlationId: shared.correlationId ?? shared.runId,
      traceId: span.traceId,
      spanId: span.spanId,
      ...(scope.taskId !== undefined && { taskId: scope.taskId }),
      ...(agent !== undefined && { agent }),
      ...(promptVersion !== undefined && { promptVersion }),
      ...(causationId !== undefined && { causationId }),
    });
  }

  /** Starts a span below this scope's, which says whose it is; the caller ends it. */
  startSpan(name: string, attributes: Attributes = {}, options: Omit<SpanOptions, 'parent' | 'attributes'> = {}): Span {
    const { span: parent, taskId, promptVersion } = this.scope;
    const scope = {
      [AGENT_TEAM.runId]: this.runId,
      [AGENT_TEAM.taskId]: taskId,
      [AGENT_TEAM.promptVersion]: promptVersion,
    };
    return this.shared.tracing.startSpan(name, { ...options, parent, attributes: { ...scope, ...attributes } });
  }
}
