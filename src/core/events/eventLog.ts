// Where events go for good. The log of one window has every event in order; the journal of a run has its events from every window.
import type { EventEnvelope } from '../../api';

/** The log of this window. Appending never waits and never throws; what was appended can be read at once. */
export interface EventLog {
  /** `seq` must be one more than that of the event before. */
  append(event: EventEnvelope): void;
  /** Events of this window with `seq > afterSeq`, ascending, at most `limit`; the oldest may be gone for good. */
  read(afterSeq: number, limit: number): Promise<EventEnvelope[]>;
  /** Events of one run from every window, in order; empty for an unknown run. */
  readRun(runId: string): Promise<EventEnvelope[]>;
  /** Resolves once everything appended before is safe on disk. */
  flush(): Promise<void>;
}
