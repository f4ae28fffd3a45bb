// list_files: paths by folder and glob.
import * as z from 'zod';
import { isFailure } from '../../failure';
import type { FileLocation } from '../../workspace/workspace';
import { defineTool } from '../defineTool';
import type { Tool, ToolResult } from '../tool';
import type { ReadingPorts } from './readingPorts';
import { counted, failedWith, fitLines } from './textBudget';

const DEFAULT_LIMIT = 200;
/** Counted for the summary of what is not shown. */
const MAX_COUNTED = 5000;

const input = z.object({
  path: z.string().optional().describe('A folder. Default: the whole workspace.'),
  glob: z.string().optional().describe('Such as "*.ts" (at any depth), "src/**/*.test.ts" or "*.{js,ts}".'),
  limit: z.int().min(1).max(2000).optional().describe(`Most paths to show. Default ${DEFAULT_LIMIT}.`),
});

/** How many files each folder has among those not shown: `src/core 120, docs 14`. */
function summarise(files: readonly FileLocation[]): string {
  const counts = new Map<string, number>();
  for (const { path } of files) {
    const segments = path.split('/');
    const folder = segments.slice(0, Math.min(2, segments.length - 1)).join('/') || '.';
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 12);
  return sorted.map(([folder, count]) => `${folder} ${count}`).join(', ');
}

function render(files: readonly FileLocation[], limit: number, isCut: boolean): ToolResult {
  const { text, shown } = fitLines(files.slice(0, limit).map((file) => file.path));
  const rest = files.slice(shown);
  if (rest.length === 0) return { text: `${counted(files.length, 'file')}:\n${text}` };
  const total = `${isCut ? 'over ' : ''}${counted(files.length, 'file')}`;
  const note = `[${shown} of ${total} are shown. The others by folder: ${summarise(rest)}. Give a path or a glob to see them.]`;
  return { text: `${total}:\n${text}\n${note}`, truncated: true };
}

export function createListFiles(portsOf: ReadingPorts): Tool {
  return defineTool({
    name: 'list_files',
    description:
      'Lists files of the workspace, by folder, glob or both. Files that ignore files or settings hide are left out, unless path or glob names them.',
    input,
    effect: 'read',
    aliases: { directory: 'path', dir: 'path', folder: 'path', pattern: 'glob', include: 'glob', maxresults: 'limit' },
    title: ({ path, glob }) => [path, glob].filter(Boolean).join(' '),
    async run({ path, glob, limit = DEFAULT_LIMIT }, context) {
      const { workspace } = portsOf(context);
      const query = {
        limit: MAX_COUNTED,
        ...(path === undefined ? {} : { path }),
        ...(glob === undefined ? {} : { glob }),
      };
      const listed = await workspace.list(query, context.signal);
      if (isFailure(listed)) return failedWith(listed);
      if (listed.files.length > 0) return render(listed.files, limit, listed.truncated);
      const where = path === undefined ? 'in the workspace' : `in "${path}"`;
      return { text: glob === undefined ? `There are no files ${where}.` : `No file ${where} matches "${glob}".` };
    },
  });
}
