// The tools `static_analysis` and `security_scan`: findings as text for models and as data for views.
import * as z from 'zod';
import { isFailure, type Failure } from '../failure';
import { defineTool } from '../tools/defineTool';
import type { ReadingPorts } from '../tools/reading/readingPorts';
import { toolError, type Tool, type ToolContext, type ToolResult } from '../tools/tool';
import type { AnalysisReport, CodeAnalyzer } from './codeAnalyzer';
import { countBySeverity, toFindings } from './findingSet';
import { formatFinding } from './findingText';

const MAX_SHOWN = 60;

const input = z.object({
  path: z.string().optional().describe('A file or folder, relative to the workspace; everything when left out.'),
});

/** The two analysis tools over one analyzer; `portsOf` is asked at each call. */
export function createAnalysisTools(
  analyzer: Pick<CodeAnalyzer, 'analyse' | 'scanSecurity'>,
  portsOf: ReadingPorts,
): Tool[] {
  return [
    defineTool({
      name: 'static_analysis',
      description:
        "Finds likely bugs, security problems and needless complexity in a file, a folder or the whole workspace, with our own rules, the workspace's linters and the language services. Gives file:line, severity, rule, evidence, why, and an exact replacement where one is sure.",
      input,
      effect: 'read',
      aliases: { file: 'path', folder: 'path', directory: 'path' },
      title: ({ path }) => path ?? '',
      run: ({ path }, context) => respond(analyzer.analyse(wanted(path), portsOf(context), context.signal), context),
    }),
    defineTool({
      name: 'security_scan',
      description:
        'Looks for security problems in a file, a folder or the whole workspace: injections, code evaluation, unsafe deserialisation, weak hashes, disabled TLS checks, and secrets of many formats (shown masked). Nothing leaves the machine.',
      input,
      effect: 'read',
      aliases: { file: 'path', folder: 'path', directory: 'path' },
      title: ({ path }) => path ?? '',
      run: ({ path }, context) =>
        respond(analyzer.scanSecurity(wanted(path), portsOf(context), context.signal), context),
    }),
  ];
}

function wanted(path: string | undefined): string | undefined {
  const trimmed = path?.trim();
  return trimmed === undefined || trimmed === '' || trimmed === '.' || trimmed === './' ? undefined : trimmed;
}

async function respond(pending: Promise<AnalysisReport | Failure>, context: ToolContext): Promise<ToolResult> {
  const report = await pending;
  if (isFailure(report)) return toolError(report.reason, report.message);
  const findings = toFindings(report.findings, context.agent);
  const shown = findings.slice(0, MAX_SHOWN);
  const left = findings.length - shown.length;
  const closing = [
    ...(left > 0 ? [`${left} more findings of lower severity are not shown; name a file or folder to see them.`] : []),
    ...report.notes,
  ].map((note) => `Note: ${note}`);
  const text = [headline(report), ...shown.map(formatFinding), ...closing].join('\n\n');
  return {
    text,
    findings,
    files: [...new Set(findings.map(({ path }) => path))],
    ...(left > 0 && { truncated: true }),
  };
}

function headline({ findings, files, sources }: AnalysisReport): string {
  const scope = files.length === 1 ? (files[0] ?? '1 file') : `${files.length} files`;
  const by = `(checked with ${sources.join(', ')})`;
  if (files.length === 0 && findings.length === 0) return 'No file was analysed: there is none that could be checked.';
  if (findings.length === 0) return `No findings in ${scope} ${by}.`;
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} in ${scope}: ${countBySeverity(findings)} ${by}.`;
}
