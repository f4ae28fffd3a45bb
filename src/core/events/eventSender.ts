// Sends the logs of windows to a broker: batch by batch, in order, as far as the connection carries.
import type { EventEnvelope } from '../../api';
import type { Failure } from '../failure';
import type { BrokerSession, SentEvent } from './eventBroker';
import { eventText } from './eventText';

export interface SentLog {
  origin: string;
  sentSeq: number;
  /** Events after a number, at most `limit`, in order; empty where the log has no more. */
  readAfter(seq: number, limit: number): EventEnvelope[] | Promise<EventEnvelope[]>;
  /** Number of the last event, where that is known: what the log no longer has up to there is lost. */
  lastSeq?(): number;
}

export interface SendCounts {
  sent: number;
  lost: number;
}

/** Small enough that writing them holds the thread for a moment only. */
const SEND_EVENTS = 50;
const SEND_CHARACTERS = 32_000;

/** Sends the next batch of a log; true if there was one. */
export async function sendBatch(session: BrokerSession, log: SentLog, counts: SendCounts): Promise<boolean | Failure> {
  const events = await log.readAfter(log.sentSeq, SEND_EVENTS);
  const [first] = events;
  if (!first) {
    const lastSeq = log.lastSeq?.() ?? log.sentSeq;
    counts.lost += lastSeq - log.sentSeq;
    log.sentSeq = lastSeq;
    return false;
  }
  if (log.lastSeq) counts.lost += first.seq - log.sentSeq - 1;
  const batch = cut(events);
  const failure = await session.append(log.origin, batch);
  if (failure) return failure;
  log.sentSeq = batch.at(-1)?.seq ?? log.sentSeq;
  counts.sent += batch.length;
  return true;
}

/** As many as make one message; one at least. */
function cut(events: readonly EventEnvelope[]): SentEvent[] {
  const batch: SentEvent[] = [];
  let characters = 0;
  for (const event of events) {
    const text = eventText(event);
    characters += text.length;
    if (batch.length > 0 && characters > SEND_CHARACTERS) break;
    batch.push({ seq: event.seq, text });
  }
  return batch;
}
