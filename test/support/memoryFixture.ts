// Shared memory over the fake store, with everything that it reports kept.
import type { EventPayloads } from '../../src/api';
import { maskSecrets } from '../../src/core/agents/guardrails/secretGuardrail';
import { SharedMemory } from '../../src/core/memory/sharedMemory';
import { InMemoryMemoryStore } from './inMemoryMemoryStore';
import { ManualClock } from './manualClock';
import { RecordingPublisher } from './recordedRun';

export class MemoryFixture {
  readonly store = new InMemoryMemoryStore();
  readonly clock = new ManualClock();
  readonly publisher = new RecordingPublisher();
  readonly problems: unknown[] = [];
  readonly runs = new Set(['run-1']);
  readonly memory = this.open();

  /** Another window on the same memory. */
  open(): SharedMemory {
    return new SharedMemory({
      store: () => Promise.resolve(this.store),
      clock: this.clock,
      publisher: this.publisher,
      redact: (text) => maskSecrets(text),
      isRun: (runId) => this.runs.has(runId),
      onProblem: (error) => void this.problems.push(error),
    });
  }

  /** What was told of changes, in order. */
  readonly written = (): EventPayloads['memory.written'][] =>
    this.publisher.events.map((event) => event.payload as EventPayloads['memory.written']);
}
