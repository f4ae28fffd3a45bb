// memory_read, memory_write, memory_search: what the team remembers together.
import * as z from 'zod';
import type { MemoryScope } from '../../../api';
import { isFailure, type Failure } from '../../failure';
import { cutText } from '../../memory/cutText';
import { toolKey } from '../../memory/memoryRecall';
import type { MemoryEntry } from '../../memory/memoryStore';
import { MAX_VALUE_CHARS, SCOPE_PREFIX, valueText } from '../../memory/memoryValue';
import { MAX_HITS, type MemoryWriter, type SharedMemory } from '../../memory/sharedMemory';
import { defineTool } from '../defineTool';
import { toolError, type Tool, type ToolContext, type ToolResult } from '../tool';

type Memory = Pick<SharedMemory, 'read' | 'write' | 'search' | 'list'>;

/** Where a key stands, or why it can stand nowhere. */
type Place = { scope: MemoryScope; key: string };

const KEYS =
  'A key beginning with "run:" is for this run only, with "thread:" for this conversation; any other is for the whole workspace and stays.';
const key = z.string().trim().min(1);
const version = z.int().min(0);
const DEFAULT_LIMIT = 10;
/** Of a value that stands in a message about something else. */
const MAX_QUOTED_TOKENS = 500;
const MAX_NAMED_KEYS = 20;

export function createMemoryTools(memory: Memory): Tool[] {
  return [readTool(memory), writeTool(memory), searchTool(memory)];
}

function readTool(memory: Memory): Tool {
  return defineTool({
    name: 'memory_read',
    description: `Reads one entry of the team's shared memory, with its version and who wrote it. ${KEYS}`,
    input: z.object({ key: key.describe('As memory_search or a prompt names it.') }),
    effect: 'read',
    aliases: { name: 'key', id: 'key' },
    title: ({ key: name }) => name,
    async run({ key: name }, context) {
      const place = placeOf(name, context);
      if (isFailure(place)) return failed(place);
      const entry = await memory.read(place.scope, place.key);
      if (isFailure(entry)) return failed(entry);
      if (entry) return { text: `${headOf(place.scope, entry)}\n${valueText(entry.value)}` };
      return toolError('memory.not_found', `There is no entry "${name}". ${await othersOf(memory, place.scope)}`);
    },
  });
}

function writeTool(memory: Memory): Tool {
  return defineTool({
    name: 'memory_write',
    description: `Keeps a fact for the team: decisions, commands that work, where things are. Not for what the code says itself, and never for secrets. ${KEYS} With expectedVersion nothing is overwritten that you have not seen: 0 for a new entry, else the version that memory_read gave.`,
    input: z.object({
      key: key.describe('Short and telling, such as "build command".'),
      value: z.unknown().describe(`Text, or any JSON; at most ${MAX_VALUE_CHARS} characters.`),
      expectedVersion: version.optional().describe('The version that you have read; 0: the entry must be new.'),
    }),
    effect: 'write',
    aliases: { name: 'key', id: 'key', text: 'value', content: 'value', version: 'expectedVersion' },
    title: ({ key: name }) => name,
    // It stays in the extension's own storage: no file of the workspace is written.
    intents: () => Promise.resolve([]),
    async run({ key: name, value, expectedVersion }, context) {
      const place = placeOf(name, context);
      if (isFailure(place)) return failed(place);
      const change = { key: place.key, value, ...(expectedVersion !== undefined && { expectedVersion }) };
      const written = await memory.write(place.scope, change, writerOf(context));
      if (isFailure(written)) return withPresent(memory, place, written);
      const { entry, replaced } = written;
      const kept = `Kept "${name}" as version ${entry.version}.`;
      if (!replaced || expectedVersion !== undefined) return { text: kept };
      return { text: `${kept} It replaced version ${replaced.version} by ${replaced.author}:\n${quoted(replaced)}` };
    },
  });
}

function searchTool(memory: Memory): Tool {
  return defineTool({
    name: 'memory_search',
    description:
      "Searches the team's shared memory of this run, this conversation and the workspace: entries with words that begin as yours, best first, with a piece of their text.",
    input: z.object({
      query: z.string().trim().min(1).describe('A few words.'),
      limit: z.int().min(1).max(MAX_HITS).optional().describe(`Most entries to show. Default ${DEFAULT_LIMIT}.`),
    }),
    effect: 'read',
    aliases: { text: 'query', q: 'query', maxresults: 'limit' },
    title: ({ query }) => JSON.stringify(query),
    async run({ query, limit = DEFAULT_LIMIT }, context) {
      const hits = await memory.search(query, { scopes: scopesOf(context), limit });
      if (isFailure(hits)) return failed(hits);
      if (hits.length === 0) return { text: `Nothing in shared memory has ${JSON.stringify(query)}.` };
      return { text: hits.map(({ scope, key: name, snippet }) => `${toolKey(scope, name)}: ${snippet}`).join('\n') };
    },
  });
}

function placeOf(name: string, { runId, threadId }: ToolContext): Place | Failure {
  const prefix = SCOPE_PREFIX.exec(name)?.[1];
  const rest = prefix === undefined ? name : name.slice(prefix.length + 1).trim();
  if (prefix === 'run') return { scope: { runId }, key: rest };
  if (prefix !== 'thread') return { scope: 'workspace', key: rest };
  if (threadId !== undefined) return { scope: { threadId }, key: rest };
  const message = 'This run belongs to no conversation. Use a key with "run:" or without a prefix.';
  return { reason: 'memory.no_thread', message, retryable: false };
}

function scopesOf({ runId, threadId }: ToolContext): MemoryScope[] {
  return [{ runId }, ...(threadId === undefined ? [] : [{ threadId }]), 'workspace'];
}

function writerOf({ agent, promptVersion, runId, cause, emit }: ToolContext): MemoryWriter {
  return {
    author: agent,
    runId,
    ...(promptVersion !== undefined && { promptVersion }),
    ...(cause !== undefined && { cause }),
    ...(emit && { emit }),
  };
}

function failed({ reason, message }: Failure): ToolResult {
  return toolError(reason, message);
}

/** Who is told of a newer version gets to see it at once. */
async function withPresent(memory: Memory, { scope, key: name }: Place, why: Failure): Promise<ToolResult> {
  if (why.reason !== 'memory.version_conflict') return failed(why);
  const present = await memory.read(scope, name);
  if (!present || isFailure(present)) return failed(why);
  return toolError(why.reason, `${why.message} What stands there now:\n${headOf(scope, present)}\n${quoted(present)}`);
}

async function othersOf(memory: Memory, scope: MemoryScope): Promise<string> {
  const entries = await memory.list(scope);
  if (isFailure(entries) || entries.length === 0) return 'Nothing is kept there yet.';
  const names = entries.slice(0, MAX_NAMED_KEYS).map((entry) => `"${toolKey(scope, entry.key)}"`);
  const more = entries.length > names.length ? `, and ${entries.length - names.length} more: use memory_search` : '';
  return `There are ${names.join(', ')}${more}.`;
}

function headOf(scope: MemoryScope, { key: name, version: number, author, time }: MemoryEntry): string {
  return `${toolKey(scope, name)} (version ${number}, by ${author}, ${time.slice(0, 10)}):`;
}

function quoted({ value }: MemoryEntry): string {
  return cutText(valueText(value), MAX_QUOTED_TOKENS).text;
}
