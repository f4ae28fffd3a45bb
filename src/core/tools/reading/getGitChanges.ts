// get_git_changes: what differs from the last commit, the index or a base, read-only.
import * as z from 'zod';
import { isFailure } from '../../failure';
import type { GitChanges, GitFileChange } from '../../workspace/workspace';
import { defineTool } from '../defineTool';
import type { Tool, ToolResult } from '../tool';
import type { ReadingPorts } from './readingPorts';
import { counted, failedWith, fitLines, MAX_RESULT_LENGTH } from './textBudget';

type Changes = Exclude<Awaited<ReturnType<GitChanges['changes']>>, { retryable: boolean }>;

const MAX_FILES_SHOWN = 200;

/** `modified src/a.ts (staged)` */
export function gitFileLine(file: GitFileChange): string {
  const from = file.from === undefined ? '' : ` (from ${file.from})`;
  return `${file.status} ${file.path}${from}${file.staged ? ' (staged)' : ''}`;
}

/** Whole files of a diff up to the budget, so that no hunk is shown in part unless one alone is too long. */
export function cutDiff(diff: string, maxLength: number): { text: string; left: number } {
  if (diff.length <= maxLength) return { text: diff, left: 0 };
  const files = diff.split(/^(?=diff --git )/m).filter((part) => part !== '');
  let text = '';
  let used = 0;
  for (const file of files) {
    if (text.length + file.length > maxLength) break;
    text += file;
    used += 1;
  }
  if (used > 0) return { text, left: files.length - used };
  return { text: fitLines(diff.split('\n'), maxLength).text, left: files.length - 1 };
}

function render(changes: Changes, scope: string): ToolResult {
  const against = changes.base === undefined ? '' : ` against ${changes.base}`;
  const branch = changes.head === undefined ? '' : ` on ${changes.head}`;
  if (changes.files.length === 0) return { text: `No ${scope} changes${against}${branch}.` };
  const list = changes.files.slice(0, MAX_FILES_SHOWN).map((file) => `  ${gitFileLine(file)}`);
  if (changes.files.length > list.length) list.push(`  [${changes.files.length - list.length} more]`);
  const head = `${counted(changes.files.length, 'file')} with ${scope} changes${against}${branch}:\n${list.join('\n')}`;
  const { text, left } = cutDiff(changes.diff, Math.max(2000, MAX_RESULT_LENGTH - head.length));
  const isCut = text.length < changes.diff.length;
  const note = isCut
    ? `\n[The diff was cut${left > 0 ? `; ${counted(left, 'file')} left out` : ''}. read_file shows the files.]`
    : '';
  const files = changes.files.map((file) => file.path);
  return { text: `${head}\n\n${text.trimEnd()}${note}`, files, ...(isCut ? { truncated: true } : {}) };
}

export function createGetGitChanges(portsOf: ReadingPorts): Tool {
  return defineTool({
    name: 'get_git_changes',
    description:
      'Gives the changed files and their diff. Scope "working" (default): everything not committed, untracked files included; "staged": the index; "branch": the current branch since it left its base.',
    input: z.object({
      scope: z.enum(['working', 'staged', 'branch']).optional(),
      base: z
        .string()
        .min(1)
        .optional()
        .describe('With scope "branch": the ref to compare with. Default: the branch it came from.'),
    }),
    effect: 'read',
    aliases: { ref: 'base', branch: 'base' },
    title: ({ scope = 'working', base }) => `${scope}${base === undefined ? '' : ` against ${base}`}`,
    async run({ scope, base }, context) {
      // A base makes sense for a branch only; who gives one without a scope means that.
      const wanted = scope ?? (base === undefined ? 'working' : 'branch');
      const query = { scope: wanted, ...(base === undefined ? {} : { base }) };
      const changes = await portsOf(context).git.changes(query, context.signal);
      if (isFailure(changes)) return failedWith(changes);
      return render(changes, wanted === 'working' ? 'uncommitted' : wanted);
    },
  });
}
