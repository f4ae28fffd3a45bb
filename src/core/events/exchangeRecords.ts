// What of an exchange outlives its window, so that the next one sends the rest and misses nothing that came during a reload.
import type { EventEnvelope } from '../../api';

export interface ExchangeRecord {
  origin: string;
  /** Which broker and team; see `EventBroker.place`. */
  place: string;
  /** Up to here the log of the origin has been sent, or was never to be. */
  sentSeq: number;
  /** How far the stream was read. */
  position?: string;
  savedMs: number;
}

export interface ExchangeRecords {
  save(record: ExchangeRecord): Promise<void>;
  /** Those of windows that are gone, at one place; the oldest first. */
  ofPredecessors(place: string): Promise<ExchangeRecord[]>;
  forget(origin: string): Promise<void>;
  /** Events of a window that is gone, after a number, ascending; as far as its log is still kept. */
  readLog(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]>;
}
