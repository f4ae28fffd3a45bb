// The stored runs of a workspace, those of other windows included.
import type { EventEnvelope } from '../../api';

/** One run's folder. */
export interface StoredRun {
  runId: string;
  bytes: number;
  /** When something was last written, in milliseconds since the epoch. */
  modifiedMs: number;
}

/** Reads and deletes whole runs; what writes them is the `EventLog`. */
export interface RunJournal {
  /** Events of one run from every window, in order; empty for an unknown run. */
  readRun(runId: string): Promise<EventEnvelope[]>;
  /** The event that began the run, read without the rest. */
  readFirst(runId: string): Promise<EventEnvelope | undefined>;
  listRuns(): Promise<StoredRun[]>;
  /** Deletes the run's folder with its spans, and what was imported into its trace; an unknown run is no error. */
  deleteRun(runId: string, traceId?: string): Promise<void>;
  /** Deletes the logs of windows that are gone, but for the newest; runs stay. For the holder of the lease. */
  sweepLogs(): Promise<void>;
  /** True while a window that lives may still append to the run. */
  isAlive(origin: string): Promise<boolean>;
}
