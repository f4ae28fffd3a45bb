// Sentences about files of traces.
import * as vscode from 'vscode';
import type { TraceFault, TraceImport } from '../../core/telemetry/traceStore';

export function faultSentence(fault: TraceFault, file: string): string {
  switch (fault.reason) {
    case 'trace.not_json':
      return vscode.l10n.t(
        '{0} is not JSON: the fault is at character {1}. Nothing was imported.',
        file,
        fault.offset + 1,
      );
    case 'trace.not_otlp':
      return vscode.l10n.t('{0} holds no OTLP/JSON traces: there is no "resourceSpans" in it.', file);
    case 'trace.too_many_spans':
      return vscode.l10n.t(
        '{0} has more than {1} spans. Nothing was imported: split it and try again.',
        file,
        fault.limit.toLocaleString(vscode.env.language),
      );
    case 'trace.too_many_traces':
      return vscode.l10n.t(
        '{0} has more than {1} traces. Nothing was imported: split it and try again.',
        file,
        fault.limit.toLocaleString(vscode.env.language),
      );
    case 'trace.value_too_long':
      return vscode.l10n.t('{0} has a span that is too large, at character {1}.', file, fault.offset + 1);
    case 'cancelled':
      return vscode.l10n.t('The import was stopped. Nothing was imported.');
  }
}

export function importSentence({ traceIds, spans, skipped, isCutOff }: TraceImport): string {
  const traces = traceIds.length === 1 ? vscode.l10n.t('one trace') : vscode.l10n.t('{0} traces', traceIds.length);
  const sentences = [vscode.l10n.t('Imported {0} with {1} spans.', traces, spans.toLocaleString(vscode.env.language))];
  if (skipped > 0) sentences.push(vscode.l10n.t('{0} spans without valid ids were left out.', skipped));
  if (isCutOff) sentences.push(vscode.l10n.t('The file ends in the middle: what was whole was imported.'));
  return sentences.join(' ');
}
