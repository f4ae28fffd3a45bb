// Shared memory of a team as keys of Redis. Each change is one script, so that of two writers who saw the same version one wins.
//
//   entries:<scope>    hash: key → version, a line break, the entry as JSON
//   deleted:<scope>    hash: key → version of its deletion, so that a version never names two values; the oldest are forgotten
import * as z from 'zod/mini';
import type { MemoryScope } from '../../api';
import {
  compareKeys,
  memoryEntry,
  scopeId,
  type MemoryDraft,
  type MemoryEntry,
  type MemoryRemoval,
  type MemorySnapshot,
  type MemoryStore,
  type PutOptions,
  type PutOutcome,
  type RemoveOutcome,
} from '../../core/memory/memoryStore';
import { RedisAccess, type TeamConnection } from './redisAccess';
import { script } from './redisScripts';

const MAX_DELETIONS = 500;
const NO_EXPECTATION = '';

/** KEYS: entries, deleted, deletions, changes, revisions, scopes. ARGV: scope, key, draft, expected version, most entries. */
const PUT = script(`
local present = redis.call('HGET', KEYS[1], ARGV[2])
local version = present and tonumber(string.match(present, '^%d+')) or 0
if ARGV[4] ~= '' and tonumber(ARGV[4]) ~= version then return {'conflict', present} end
if not present and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return {'full'} end
if not present then version = tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '0') end
local change = redis.call('INCR', KEYS[4])
redis.call('HSET', KEYS[1], ARGV[2], (version + 1) .. '\\n' .. ARGV[3])
redis.call('HDEL', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('HSET', KEYS[5], ARGV[1], change)
redis.call('ZADD', KEYS[6], change, ARGV[1])
return {'written', version + 1, present}`);

/** KEYS as for PUT. ARGV: scope, key, expected version, most deletions. */
const REMOVE = script(`
local present = redis.call('HGET', KEYS[1], ARGV[2])
if not present then return {'absent'} end
local version = tonumber(string.match(present, '^%d+'))
if ARGV[3] ~= '' and tonumber(ARGV[3]) ~= version then return {'conflict', present} end
local change = redis.call('INCR', KEYS[4])
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[2], version + 1)
redis.call('ZADD', KEYS[3], change, ARGV[2])
if redis.call('ZCARD', KEYS[3]) > tonumber(ARGV[4]) then
  redis.call('HDEL', KEYS[2], redis.call('ZPOPMIN', KEYS[3])[1])
end
redis.call('HSET', KEYS[5], ARGV[1], change)
if redis.call('HLEN', KEYS[1]) == 0 then redis.call('ZREM', KEYS[6], ARGV[1]) end
return {'removed', version + 1, present}`);

/** KEYS: entries, revisions. ARGV: scope. */
const SNAPSHOT = script(`
return {redis.call('HGET', KEYS[2], ARGV[1]) or '0', redis.call('HVALS', KEYS[1])}`);

const outcome = z.array(z.union([z.string(), z.number(), z.null()]));
const snapshot = z.tuple([z.string(), z.array(z.string())]);

export class RedisMemoryStore implements MemoryStore {
  private readonly access: RedisAccess;

  constructor(connection: TeamConnection) {
    this.access = new RedisAccess(connection);
  }

  async get(scope: MemoryScope, key: string): Promise<MemoryEntry | undefined> {
    const { entries } = this.access.keys.memory;
    return readEntry(await this.access.use((client) => client.hget(entries(scopeId(scope)), key)));
  }

  async put(scope: MemoryScope, draft: MemoryDraft, { expectedVersion, maxEntries }: PutOptions): Promise<PutOutcome> {
    const expected = expectedVersion ?? NO_EXPECTATION;
    const values = [scopeId(scope), draft.key, JSON.stringify(draft), expected, maxEntries];
    const [kind, ...rest] = outcome.parse(await this.access.run(PUT, this.keysOf(scope), values));
    if (kind === 'full') return { kind };
    if (kind === 'conflict') {
      const present = readEntry(rest[0]);
      return { kind, ...(present && { present }) };
    }
    const [version, before] = rest;
    const replaced = readEntry(before);
    const entry = readEntry(`${String(version)}\n${JSON.stringify(draft)}`);
    if (!entry) throw new Error('Internal error: a draft of shared memory is malformed.');
    return { kind: 'written', entry, ...(replaced && { replaced }) };
  }

  async remove(scope: MemoryScope, key: string, { expectedVersion }: MemoryRemoval): Promise<RemoveOutcome> {
    const values = [scopeId(scope), key, expectedVersion ?? NO_EXPECTATION, MAX_DELETIONS];
    const [kind, ...rest] = outcome.parse(await this.access.run(REMOVE, this.keysOf(scope), values));
    if (kind === 'conflict') {
      const present = readEntry(rest[0]);
      return present ? { kind, present } : { kind: 'absent' };
    }
    const [version, before] = rest;
    const removed = readEntry(before);
    return kind === 'removed' && removed ? { kind, removed, version: Number(version) } : { kind: 'absent' };
  }

  async snapshot(scope: MemoryScope): Promise<MemorySnapshot> {
    const { entries, revisions } = this.access.keys.memory;
    const id = scopeId(scope);
    const [revision, values] = snapshot.parse(await this.access.run(SNAPSHOT, [entries(id), revisions], [id]));
    return { revision, entries: values.flatMap((value) => readEntry(value) ?? []).sort(compareKeys) };
  }

  async revision(scope: MemoryScope): Promise<string> {
    const { revisions } = this.access.keys.memory;
    return (await this.access.use((client) => client.hget(revisions, scopeId(scope)))) ?? '0';
  }

  async scopes(limit: number): Promise<MemoryScope[]> {
    if (limit < 1) return [];
    const { scopes } = this.access.keys.memory;
    const ids = await this.access.use((client) => client.zrevrange(scopes, 0, limit - 1));
    return ids.map(scopeOf);
  }

  async drop(scope: MemoryScope): Promise<void> {
    const { entries, deleted, deletions, revisions, scopes } = this.access.keys.memory;
    const id = scopeId(scope);
    await this.access.use((client) =>
      client.multi().del(entries(id), deleted(id), deletions(id)).hdel(revisions, id).zrem(scopes, id).exec(),
    );
  }

  private keysOf(scope: MemoryScope): string[] {
    const { entries, deleted, deletions, changes, revisions, scopes } = this.access.keys.memory;
    const id = scopeId(scope);
    return [entries(id), deleted(id), deletions(id), changes, revisions, scopes];
  }
}

/** An entry that this version can't read counts as none, and is replaced by the next write like any other. */
function readEntry(text: string | number | null | undefined): MemoryEntry | undefined {
  if (typeof text !== 'string') return undefined;
  const at = text.indexOf('\n');
  try {
    const draft = JSON.parse(text.slice(at + 1)) as object;
    return memoryEntry.safeParse({ ...draft, version: Number(text.slice(0, at)) }).data;
  } catch {
    return undefined;
  }
}

/** The opposite of `scopeId`. */
function scopeOf(id: string): MemoryScope {
  if (id.startsWith('run:')) return { runId: id.slice(4) };
  return id.startsWith('thread:') ? { threadId: id.slice(7) } : 'workspace';
}
