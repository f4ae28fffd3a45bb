// Shared memory as other extensions use it: what they pass is checked here, and nothing rejects.
import * as z from 'zod/mini';
import type { AgentTeamApi } from '../../api';
import { failure, isFailure, type Failure } from '../failure';
import type { MemoryWriter, SharedMemory } from '../memory/sharedMemory';
import { memoryScope } from '../memory/memoryStore';

const API: MemoryWriter = { author: 'api' };
const scopeInput = z._default(memoryScope, 'workspace');
const setInput = z.object({ scope: scopeInput, expectedVersion: z.optional(z.int().check(z.minimum(0))) });
const searchInput = z.object({ scope: z.optional(memoryScope), limit: z.optional(z.int().check(z.minimum(1))) });

export function createMemoryApi(memory: SharedMemory): AgentTeamApi['memory'] {
  return {
    get: async (key, scope) => {
      const place = scopeInput.safeParse(scope);
      const entry = place.success ? await memory.read(place.data, key) : undefined;
      if (!entry || isFailure(entry)) return undefined;
      const { value, version, author } = entry;
      return { value, version, author };
    },
    set: async (key, value, options = {}) => {
      const parsed = setInput.safeParse(options);
      if (!parsed.success) return invalidOptions(parsed.error);
      const { scope, expectedVersion } = parsed.data;
      const change = { key, value, ...(expectedVersion !== undefined && { expectedVersion }) };
      const written = await memory.write(scope, change, API);
      return isFailure(written) ? written : { version: written.entry.version };
    },
    delete: async (key, scope) => {
      const place = scopeInput.safeParse(scope);
      if (place.success) await memory.delete(place.data, { key }, API);
    },
    search: async (query, options = {}) => {
      const parsed = searchInput.safeParse(options);
      if (!parsed.success || typeof query !== 'string') return [];
      const { scope = 'workspace', limit } = parsed.data;
      const hits = await memory.search(query, {
        scopes: [scope],
        ...(limit !== undefined && { limit }),
      });
      return isFailure(hits) ? [] : hits;
    },
  };
}

function invalidOptions(error: z.core.$ZodError): Failure {
  return failure('memory.invalid_options', `Nothing was kept: ${z.prettifyError(error).replaceAll('\n', ' ')}`);
}
