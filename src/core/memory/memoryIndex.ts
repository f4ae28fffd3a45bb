// Full-text search over the entries of one scope. Loaded at the first search; kept in step with what the store has.
import MiniSearch from 'minisearch';
import type { MemoryEntry, MemorySnapshot } from './memoryStore';
import { fold, findWord, wordsOf } from './memoryWords';
import { valueText } from './memoryValue';

export interface IndexHit {
  entry: MemoryEntry;
  score: number;
  /** Words of the entry that matched, folded. */
  terms: string[];
}

const SNIPPET_CHARS = 160;

export class MemoryIndex {
  private readonly index = new MiniSearch<MemoryEntry>({
    idField: 'key',
    fields: ['key', 'value'],
    extractField: (entry, field) => (field === 'value' ? valueText(entry.value) : entry.key),
    tokenize: wordsOf,
    processTerm: (term) => term,
    searchOptions: { boost: { key: 3 }, combineWith: 'OR' },
  });
  private readonly entries = new Map<string, MemoryEntry>();
  private revision: string | undefined;

  isAt(revision: string): boolean {
    return this.revision === revision;
  }

  /** Takes over what a scope has now. */
  update({ revision, entries }: MemorySnapshot): void {
    const left = new Set(this.entries.keys());
    for (const entry of entries) {
      left.delete(entry.key);
      const known = this.entries.get(entry.key);
      if (known?.version === entry.version) continue;
      if (known) this.index.remove(known);
      this.index.add(entry);
      this.entries.set(entry.key, entry);
    }
    for (const key of left) {
      const gone = this.entries.get(key);
      if (gone) this.index.remove(gone);
      this.entries.delete(key);
    }
    this.revision = revision;
  }

  /** Every entry with a word that begins with one of the query's, best first; where there is none, words that are spelt nearly so. */
  search(query: string): IndexHit[] {
    const exact = this.index.search(query, { prefix: true });
    const found = exact.length > 0 ? exact : this.index.search(query, { prefix: true, fuzzy: 0.2 });
    return this.hits(found);
  }

  /** Entries with one of exactly these words. */
  match(words: readonly string[]): IndexHit[] {
    return this.hits(this.index.search(words.join(' '), { prefix: false, tokenize: () => [...words] }));
  }

  /** The newest first. */
  all(): MemoryEntry[] {
    return [...this.entries.values()].sort((a, b) => (a.time < b.time ? 1 : -1));
  }

  private hits(found: ReturnType<MiniSearch['search']>): IndexHit[] {
    return found.flatMap(({ id, score, terms }) => {
      const entry = this.entries.get(id as string);
      return entry ? [{ entry, score, terms }] : [];
    });
  }
}

/** A piece of the entry's text around what matched, on one line. */
export function snippetOf({ entry, terms }: Pick<IndexHit, 'entry' | 'terms'>): string {
  const text = valueText(entry.value).replace(/\s+/g, ' ').trim();
  if (text.length <= SNIPPET_CHARS) return text;
  const found = findWord(text, terms.map(fold)) ?? { start: 0, end: 0 };
  const wanted = Math.max(0, Math.floor((found.start + found.end - SNIPPET_CHARS) / 2));
  const start = Math.min(wanted, text.length - SNIPPET_CHARS);
  const from = start === 0 ? 0 : text.lastIndexOf(' ', start + 1) + 1;
  const to = start + SNIPPET_CHARS >= text.length ? text.length : text.lastIndexOf(' ', start + SNIPPET_CHARS);
  const end = to > found.start ? to : start + SNIPPET_CHARS;
  return `${from > 0 ? '…' : ''}${text.slice(from, end).replace(/^\p{Cs}|\p{Cs}$/gu, '')}${end < text.length ? '…' : ''}`;
}
