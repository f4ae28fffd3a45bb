// What the team remembers together: entries by scope, versions for compare-and-set, full-text search. Whoever writes is told what became of it.
import type { EventPayloads, MemoryScope } from '../../api';
import type { Clock } from '../clock';
import type { EventPublisher } from '../events/publisher';
import type { Redact } from '../events/redaction';
import { failure, isFailure, messageOf, type Failure } from '../failure';
import { once } from '../once';
import type { RunContext } from '../runs/runContext';
import type { MemoryIndex } from './memoryIndex';
import { chooseEntries, type Candidate, type Recalled } from './memoryRecall';
import { scopeId, type MemoryEntry, type MemoryStore } from './memoryStore';
import { keyFault, storableValue } from './memoryValue';
import { tellingWords } from './memoryWords';

export interface SharedMemoryOptions {
  /** Opened at the first use; asked at each, so that a store that could not be opened is tried again. */
  store: () => Promise<MemoryStore>;
  clock: Clock;
  publisher: EventPublisher;
  /** Masks secrets in what is kept. */
  redact: Redact;
  /** False for runs that there are not (any more): they get no memory. */
  isRun(runId: string): boolean;
  /** Told of failures that reach whoever asked as well. */
  onProblem(error: unknown): void;
}

/** Who writes, and why. */
export interface MemoryWriter {
  /** An agent's canonical name, `person` or `api`. */
  author: string;
  promptVersion?: string;
  runId?: string;
  /** Id of the event that led to it. */
  cause?: string;
  /** Reports the change as an event of the writer's run; absent: it is one of nobody's run. */
  emit?: RunContext['emit'];
}

export interface MemoryChange {
  key: string;
  value: unknown;
  /** The version that the writer has seen, 0 for none; absent: whatever is there is replaced. */
  expectedVersion?: number;
}

export interface MemoryHit {
  key: string;
  scope: MemoryScope;
  snippet: string;
  /** Higher is better; comparable within one search. */
  score: number;
}

/** Entries of one scope. */
export const MAX_ENTRIES = 500;
const DEFAULT_HITS = 10;
export const MAX_HITS = 50;
const MAX_QUERY_CHARS = 1_000;
/** Of a request, as much says what it is about. */
const MAX_RECALL_CHARS = 4_000;
/** Scopes whose index is kept. */
const MAX_INDEXES = 6;
const MAX_SCOPES = 200;

export class SharedMemory {
  /** By scope; the least recently used first. */
  private readonly indexes = new Map<string, Promise<MemoryIndex>>();
  private readonly loadSearch = once(() => import('./memoryIndex'));

  constructor(private readonly options: SharedMemoryOptions) {}

  read(scope: MemoryScope, key: string): Promise<MemoryEntry | undefined | Failure> {
    return this.attempt(async () => structuredClone(await (await this.options.store()).get(scope, key)));
  }

  /** Keeps a value, with secrets masked; a stale `expectedVersion` changes nothing and is told the present version. */
  async write(
    scope: MemoryScope,
    { key, value, expectedVersion }: MemoryChange,
    by: MemoryWriter,
  ): Promise<{ entry: MemoryEntry; replaced?: MemoryEntry } | Failure> {
    const { store, clock, redact } = this.options;
    const fault = keyFault(key, redact) ?? this.scopeFault(scope);
    if (fault) return fault;
    const storable = storableValue(value, redact);
    if (isFailure(storable)) return storable;
    const { author, promptVersion, runId, cause } = by;
    const draft = {
      key,
      value: storable.value,
      author,
      time: new Date(clock.now()).toISOString(),
      ...(promptVersion !== undefined && { promptVersion }),
      ...(runId !== undefined && { runId }),
      ...(cause !== undefined && { cause }),
    };
    const options = { maxEntries: MAX_ENTRIES, ...(expectedVersion !== undefined && { expectedVersion }) };
    const outcome = await this.attempt(async () => (await store()).put(scope, draft, options));
    if (isFailure(outcome)) return outcome;
    if (outcome.kind === 'conflict') return conflict(key, outcome.present, expectedVersion);
    if (outcome.kind === 'full') return full();
    const { entry, replaced } = outcome;
    this.report({ key, scope, version: entry.version, author }, by);
    return { entry, ...(replaced && { replaced }) };
  }

  /** Deletes an entry; gives what was deleted, undefined where there was none. */
  async delete(
    scope: MemoryScope,
    { key, expectedVersion }: { key: string; expectedVersion?: number },
    by: MemoryWriter,
  ): Promise<MemoryEntry | undefined | Failure> {
    const { store, clock } = this.options;
    const time = new Date(clock.now()).toISOString();
    const removal = { author: by.author, time, ...(expectedVersion !== undefined && { expectedVersion }) };
    const outcome = await this.attempt(async () => (await store()).remove(scope, key, removal));
    if (isFailure(outcome)) return outcome;
    if (outcome.kind === 'absent') return undefined;
    if (outcome.kind === 'conflict') return conflict(key, outcome.present, expectedVersion);
    this.report({ key, scope, version: outcome.version, author: by.author, deleted: true }, by);
    return outcome.removed;
  }

