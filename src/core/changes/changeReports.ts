// Tells the run's journal what became of its changes, each time with the event that led to it.
import type { EventPayloads, FileChange } from '../../api';
import type { EventPublisher } from '../events/publisher';
import { toFileChange, type FileState, type ProposalCause } from './fileState';

type EditTopic = Extract<keyof EventPayloads, `edit.${string}`>;

export interface ChangeReportsOptions {
  publisher: EventPublisher;
  /** Trace and last event of a run, for changes whose own cause is not known. */
  traceOf: (runId: string) => { traceId?: string; eventId?: string };
}

export class ChangeReports {
  constructor(private readonly options: ChangeReportsOptions) {}

  /** Reports decisions about several files as one event. */
  files(topic: Exclude<EditTopic, 'edit.conflicted'>, runId: string, states: readonly FileState[]): void {
    if (states.length === 0) return;
    const files = states.map((state) => toFileChange(runId, state));
    this.publish(topic, { files }, { runId, cause: states.at(-1)?.cause });
  }

  conflict(runId: string, state: FileState): void {
    const payload = { path: state.location.path, reason: state.conflict?.reason ?? 'edit.conflict' };
    this.publish('edit.conflicted', payload, { runId, cause: state.cause });
  }

  /** Reports a proposal that no scope of the run reports itself; gives the cause of what follows from it. */
  proposed(runId: string, files: FileChange[]): ProposalCause {
    return this.publish('edit.proposed', { files }, { runId, cause: undefined });
  }

  private publish<T extends EditTopic>(
    topic: T,
    payload: EventPayloads[T],
    { runId, cause }: { runId: string; cause: ProposalCause | undefined },
  ): ProposalCause {
    const known = this.options.traceOf(runId);
    const causationId = cause?.eventId ?? known.eventId;
    const traceId = cause?.traceId ?? known.traceId;
    const event = this.options.publisher.publish({
      topic,
      payload,
      source: 'changes',
      runId,
      correlationId: runId,
      ...(causationId !== undefined && { causationId }),
      ...(traceId !== undefined && { traceId }),
      ...(cause?.spanId !== undefined && { spanId: cause.spanId }),
    });
    return causeOf(event);
  }
}

/** What names an event as the cause of later ones. */
export function causeOf(event: { id: string; traceId?: string; spanId?: string }): ProposalCause {
  const { id, traceId, spanId } = event;
  return { eventId: id, ...(traceId !== undefined && { traceId }), ...(spanId !== undefined && { spanId }) };
}
