import type { MemoryStore } from '../../../../src/core/memory/memoryStore';
import { InMemoryMemoryStore } from '../../../support/inMemoryMemoryStore';
import { describeMemoryStore } from '../../../support/memoryStoreContract';

let shared: MemoryStore;
beforeEach(() => (shared = new InMemoryMemoryStore()));
describeMemoryStore('InMemoryMemoryStore', () => shared);
