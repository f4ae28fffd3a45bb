// Events that wait for a reaction: joined where they are about the same thing, bounded, and small enough to be kept on disk.
import type { EventEnvelope } from '../../api';
import { claimKey } from './reactionClaims';
import { pathsOf } from './reactionMatch';

export interface PendingEvent {
  /** The newest of those that were joined; a large payload is left out. */
  event: EventEnvelope;
  /** How many were joined. */
  count: number;
  /** Keys of the reactions that it descends from. */
  ancestors: string[];
  /** What has to be claimed before the reaction; empty where no other window sees the event. */
  claims: string[];
}

/** What one reaction is about. */
export interface EventBatch {
  events: PendingEvent[];
  /** Events beside those, of which only the number is known. */
  more: number;
}

/** Events that are told apart; of the oldest beyond that only the number is kept. */
const MAX_EVENTS = 200;
const MAX_CLAIMS = 50;
/** Characters of JSON. */
const MAX_PAYLOAD = 4_000;

export class PendingEvents {
  private readonly events = new Map<string, PendingEvent>();
  private more = 0;

  get size(): number {
    return this.events.size;
  }

  add(pending: PendingEvent): void {
    const key = subjectOf(pending.event);
    const known = this.events.get(key);
    if (known?.event.id === pending.event.id) return;
    this.events.delete(key);
    this.events.set(key, known ? join(known, pending) : pending);
    if (this.events.size <= MAX_EVENTS) return;
    const [oldest] = this.events;
    if (!oldest) return;
    this.events.delete(oldest[0]);
    this.more += oldest[1].count;
  }

  /** Everything that waits, the oldest first; nothing waits afterwards. */
  take(): EventBatch {
    const batch = this.snapshot();
    this.clear();
    return batch;
  }

  /** Puts back what was taken, before what came meanwhile. */
  putBack({ events, more }: EventBatch): void {
    const newer = this.take();
    this.more = more + newer.more;
    for (const pending of [...events, ...newer.events]) this.add(pending);
  }

  snapshot(): EventBatch {
    return { events: [...this.events.values()], more: this.more };
  }

  clear(): void {
    this.events.clear();
    this.more = 0;
  }
}

/** The event as it waits. */
export function pendingEvent(
  event: EventEnvelope,
  of: { reaction: string; ancestors: readonly string[]; isShared: boolean },
): PendingEvent {
  return {
    event: bounded(event),
    count: 1,
    ancestors: [...of.ancestors],
    claims: of.isShared ? [claimKey(of.reaction, event)] : [],
  };
}

/** Later news about one file or repository replaces earlier news; everything else stands for itself. */
function subjectOf(event: EventEnvelope): string {
  const { topic, id, payload } = event;
  if (topic === 'git.changed') return `${topic} ${(payload as { repository: string }).repository}`;
  if (topic !== 'file.saved' && topic !== 'diagnostics.changed') return id;
  return `${topic} ${pathsOf(event)[0] ?? id}`;
}

function join(older: PendingEvent, newer: PendingEvent): PendingEvent {
  return {
    ...newer,
    count: older.count + newer.count,
    ancestors: [...new Set([...older.ancestors, ...newer.ancestors])],
    claims: [...new Set([...older.claims, ...newer.claims])].slice(-MAX_CLAIMS),
  };
}

function bounded(event: EventEnvelope): EventEnvelope {
  const size = JSON.stringify(event.payload).length;
  return size <= MAX_PAYLOAD ? event : { ...event, payload: { tooLarge: size, files: pathsOf(event).slice(0, 50) } };
}
