// What language services say, as findings. Hints and information are left out: they are taste, or shown by the editor anyway.
import type { DiagnosticEntry } from '../workspace/workspace';
import type { FindingDraft } from './rule';

/** Findings for errors and warnings; `lineAt` gives a line's text (1-based) where the file is at hand. */
export function diagnosticFindings(
  entries: readonly DiagnosticEntry[],
  lineAt: (path: string, line: number) => string | undefined,
): FindingDraft[] {
  return entries.flatMap((entry) => {
    if (entry.severity !== 'error' && entry.severity !== 'warning') return [];
    const startLine = entry.range.start.line + 1;
    const [title = '', ...details] = entry.message.split('\n');
    const source = entry.source ?? 'language service';
    return {
      path: entry.path,
      startLine,
      endLine: entry.range.end.line + 1,
      severity: entry.severity === 'error' ? 'major' : 'minor',
      category: 'bug',
      title: title.trim(),
      why: [`Reported by ${source}${entry.code === undefined ? '' : ` (${entry.code})`}.`, ...details].join(' '),
      evidence: lineAt(entry.path, startLine)?.trim() ?? '',
      confidence: entry.severity === 'error' ? 0.95 : 0.7,
      rule: `${source}/${entry.code ?? entry.severity}`,
    } satisfies FindingDraft;
  });
}
