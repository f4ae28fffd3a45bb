// get_diagnostics: the problems that language services and linters report now.
import * as z from 'zod';
import { isFailure } from '../../failure';
import type { DiagnosticEntry } from '../../workspace/workspace';
import { comparePaths } from '../../workspace/workspacePath';
import { defineTool } from '../defineTool';
import type { Tool, ToolResult } from '../tool';
import type { ReadingPorts } from './readingPorts';
import { counted, failedWith, fitLines } from './textBudget';

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;
const rank = (entry: DiagnosticEntry) => SEVERITIES.indexOf(entry.severity);

/** `src/a.ts:3:5 error: Cannot find name 'x'. (ts 2304)` */
export function diagnosticLine(entry: DiagnosticEntry): string {
  const origin = [entry.source, entry.code].filter((part) => part !== undefined && part !== '').join(' ');
  const message = entry.message.replaceAll(/\s*\r?\n\s*/g, ' ');
  const { line, character } = entry.range.start;
  return `${entry.path}:${line + 1}:${character + 1} ${entry.severity}: ${message}${origin === '' ? '' : ` (${origin})`}`;
}

/** Counts by severity in words: `2 errors, 1 warning`. */
export function countBySeverity(entries: readonly DiagnosticEntry[]): string {
  const parts = SEVERITIES.map((severity) => ({
    severity,
    count: entries.filter((entry) => entry.severity === severity).length,
  })).filter(({ count }) => count > 0);
  return parts
    .map(({ severity, count }) => (severity === 'information' ? `${count} information` : counted(count, severity)))
    .join(', ');
}

function render(entries: readonly DiagnosticEntry[], where: string): ToolResult {
  const sorted = [...entries].sort(
    (a, b) => rank(a) - rank(b) || comparePaths(a.path, b.path) || a.range.start.line - b.range.start.line,
  );
  const lines = sorted.map(diagnosticLine);
  const { text, shown } = fitLines(lines);
  const files = [...new Set(sorted.map((entry) => entry.path))];
  const head = `${countBySeverity(entries)} ${where}:`;
  if (shown === lines.length) return { text: `${head}\n${text}`, files };
  return {
    text: `${head}\n${text}\n[${lines.length - shown} more are left out: give a path.]`,
    files,
    truncated: true,
  };
}

export function createGetDiagnostics(portsOf: ReadingPorts): Tool {
  return defineTool({
    name: 'get_diagnostics',
    description:
      'Gives the errors and warnings that language services and linters report now, for one file, a folder, or all files that they know: "path:line:column severity: message (source)".',
    input: z.object({ path: z.string().optional().describe('A file or folder. Default: the workspace.') }),
    effect: 'read',
    aliases: { file: 'path', filepath: 'path' },
    title: ({ path }) => path ?? '',
    async run({ path }, context) {
      const { workspace, languages } = portsOf(context);
      if (path === undefined || path.trim() === '' || path.trim() === '.') {
        const known = languages.diagnostics().filter((entry) => entry.severity !== 'hint');
        if (known.length > 0) return render(known, 'in the workspace');
        return {
          text: 'No problems are reported. Files that no editor has open may not have been looked at: give a path to have a file checked.',
        };
      }
      const location = await workspace.locate(path, context.signal);
      if (isFailure(location)) return failedWith(location);
      await languages.prepare?.(location, context.signal);
      const exact = languages.diagnostics(location);
      const inside =
        exact.length > 0
          ? exact
          : languages.diagnostics().filter((entry) => entry.path.startsWith(`${location.path}/`));
      if (inside.length > 0) return render(inside, `in ${location.path}`);
      return { text: `No problems are reported in ${location.path}.`, files: [location.path] };
    },
  });
}
