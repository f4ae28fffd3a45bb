// researcher without a model: searches for the names that the request mentions and answers with places.
import { fold, STOP_WORDS } from './keywords';
import type { Say } from '../../core/say';
import {
  andMore,
  failureNotes,
  nextCalls,
  paragraphs,
  resultsOf,
  withoutModel,
  type Move,
  type Situation,
} from './policy';
import { readLocations, readMatches, readSymbols, type Hit } from './toolText';

const MAX_TERMS = 2;
const MAX_HITS = 12;
const OVERVIEW =
  /\b(?:overview|architecture|structure|entry points?|project|repo(?:sitory)?|code ?base|workspace|uberblick|aufbau|apercu|resumen)\b/i;
const SEARCH_WORDS = new Set(
  'where find locate look search show list defined definition declared declare usage usages reference references caller callers call calls called uses using place places implemented implementation happen happens handled handle who which how many every wo ist sind wird werden definiert finde suche aufgerufen verwendet benutzt zeige donde esta busca encuentra cherche trouve quels fichiers work works module modules part parts explore investigate trace'.split(
    ' ',
  ),
);

export function researcherPolicy(situation: Situation): Move {
  const terms = termsOf(situation);
  if (terms.length === 0) return overview(situation);
  const searches = terms.flatMap((term) => [
    { name: 'find_symbols', input: { query: term.replace(/^.*[.:]/, ''), limit: 20 } },
    { name: 'search_text', input: { query: term, limit: 60 } },
  ]);
  const search = nextCalls(situation, searches);
  if (search) return search;
  const references = definitionsOf(situation, terms)
    .slice(0, MAX_TERMS)
    .map(({ path, line, name }) => ({ name: 'find_references', input: { path, line, symbol: name } }));
  return nextCalls(situation, references) ?? { answer: report(situation, terms) };
}

/** What to search for: names of code first, then the longest words that say something. */
function termsOf({ places, request, outcomes }: Situation): string[] {
  if (places.names.length > 0) return places.names.slice(0, MAX_TERMS);
  const words = (request.match(/[\p{L}\p{N}_$-]{3,}/gu) ?? []).filter(
    (word) => !STOP_WORDS.has(fold(word)) && !SEARCH_WORDS.has(fold(word)),
  );
  if (OVERVIEW.test(request) && words.every((word) => OVERVIEW.test(word))) return [];
  if (words.length > 0) return [...new Set(words)].sort((a, b) => b.length - a.length).slice(0, MAX_TERMS);
  const selected = outcomes.find(({ name }) => name === 'get_editor_context')?.text;
  const [symbol] = /<selection>\n\s*([A-Za-z_$][\w$]*)\s*\n<\/selection>/.exec(selected ?? '')?.slice(1) ?? [];
  return symbol === undefined ? [] : [symbol];
}

function definitionsOf(situation: Situation, terms: readonly string[]): (Hit & { name: string })[] {
  const symbols = resultsOf(situation, 'find_symbols').flatMap(({ text }) => readSymbols(text));
  const bare = terms.map((term) => term.replace(/^.*[.:]/, ''));
  const exact = symbols.filter(({ name }) => bare.includes(name.replace(/\(.*$/, '')));
  const unique = new Map(
    exact.map((symbol) => [`${symbol.path}:${symbol.line}`, { ...symbol, name: symbol.name.replace(/\(.*$/, '') }]),
  );
  return [...unique.values()];
}

function report(situation: Situation, terms: readonly string[]): string {
  const { say } = situation;
  const [first = '', second] = terms.map((term) => `\`${term}\``);
  const shown = second === undefined ? first : say('{0} and {1}', first, second);
  const defined = definitionsOf(situation, terms);
  const similar = resultsOf(situation, 'find_symbols')
    .flatMap(({ text }) => readSymbols(text))
    .filter((symbol) => !defined.some(({ path, line }) => path === symbol.path && line === symbol.line));
  const references = resultsOf(situation, 'find_references')
    .flatMap(({ text }) => readLocations(text))
    .filter((hit) => !defined.some(({ path, line }) => path === hit.path && line === hit.line));
  const covered = new Set([...defined, ...references].map(({ path, line }) => `${path}:${line}`));
  const matches = resultsOf(situation, 'search_text')
    .flatMap(({ text }) => readMatches(text))
    .filter(({ path, line }) => !covered.has(`${path}:${line}`));
  const found = defined.length + similar.length + references.length + matches.length;
  return paragraphs(
    found === 0 ? say('Nothing found for {0}, neither as a symbol nor as text.', shown) : undefined,
    section(say, say('Defined'), defined.map(toLine)),
    section(say, say('Used ({0})', references.length), references.map(toLine)),
    section(say, say('Symbols with a similar name'), defined.length > 0 ? [] : similar.map(toLine)),
    section(
      say,
      references.length > 0 || defined.length > 0
        ? say('Also in the text ({0})', matches.length)
        : say('Text matches for {0} ({1})', shown, matches.length),
      matches.map(toLine),
    ),
    failureNotes(situation),
    withoutModel(say, say('These are the hits of symbol and text search; how they hang together is for you to read.')),
  );
}

function section(say: Say, title: string, lines: readonly string[]): string | undefined {
  const unique = [...new Set(lines)];
  if (unique.length === 0) return undefined;
  const more = unique.length > MAX_HITS ? `\n- ${andMore(say, unique.length - MAX_HITS)}` : '';
  return `**${title}**\n${unique.slice(0, MAX_HITS).join('\n')}${more}`;
}

function toLine({ path, line, text }: Hit): string {
  const code = text.replaceAll('`', "'").trim();
  return `- \`${path}:${line}\` \`${code.length > 100 ? `${code.slice(0, 99)}…` : code}\``;
}

/** No name to search for: the file in front of the person, or the folders. */
function overview(situation: Situation): Move {
  const { places, say } = situation;
  const calls =
    places.files.length > 0
      ? places.files.map(({ path }) => ({ name: 'document_outline', input: { path } }))
      : [
          { name: 'list_files', input: {} },
          { name: 'get_editor_context', input: {} },
        ];
  const move = nextCalls(situation, calls);
  if (move) return move;
  const outlines = resultsOf(situation, 'document_outline').map(
    ({ text }) => `\`\`\`\n${text.split('\n').slice(0, 40).join('\n')}\n\`\`\``,
  );
  const [files] = resultsOf(situation, 'list_files');
  const folders = files && section(say, say('Files by folder'), folderLines(files.text));
  const nothing = outlines.length === 0 && !folders ? say('Name a symbol, a word or a file to look for.') : undefined;
  return {
    answer: paragraphs(
      nothing,
      ...outlines,
      folders,
      failureNotes(situation),
      withoutModel(say, say('This is what the language services and the file list say.')),
    ),
  };
}

function folderLines(listing: string): string[] {
  const counts = new Map<string, string[]>();
  for (const path of listing.split('\n').slice(1)) {
    if (path === '' || path.startsWith('[')) continue;
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
    counts.set(folder, [...(counts.get(folder) ?? []), path.slice(path.lastIndexOf('/') + 1)]);
  }
  return [...counts].map(
    ([folder, names]) =>
      `- \`${folder}\` (${names.length}): ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`,
  );
}
