// What a person looks for among spans, and what a filter keeps. Words come again and again in a trace, so text is compared once with
// each word; then every span is a matter of a few numbers.
import { SPAN_KINDS, SPAN_STATES } from '../../../src/protocol/trace/spanMessages';
import { KEPT } from './rowLayout';
import type { SpanTree } from './spanTree';

export interface SpanFilter {
  /** Names; empty for any. */
  agent: string;
  kind: string;
  onlyErrors: boolean;
  /** 0 for any duration. */
  minimumMs: number;
}

export const NO_FILTER: SpanFilter = { agent: '', kind: '', onlyErrors: false, minimumMs: 0 };

export function isFiltering(filter: SpanFilter): boolean {
  return filter.agent !== '' || filter.kind !== '' || filter.onlyErrors || filter.minimumMs > 0;
}

const ERROR = SPAN_STATES.indexOf('error');
const INTERRUPTED = SPAN_STATES.indexOf('interrupted');

/** True for a span that went wrong. */
export function isFailed(state: number): boolean {
  return state === ERROR || state === INTERRUPTED;
}

/** For every span (by its number) whether it passes, or stands above one that does; the last entry of `KEPT` that holds. */
export function filterSpans(tree: SpanTree, filter: SpanFilter, now: number): { kept: Uint8Array; matches: number } {
  tree.settle();
  const kept = new Uint8Array(tree.size + 1);
  const agents = wordsEqual(tree, filter.agent);
  const kind = SPAN_KINDS.indexOf(filter.kind as (typeof SPAN_KINDS)[number]);
  let matches = 0;
  for (let span = 1; span <= tree.size; span += 1) {
    if (kind !== -1 && tree.kind.at(span) !== kind) continue;
    if (filter.agent !== '' && agents !== tree.agent.at(span)) continue;
    if (filter.onlyErrors && !isFailed(tree.state.at(span))) continue;
    if (filter.minimumMs > 0 && tree.endOf(span, now) - tree.start.at(span) < filter.minimumMs) continue;
    matches += 1;
    kept[span] = KEPT.asMatch;
    // Whatever stands above a kept ancestor is kept already.
    for (let at = tree.parent.at(span); at !== 0 && kept[at] === KEPT.not; at = tree.parent.at(at)) {
      kept[at] = KEPT.asAncestor;
    }
  }
  return { kept, matches };
}

/** A search as it is typed: `tool:read_file agent:qa kind:chat status:error >100ms words`, all of which must hold. */
export interface SpanSearch {
  words: string[];
  fields: { field: 'agent' | 'kind' | 'subject' | 'status'; text: string }[];
  longerMs: number | undefined;
  shorterMs: number | undefined;
}

const FIELDS: Record<string, SpanSearch['fields'][number]['field']> = {
  agent: 'agent',
  kind: 'kind',
  tool: 'subject',
  model: 'subject',
  task: 'subject',
  status: 'status',
};
const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000 };

/** Undefined when nothing is looked for. */
export function parseSpanSearch(text: string): SpanSearch | undefined {
  const search: SpanSearch = { words: [], fields: [], longerMs: undefined, shorterMs: undefined };
  for (const [, quoted, plain = ''] of text.toLowerCase().matchAll(/"([^"]*)"|(\S+)/g)) {
    if (quoted !== undefined) {
      if (quoted !== '') search.words.push(quoted);
      continue;
    }
    const duration = /^([<>])(\d+(?:\.\d+)?)(ms|s|m|min)?$/.exec(plain);
    const [, name = '', value = ''] = /^(\w+):(.*)$/.exec(plain) ?? [];
    const field = FIELDS[name];
    if (duration) {
      const ms = Number(duration[2]) * (UNITS[duration[3] ?? 'ms'] ?? 1);
      if (duration[1] === '>') search.longerMs = ms;
      else search.shorterMs = ms;
    } else if (field && value !== '') search.fields.push({ field, text: value });
    else if (!field) search.words.push(plain);
  }
  const isEmpty = search.words.length === 0 && search.fields.length === 0;
  return isEmpty && search.longerMs === undefined && search.shorterMs === undefined ? undefined : search;
}

/** Spans that are found, in the order of the unfolded tree. */
export function searchSpans(tree: SpanTree, search: SpanSearch, now: number): Int32Array {
  tree.settle();
  const texts = tree.words.map((word) => word.toLowerCase());
  const containing = (text: string) => Uint8Array.from(texts, (word) => (word.includes(text) ? 1 : 0));
  const words = search.words.map((word) => ({ inWords: containing(word), inKinds: namesContaining(SPAN_KINDS, word) }));
  const fields = search.fields.map(({ field, text }) => ({ field, found: tableOf(field, text, containing) }));
  const found: number[] = [];
  for (let span = tree.next(0); span !== 0; span = tree.next(span)) {
    if (!words.every(({ inWords, inKinds }) => hasWord(tree, span, inWords, inKinds))) continue;
    if (!fields.every(({ field, found: table }) => table[valueOf(tree, span, field)] === 1)) continue;
    const duration = tree.endOf(span, now) - tree.start.at(span);
    if (search.longerMs !== undefined && duration <= search.longerMs) continue;
    if (search.shorterMs !== undefined && duration >= search.shorterMs) continue;
    found.push(span);
  }
  return Int32Array.from(found);
}

function hasWord(tree: SpanTree, span: number, inWords: Uint8Array, inKinds: Uint8Array): boolean {
  return (
    inWords[tree.name.at(span)] === 1 ||
    inWords[tree.agent.at(span)] === 1 ||
    inWords[tree.subject.at(span)] === 1 ||
    inKinds[tree.kind.at(span)] === 1
  );
}

function valueOf(tree: SpanTree, span: number, field: SpanSearch['fields'][number]['field']): number {
  if (field === 'status') return tree.state.at(span);
  return tree[field].at(span);
}

function tableOf(field: string, text: string, containing: (text: string) => Uint8Array): Uint8Array {
  if (field === 'kind') return namesContaining(SPAN_KINDS, text);
  return field === 'status' ? namesContaining(SPAN_STATES, text) : containing(text);
}

function namesContaining(names: readonly string[], text: string): Uint8Array {
  return Uint8Array.from(names, (name) => (name.includes(text) ? 1 : 0));
}

/** Number of the word that is `text`; -1 when there is none. */
function wordsEqual(tree: SpanTree, text: string): number {
  return text === '' ? 0 : tree.words.indexOf(text);
}
