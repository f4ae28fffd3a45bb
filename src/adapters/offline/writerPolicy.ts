// writer without a model: drafts documentation and explanations from outline, signatures and comments that the code really has.
import { commentSkeleton, draftSymbols, type DraftedSymbol } from './sourceDraft';
import type { Say } from '../../core/say';
import { failureNotes, nextCalls, paragraphs, resultsOf, withoutModel, type Move, type Situation } from './policy';
import type { Place } from './places';
import { changedFiles, targetFiles } from './targetFiles';
import { readLines, readOutline } from './toolText';

const MAX_FILES = 2;
const CHANGELOG = /\b(?:changelog|release notes|commit message|what changed)\b/i;
const EXPLAIN =
  /\b(?:explain|describe|summari[sz]e|what does|what is|walk me|in plain|eli5|erklar|erlauter|beschreib|explique|explica|decris|resume)/i;
const READABLE = /\.(?:md|rst|txt)$/i;

export function writerPolicy(situation: Situation): Move {
  if (CHANGELOG.test(situation.request)) return changelog(situation);
  const targets = targetFiles(situation, { maxFiles: MAX_FILES });
  if ('move' in targets) return targets.move;
  const reads = targets.files.flatMap(({ path }) => [
    { name: 'document_outline', input: { path } },
    { name: 'read_file', input: { path } },
  ]);
  const overview = [
    { name: 'list_files', input: {} },
    { name: 'read_file', input: { path: 'README.md' } },
  ];
  const move = nextCalls(situation, targets.files.length > 0 ? reads : overview);
  return (
    move ?? {
      answer: targets.files.length > 0 ? describeFiles(situation, targets.files) : describeWorkspace(situation),
    }
  );
}

function changelog(situation: Situation): Move {
  const { say } = situation;
  const move = nextCalls(situation, [{ name: 'get_git_changes', input: {} }]);
  if (move) return move;
  const files = changedFiles(situation);
  const list = files.map(({ path }) => `- …: \`${path}\``).join('\n');
  const body =
    files.length === 0
      ? say('There are no uncommitted changes to write about.')
      : `${say('A draft, one line for each changed file; say what each change means to people:')}\n\n${list}`;
  return {
    answer: paragraphs(
      body,
      failureNotes(situation),
      withoutModel(say, say('The list comes from git; the words are yours to fill in.')),
    ),
  };
}

function describeFiles(situation: Situation, files: readonly Place[]): string {
  const { say } = situation;
  const isExplanation = EXPLAIN.test(situation.request);
  const sections = files.map((place) => describeFile(situation, place, isExplanation));
  const claim = isExplanation
    ? say(
        'This is what outline, signatures and comments say; what the code means beyond that takes a model or a reader.',
      )
    : say('The draft has the real symbols and parameters; each “…” is for somebody who knows what it means.');
  return paragraphs(...sections, failureNotes(situation), withoutModel(say, claim));
}

function describeFile(situation: Situation, place: Place, isExplanation: boolean): string {
  const { path } = place;
  const { say } = situation;
  const text = resultsOf(situation, 'read_file').find(({ input }) => input['path'] === path)?.text ?? '';
  const lines = readLines(text);
  const outline = resultsOf(situation, 'document_outline').find(({ input }) => input['path'] === path)?.text ?? '';
  const all = draftSymbols(readOutline(outline), lines);
  const symbols = all.filter((symbol) => overlaps(symbol, place));
  const wanted = symbols.length > 0 ? symbols : all;
  if (wanted.length === 0) return lines.size === 0 ? '' : withoutSymbols(path, lines, say);
  const isPart = symbols.length > 0 && symbols.length < all.length;
  const head = sizeOf(path, { lines: lines.size, symbols: wanted.length, isPart }, say);
  return isExplanation
    ? paragraphs(head, explain(wanted, { path, lines }, say))
    : paragraphs(head, table(wanted, say), skeletons(wanted, path, say));
}

/** A text begins with what it is about; other files without symbols say nothing of themselves. */
function withoutSymbols(path: string, lines: ReadonlyMap<number, string>, say: Say): string {
  const first = [...lines.values()].find((line) => line.trim() !== '') ?? '';
  return READABLE.test(path)
    ? say('{0} has {1} lines and begins: {2}', `\`${path}\``, lines.size, first)
    : say('{0} has {1} lines; the language services know no symbols in it.', `\`${path}\``, lines.size);
}

function sizeOf(
  path: string,
  { lines, symbols, isPart }: { lines: number; symbols: number; isPart: boolean },
  say: Say,
) {
  const file = `**\`${path}\`**`;
  const count = symbols === 1 ? say('1 symbol') : say('{0} symbols', symbols);
  if (lines === 0) return `${file}: ${count}.`;
  return isPart
    ? say('{0} has {1} lines, and {2} in those asked about.', file, lines, count)
    : say('{0} has {1} lines and {2}.', file, lines, count);
}