  /** All entries of a scope in the order of their keys. */
  list(scope: MemoryScope): Promise<MemoryEntry[] | Failure> {
    return this.attempt(async () => (await (await this.options.store()).snapshot(scope)).entries);
  }

  /** Scopes that have entries. */
  scopes(): Promise<MemoryScope[] | Failure> {
    return this.attempt(async () => (await this.options.store()).scopes(MAX_SCOPES));
  }

  /** Entries with a word that begins with one of the query's, best first. */
  search(
    query: string,
    { scopes, limit = DEFAULT_HITS }: { scopes: readonly MemoryScope[]; limit?: number },
  ): Promise<MemoryHit[] | Failure> {
    return this.attempt(async () => {
      const { snippetOf } = await this.loadSearch();
      const hits = await this.inScopes(scopes, (index) => index.search(query.slice(0, MAX_QUERY_CHARS)));
      return hits
        .sort((a, b) => b.hit.score - a.hit.score)
        .slice(0, Math.min(limit, MAX_HITS))
        .map(({ scope, hit }) => ({ key: hit.entry.key, scope, snippet: snippetOf(hit), score: rounded(hit.score) }));
    });
  }

  /** What of these scopes a prompt about `request` gets, within `maxTokens`; undefined where nothing is relevant. */
  async recall(
    request: string,
    { scopes, maxTokens }: { scopes: readonly MemoryScope[]; maxTokens: number },
  ): Promise<Recalled | undefined> {
    const words = tellingWords(request.slice(0, MAX_RECALL_CHARS));
    if (maxTokens <= 0) return undefined;
    const recalled = await this.attempt(async () => {
      const candidates = await this.inScopes(scopes, (index, scope): Candidate[] => {
        const hits = words.length === 0 ? [] : index.match(words);
        const scores = new Map(hits.map(({ entry, score }) => [entry.key, score]));
        return index.all().map((entry) => ({ scope, entry, score: scores.get(entry.key) ?? 0 }));
      });
      return chooseEntries(
        candidates.map(({ hit }) => hit),
        maxTokens,
      );
    });
    return isFailure(recalled) ? undefined : recalled;
  }

  private async inScopes<T>(
    scopes: readonly MemoryScope[],
    find: (index: MemoryIndex, scope: MemoryScope) => T[],
  ): Promise<{ scope: MemoryScope; hit: T }[]> {
    const found: { scope: MemoryScope; hit: T }[] = [];
    for (const scope of scopes) {
      const index = await this.indexOf(scope);
      found.push(...find(index, scope).map((hit) => ({ scope, hit })));
    }
    return found;
  }

  /** The scope's index, as new as the store. */
  private async indexOf(scope: MemoryScope): Promise<MemoryIndex> {
    const id = scopeId(scope);
    const known = this.indexes.get(id);
    const next = (async () => {
      const store = await this.options.store();
      const { MemoryIndex } = await this.loadSearch();
      // An update that failed has left nothing that could be built on.
      const index = (await known?.catch(() => undefined)) ?? new MemoryIndex();
      if (!index.isAt(await store.revision(scope))) index.update(await store.snapshot(scope));
      return index;
    })();
    this.indexes.delete(id);
    this.indexes.set(id, next);
    if (this.indexes.size > MAX_INDEXES) {
      const [oldest] = this.indexes.keys();
      if (oldest !== undefined) this.indexes.delete(oldest);
    }
    return next;
  }

  private scopeFault(scope: MemoryScope): Failure | undefined {
    if (scope === 'workspace' || !('runId' in scope) || this.options.isRun(scope.runId)) return undefined;
    return failure('memory.unknown_run', `There is no run ${scope.runId}. It may have been deleted.`);
  }

  private report(payload: EventPayloads['memory.written'], { emit, author }: MemoryWriter): void {
    if (emit) emit('memory.written', payload);
    else this.options.publisher.publish({ topic: 'memory.written', payload, source: author });
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T | Failure> {
    try {
      return await work();
    } catch (error) {
      this.options.onProblem(error);
      return failure('memory.unavailable', `Shared memory can't be used at the moment: ${messageOf(error)}`, true);
    }
  }
}

function conflict(key: string, present: MemoryEntry | undefined, expectedVersion = 0): Failure {
  const now = present
    ? `has version ${present.version} by ${present.author} now, not ${expectedVersion}`
    : `does not exist (any more), so it has no version ${expectedVersion}`;
  const remedy = `Read it again and write with expectedVersion ${present?.version ?? 0}.`;
  return failure('memory.version_conflict', `The entry "${key}" ${now}. Nothing was changed. ${remedy}`);
}

function full(): Failure {
  const message = `This scope of shared memory has ${MAX_ENTRIES} entries already, which is its limit. Delete some, or put more into one entry.`;
  return failure('memory.full', message);
}

function rounded(score: number): number {
  return Math.round(score * 1_000) / 1_000;
}
