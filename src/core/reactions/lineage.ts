// Which reactions an event descends from. A reaction never fires on what it has brought about itself, and chains of reactions end.
import type { EventEnvelope, EventPayloads } from '../../api';

/** A chain has so many reactions at most. */
export const MAX_CHAIN = 8;
/** Runs whose reactions are remembered; the oldest are forgotten. */
const MAX_RUNS = 1000;
/** Causes that are followed for an event that belongs to no run. */
const MAX_CAUSES = 20;

export class Lineage {
  /** Keys of the reactions that a run descends from, itself last, by run. */
  private readonly ofRuns = new Map<string, readonly string[]>();

  constructor(private readonly find: (id: string) => EventEnvelope | undefined) {}

  /** Takes every event: runs of reactions tell what they descend from, in whichever window they run. */
  follow(event: EventEnvelope): void {
    if (event.topic !== 'run.started' || event.runId === undefined) return;
    const { reaction } = event.payload as EventPayloads['run.started'];
    const before = this.of(event, { withOwnRun: false });
    if (reaction) this.know(event.runId, [...reaction.ancestors, reaction.key]);
    else if (before.length > 0) this.know(event.runId, before);
  }

  /** For a run that began before this window did. */
  know(runId: string, keys: readonly string[]): void {
    this.ofRuns.delete(runId);
    this.ofRuns.set(runId, keys);
    const oldest = this.ofRuns.keys().next().value;
    if (this.ofRuns.size > MAX_RUNS && oldest !== undefined) this.ofRuns.delete(oldest);
  }

  /** Keys of the reactions that led to the event, the first one first; none for what began by itself. */
  of(event: EventEnvelope, { withOwnRun = true } = {}): readonly string[] {
    let current: EventEnvelope | undefined = event;
    for (let step = 0; current && step < MAX_CAUSES; step += 1) {
      const isOwn = step === 0 && !withOwnRun;
      const known = current.runId === undefined || isOwn ? undefined : this.ofRuns.get(current.runId);
      if (known) return known;
      current = current.causationId === undefined ? undefined : this.find(current.causationId);
    }
    return [];
  }
}

/** Why a reaction must not fire on what has these ancestors. */
export function chainFault(key: string, ancestors: readonly string[]): 'own' | 'too_deep' | undefined {
  if (ancestors.includes(key)) return 'own';
  return ancestors.length >= MAX_CHAIN ? 'too_deep' : undefined;
}
