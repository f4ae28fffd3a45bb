// Part of the composition root, loaded with the team: what the team remembers together and tells.
import type { Clock } from '../core/clock';
import type { Redact } from '../core/events/redaction';
import { SharedMemory } from '../core/memory/sharedMemory';
import type { DisposableStore } from '../core/disposable';
import { createMemoryTools } from '../core/tools/team/memoryTools';
import { createPublishTool } from '../core/tools/team/publishEvent';
import type { TeamStorage } from './storage';
import type { TeamTools } from './tools';

export interface MemoryOptions {
  clock: Clock;
  storage: TeamStorage;
  tools: TeamTools;
  redact: Redact;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

export function createMemory({ clock, storage, tools, redact, onBug, owned }: MemoryOptions): SharedMemory {
  const { bus, store, memoryStore } = storage;
  const memory = new SharedMemory({
    store: memoryStore,
    clock,
    publisher: bus,
    redact,
    isRun: (runId) => store.has(runId),
    onProblem: (error) => onBug(error, 'shared memory'),
  });
  owned.add(tools.registry.add(...createMemoryTools(memory), createPublishTool(bus)));
  return memory;
}
