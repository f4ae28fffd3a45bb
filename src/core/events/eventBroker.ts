// The port to what several windows, machines and people share: a stream of events that all of them append to and read.
// An adapter moves texts and says what went wrong. Order, duplicates, reconnecting and what waits are `EventExchange`'s, for every broker alike.
import type { Failure } from '../failure';

/** An event as it travels. `seq` is its number in the log of its origin. */
export interface SentEvent {
  seq: number;
  text: string;
}

export interface ReceivedTexts {
  /** In the order of the stream; empty when nothing came for a while. */
  texts: string[];
  /** Where reading goes on; means something to its broker only. */
  position: string;
}

/**
 * `broker.unreachable` passes by itself; the others need somebody: `broker.refused` the password or its rights, `broker.untrusted` the
 * certificate, `broker.unusable` the address or the server (its version, its set-up, something else that answers there).
 */
export type BrokerFailureReason = 'broker.unreachable' | 'broker.refused' | 'broker.untrusted' | 'broker.unusable';

/** The message is for logs; sentences for people are made of its parts. Nothing secret is in it. */
export interface BrokerFailure extends Failure {
  reason: BrokerFailureReason;
  /** Who was asked. */
  where: string;
  /** What it said, or the code of what went wrong. */
  detail: string;
}

/** Tells failures of brokers from others. */
export function isBrokerFailure(problem: Failure): problem is BrokerFailure {
  return problem.reason.startsWith('broker.') && 'where' in problem && 'detail' in problem;
}

/** One connection. After a failure it is of no use: close it and connect again. */
export interface BrokerSession {
  /** Appends events of one origin in order. What was appended before, by its number, is left out: sending twice does no harm. */
  append(origin: string, events: readonly SentEvent[]): Promise<Failure | undefined>;
  /** Events after `position`, at most `limit`; waits some seconds for the first. Without a position: at once, with that of the end. */
  read(position: string | undefined, limit: number): Promise<ReceivedTexts | Failure>;
  /** Windows that share the stream at the moment, this one included. */
  windows(): Promise<number | Failure>;
  /** Ends what is going on at once; it fails. */
  close(): void;
}

export interface EventBroker {
  /** For people: where it is and who shares it. Never holds a password. */
  readonly place: string;
  /** Connects within some seconds, or says why not. */
  connect(signal: AbortSignal): Promise<BrokerSession | Failure>;
}
