// What can be known of files without a model: static analysis with the language services, and the security scan, as one report.
import type { AnalysedPorts, AnalysisReport, CodeAnalyzer } from '../analysis/codeAnalyzer';
import { mergeFindings } from '../analysis/findingSet';
import { isFailure } from '../failure';

/** Never fails: what could not be analysed is a note. */
export async function inspectFiles(
  analyzer: Pick<CodeAnalyzer, 'analyse' | 'scanSecurity'>,
  { paths, ports }: { paths: readonly string[]; ports: AnalysedPorts },
  signal: AbortSignal,
): Promise<AnalysisReport> {
  if (paths.length === 0) return { findings: [], files: [], sources: [], notes: [] };
  const reports = [await analyzer.analyse(paths, ports, signal), await analyzer.scanSecurity(paths, ports, signal)];
  const done = reports.flatMap((report) => (isFailure(report) ? [] : [report]));
  return {
    findings: mergeFindings(...done.map(({ findings }) => findings)),
    files: [...new Set(done.flatMap(({ files }) => files))],
    sources: [...new Set(done.flatMap(({ sources }) => sources))],
    notes: [
      ...new Set([
        ...done.flatMap(({ notes }) => notes),
        ...reports.flatMap((report) => (isFailure(report) ? [report.message] : [])),
      ]),
    ],
  };
}
