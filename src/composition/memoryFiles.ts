// Part of the composition root, loaded when an entry of shared memory is opened as a document.
import type { DisposableStore } from '../core/disposable';
import type { EventBus } from '../core/events/eventBus';
import { isTeamEvent } from '../core/events/teamEvent';
import type { SharedMemory } from '../core/memory/sharedMemory';
import { MemoryFiles } from '../vscode/memory/memoryFiles';

export function createMemoryFiles({
  memory,
  bus,
  owned,
}: {
  memory: SharedMemory;
  bus: EventBus;
  owned: DisposableStore;
}): MemoryFiles {
  const files = owned.add(new MemoryFiles(memory));
  owned.add(
    bus.tap((event) => {
      if (!isTeamEvent(event) || event.topic !== 'memory.written') return;
      const { scope, key, deleted = false } = event.payload;
      files.tellChanged({ scope, key }, deleted);
    }),
  );
  return files;
}