function overlaps(symbol: DraftedSymbol, { startLine, endLine }: Place): boolean {
  return (
    startLine === undefined || endLine === undefined || (symbol.startLine <= endLine && symbol.endLine >= startLine)
  );
}

function explain(
  symbols: readonly DraftedSymbol[],
  file: { path: string; lines: ReadonlyMap<number, string> },
  say: Say,
): string {
  return symbols
    .slice(0, 15)
    .map((symbol) => {
      const { name, kind, comment, parameters, signature, startLine, endLine } = symbol;
      const takes =
        parameters.length > 0
          ? ` ${say('Takes {0}.', parameters.map((parameter) => `\`${parameter}\``).join(', '))}`
          : '';
      const calls = callsIn(symbol, file.lines);
      const uses = calls.length > 0 ? ` ${say('Calls {0}.', calls.map((call) => `\`${call}\``).join(', '))}` : '';
      const says =
        comment === '' ? ` ${say('It has no comment.')}` : ` ${comment.endsWith('.') ? comment : `${comment}.`}`;
      return `- **${kind} \`${name}\`** (\`${file.path}:${startLine}${endLine > startLine ? `-${endLine}` : ''}\`):${says}${takes}${uses}\n  \`${signature.replaceAll('`', "'")}\``;
    })
    .join('\n');
}

const NO_CALLS = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'return',
  'function',
  'typeof',
  'await',
  'super',
  'def',
  'print',
  'elif',
  'constructor',
  'with',
  'and',
  'or',
  'not',
  'in',
]);

/** Names that the body calls, in order, each once. */
function callsIn({ name, startLine, endLine }: DraftedSymbol, lines: ReadonlyMap<number, string>): string[] {
  const found = new Set<string>();
  for (let number = startLine; number <= endLine; number += 1) {
    const code = (lines.get(number) ?? '').replace(/(["'`])(?:\\.|(?!\1).)*\1/g, '""').replace(/\/\/.*$|#.*$/, '');
    for (const [, called = ''] of code.matchAll(/(?<![\w$])([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\(/g)) {
      if (!NO_CALLS.has(called) && called !== name) found.add(called);
    }
  }
  return [...found].slice(0, 6);
}

function table(symbols: readonly DraftedSymbol[], say: Say): string {
  const shown = symbols.some(({ isPublic }) => isPublic)
    ? symbols.filter(({ isPublic, depth }) => isPublic || depth > 0)
    : symbols;
  const rows = shown
    .slice(0, 25)
    .map(
      ({ name, kind, parameters, comment, startLine }) =>
        `| \`${name}\` | ${kind} | ${parameters.map((parameter) => `\`${parameter}\``).join(', ') || '–'} | ${comment.replaceAll('|', '\\|') || '…'} | ${startLine} |`,
    );
  const titles = [say('Name'), say('Kind'), say('Parameters'), say('What it does'), say('Line')];
  return [`| ${titles.join(' | ')} |`, '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function skeletons(symbols: readonly DraftedSymbol[], path: string, say: Say): string | undefined {
  const missing = symbols
    .filter(({ comment, kind }) => comment === '' && /^(?:function|method|class|constructor)$/.test(kind))
    .slice(0, 6);
  if (missing.length === 0) return undefined;
  const language = /\.pyw?$/.test(path) ? 'python' : 'ts';
  const blocks = missing.map(
    (symbol) =>
      `${say('{0} (line {1}):', `\`${symbol.name}\``, symbol.startLine)}\n\n\`\`\`${language}\n${commentSkeleton(symbol, path)}\n\`\`\``,
  );
  return paragraphs(say('Without a comment so far:'), ...blocks);
}

function describeWorkspace(situation: Situation): string {
  const { say } = situation;
  const [files] = resultsOf(situation, 'list_files');
  const readme = resultsOf(situation, 'read_file').find(({ input }) => input['path'] === 'README.md');
  const begins =
    readme &&
    [...readLines(readme.text).values()]
      .filter((line) => line.trim() !== '')
      .slice(0, 6)
      .map((line) => `> ${line}`)
      .join('\n');
  const listing = files && `\`\`\`\n${files.text.split('\n').slice(0, 30).join('\n')}\n\`\`\``;
  if (!listing && !begins)
    return paragraphs(
      say('Name a file, or open one: then I can draft from its symbols.'),
      failureNotes(situation),
      withoutModel(say, say('Drafts come from the real symbols of a file.')),
    );
  return paragraphs(
    begins,
    listing,
    say('Name a file, or open one, for a draft from its symbols.'),
    withoutModel(say, say('This is what the files themselves say.')),
  );
}
