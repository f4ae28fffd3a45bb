// search_text: matching lines, grouped by file.
import * as z from 'zod';
import { isFailure, type Failure } from '../../failure';
import type { SearchMatch, SearchQuery, Workspace } from '../../workspace/workspace';
import { defineTool } from '../defineTool';
import type { Tool, ToolResult } from '../tool';
import type { ReadingPorts } from './readingPorts';
import { counted, failedWith, fitLines } from './textBudget';

const DEFAULT_LIMIT = 100;
const CONTEXT_LINES = 2;
/** With more matches than this, context lines are left out. */
const MAX_WITH_CONTEXT = 8;

const input = z.object({
  query: z.string().min(1).describe('Text, or a regular expression with isRegex. Case counts; "(?i)" turns that off.'),
  isRegex: z.boolean().optional().describe("ripgrep's syntax, line by line. Default false."),
  include: z.string().optional().describe('Globs, separated by commas, such as "*.ts,docs/**".'),
  exclude: z.string().optional().describe('Globs of files to leave out.'),
  limit: z.int().min(1).max(1000).optional().describe(`Most matches to show. Default ${DEFAULT_LIMIT}.`),
});

/** Lines of one file with their context, each once, matches marked by ":" and context by "-", as ripgrep does. */
function fileLines(matches: readonly SearchMatch[], withContext: boolean): string[] {
  const lines = new Map<number, { text: string; isMatch: boolean }>();
  for (const match of matches) {
    if (withContext) {
      const first = match.line - match.before.length;
      const around = [...match.before, match.text, ...match.after];
      for (const [index, text] of around.entries()) {
        if (!lines.has(first + index)) lines.set(first + index, { text, isMatch: false });
      }
    }
    lines.set(match.line, { text: match.text, isMatch: true });
  }
  const ordered = [...lines].sort(([a], [b]) => a - b);
  return ordered.flatMap(([number, { text, isMatch }], index) => {
    const isGap = withContext && index > 0 && ordered[index - 1]?.[0] !== number - 1;
    return [...(isGap ? ['  …'] : []), `  ${number}${isMatch ? ':' : '-'} ${text}`];
  });
}

function render(matches: readonly SearchMatch[], isCut: boolean, note: string): ToolResult {
  const byFile = new Map<string, SearchMatch[]>();
  for (const match of matches) byFile.set(match.path, [...(byFile.get(match.path) ?? []), match]);
  const withContext = matches.length <= MAX_WITH_CONTEXT;
  const lines = [...byFile].flatMap(([path, found]) => [path, ...fileLines(found, withContext)]);
  const { text, shown } = fitLines(lines);
  const truncated = isCut || shown < lines.length;
  const head = `${isCut ? 'First ' : ''}${counted(matches.length, 'match', 'matches')} in ${counted(byFile.size, 'file')}${note}:`;
  const tail = truncated ? '\n[There are more. Narrow the query, use include, or raise limit.]' : '';
  return { text: `${head}\n${text}${tail}`, files: [...byFile.keys()], ...(truncated ? { truncated } : {}) };
}

async function searchBothCases(
  workspace: Workspace,
  query: SearchQuery,
  signal: AbortSignal,
): Promise<{ matches: SearchMatch[]; truncated: boolean; otherCase: boolean } | Failure> {
  const exact = await workspace.search(query, signal);
  if (isFailure(exact) || exact.matches.length > 0 || !/\p{L}/u.test(query.query)) {
    return isFailure(exact) ? exact : { ...exact, otherCase: false };
  }
  const folded = await workspace.search({ ...query, ignoreCase: true }, signal);
  return isFailure(folded) ? folded : { ...folded, otherCase: true };
}

function nothingFound(query: SearchQuery): string {
  const limits = [query.include && `include "${query.include}"`, query.exclude && `exclude "${query.exclude}"`];
  const within = limits.filter(Boolean).join(' and ');
  const looksLikeRegex = !query.isRegex && /[|*\\^$]|\(\?/.test(query.query);
  return [
    `No match for ${JSON.stringify(query.query)}${within ? ` with ${within}` : ''}, in any case.`,
    ...(looksLikeRegex ? ['It was taken literally: set isRegex for a regular expression.'] : []),
    'Ignored files are searched only where include names them.',
  ].join(' ');
}

export function createSearchText(portsOf: ReadingPorts): Tool {
  return defineTool({
    name: 'search_text',
    description:
      'Searches the text of the workspace line by line, unsaved changes included, and gives matching lines by file ("12: text"; lines around them "11- text" when there are few). Finds nothing in this case? Then case is ignored, and the result says so.',
    input,
    effect: 'read',
    aliases: {
      pattern: 'query',
      text: 'query',
      regex: 'isRegex',
      isregexp: 'isRegex',
      glob: 'include',
      path: 'include',
      maxresults: 'limit',
    },
    title: ({ query, include }) => `${JSON.stringify(query)}${include === undefined ? '' : ` in ${include}`}`,
    async run({ query, isRegex = false, include, exclude, limit = DEFAULT_LIMIT }, context) {
      const { workspace } = portsOf(context);
      const request: SearchQuery = {
        query,
        isRegex,
        limit,
        contextLines: CONTEXT_LINES,
        ...(include === undefined ? {} : { include }),
        ...(exclude === undefined ? {} : { exclude }),
      };
      const found = await searchBothCases(workspace, request, context.signal);
      if (isFailure(found)) return failedWith(found);
      if (found.matches.length === 0) return { text: nothingFound(request) };
      return render(found.matches, found.truncated, found.otherCase ? ', ignoring case (none in this case)' : '');
    },
  });
}
