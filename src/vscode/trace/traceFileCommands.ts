// `agentTeam.exportTrace` and `agentTeam.importTrace`: traces as OTLP/JSON files. With arguments they never ask; without, they do.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { TraceSummary } from '../../api';
import { messageOf, UserError } from '../../core/failure';
import { IMPORTED_SHARE } from '../../core/runs/runHousekeeping';
import type { SettingsSource } from '../../core/settings';
import type { TraceImport, TraceStore } from '../../core/telemetry/traceStore';
import { fileUri, parseArguments, uriArgument } from '../edge/commandArguments';
import { COMMANDS } from '../ids';
import { textPieces, writePieces } from './fileText';
import { faultSentence, importSentence } from './traceFileTexts';

export interface TraceFileCommandsOptions {
  traces: Pick<TraceStore, 'list' | 'exportOtlp' | 'exportText' | 'importText'>;
  settings: SettingsSource;
}

const fileArguments = z.object({
  traceId: z.string().trim().toLowerCase().min(1).optional(),
  uri: uriArgument.optional(),
});

/** Files are read and written as a whole. */
const MAX_FILE_BYTES = 512_000_000;
const BYTES_PER_MEGABYTE = 1_000_000;

export class TraceFileCommands {
  constructor(private readonly options: TraceFileCommandsOptions) {}

  /** Writes one trace or all of them; returns the file. Called with arguments but without a file, it returns the document. */
  async export(args: unknown[]): Promise<unknown> {
    const { value, fromPerson } = parseArguments(fileArguments, args, COMMANDS.exportTrace);
    if (fromPerson) return this.exportAsking();
    const { traceId } = value;
    if (traceId !== undefined && !this.options.traces.list().some((trace) => trace.traceId === traceId)) {
      throw new UserError('trace.unknown', vscode.l10n.t('There is no trace {0}.', traceId));
    }
    const traceIds = traceId === undefined ? undefined : [traceId];
    if (value.uri === undefined) return this.options.traces.exportOtlp(traceIds);
    const uri = fileUri(value.uri);
    await this.write(uri, traceIds);
    return uri;
  }

  /** Reads a file; returns the ids of its traces. */
  async import(args: unknown[]): Promise<string[]> {
    const { value, fromPerson } = parseArguments(fileArguments, args, COMMANDS.importTrace);
    if (fromPerson) return this.importAsking();
    if (value.uri === undefined) {
      throw new UserError('command.bad_arguments', vscode.l10n.t('Name the file to import as "uri".'));
    }
    const { traceIds } = await this.read(fileUri(value.uri), value.traceId);
    return traceIds;
  }

  /** Asks for a file and writes the trace, or the one that the person picks. */
  async exportAsking(traceId?: string): Promise<vscode.Uri | undefined> {
    const traceIds = traceId === undefined ? await this.pickTraces() : [traceId];
    if (!traceIds) return undefined;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = traceIds.length === 1 ? `trace-${traceIds[0]?.slice(0, 8) ?? ''}.otlp.json` : 'traces.otlp.json';
    const uri = await vscode.window.showSaveDialog({
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
      filters: { [vscode.l10n.t('OTLP/JSON traces')]: ['json'] },
      title: vscode.l10n.t('Export traces'),
    });
    if (!uri) return undefined;
    await this.write(uri, traceIds);
    void this.tellOfExport(uri);
    return uri;
  }

  private async importAsking(): Promise<string[]> {
    const [uri] =
      (await vscode.window.showOpenDialog({
        filters: { [vscode.l10n.t('OTLP/JSON traces')]: ['json', 'jsonl', 'ndjson', 'otlp'] },
        title: vscode.l10n.t('Import traces'),
        openLabel: vscode.l10n.t('Import'),
      })) ?? [];
    if (!uri) return [];
    const location = vscode.ProgressLocation.Notification;
    const title = vscode.l10n.t('Importing traces from {0}', uri.path.split('/').at(-1) ?? '');
    const imported = await vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
      const stop = new AbortController();
      const listening = token.onCancellationRequested(() => stop.abort());
      try {
        return await this.read(uri, undefined, stop.signal);
      } finally {
        listening.dispose();
      }
    });
    if (imported.traceIds.length > 0) void this.tellOfImport(imported);
    return imported.traceIds;
  }

  private async pickTraces(): Promise<string[] | undefined> {
    const traces = this.options.traces.list();
    if (traces.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no trace to export yet. Ask the team first.'));
      return undefined;
    }
    const all = {
      label: vscode.l10n.t('All {0} traces', traces.length),
      traceIds: traces.map((trace) => trace.traceId),
    };
    const items = traces.map((trace) => ({ ...describe(trace), traceIds: [trace.traceId] }));
    const picked = await vscode.window.showQuickPick(traces.length === 1 ? items : [all, ...items], {
      placeHolder: vscode.l10n.t('Choose a trace to export'),
      matchOnDescription: true,
    });
    return picked?.traceIds;
  }

  private async write(uri: vscode.Uri, traceIds: string[] | undefined): Promise<void> {
    try {
      const bytes = await writePieces(uri, this.options.traces.exportText(traceIds), MAX_FILE_BYTES);
      if (bytes !== undefined) return;
    } catch (cause) {
      const message = vscode.l10n.t('{0} could not be written: {1}', uri.fsPath, messageOf(cause));
      throw new UserError('trace.not_written', message, { cause });
    }
    throw new UserError(
      'trace.file_too_large',
      vscode.l10n.t('These traces are too large for one file. Export them one by one.'),
    );
  }

  private async read(uri: vscode.Uri, traceId: string | undefined, signal?: AbortSignal): Promise<TraceImport> {
    const bytes = await this.bytesOf(uri);
    const outcome = await this.options.traces.importText(textPieces(bytes), {
      ...(traceId !== undefined && { traceId }),
      ...(signal && { signal }),
    });
    if (!('reason' in outcome)) return outcome;
    if (outcome.reason === 'cancelled') return { traceIds: [], spans: 0, skipped: 0, isCutOff: false };
    throw new UserError(outcome.reason, faultSentence(outcome, uri.path.split('/').at(-1) ?? uri.toString()));
  }

  /** Checked before it is read: what would be deleted again at once is not taken. */
  private async bytesOf(uri: vscode.Uri): Promise<Uint8Array> {
    const limit = Math.min(
      MAX_FILE_BYTES,
      this.options.settings().retention.maxMegabytes * BYTES_PER_MEGABYTE * IMPORTED_SHARE,
    );
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size <= limit) return await vscode.workspace.fs.readFile(uri);
    } catch (cause) {
      const message = vscode.l10n.t('{0} could not be read: {1}', uri.fsPath, messageOf(cause));
      throw new UserError('trace.not_read', message, { cause });
    }
    throw new UserError(
      'trace.file_too_large',
      vscode.l10n.t(
        'The file is larger than the {0} MB that imported traces may take. Raise {1}, or import a part of it.',
        Math.round(limit / BYTES_PER_MEGABYTE),
        'agentTeam.retention.maxMegabytes',
      ),
    );
  }

  private async tellOfImport(imported: TraceImport): Promise<void> {
    const show = vscode.l10n.t('Show');
    if ((await vscode.window.showInformationMessage(importSentence(imported), show)) !== show) return;
    await vscode.commands.executeCommand(COMMANDS.openTrace, { traceId: imported.traceIds[0] });
  }

  private async tellOfExport(uri: vscode.Uri): Promise<void> {
    const open = vscode.l10n.t('Open');
    const settings = vscode.l10n.t('Settings');
    const { exportContent } = this.options.settings().trace;
    const choice = exportContent
      ? await vscode.window.showInformationMessage(
          vscode.l10n.t('Exported the traces with messages and tool contents.'),
          open,
        )
      : await vscode.window.showInformationMessage(
          vscode.l10n.t('Exported the traces, without messages and tool contents.'),
          open,
          settings,
        );
    if (choice === open) await vscode.commands.executeCommand('vscode.open', uri);
    if (choice !== settings) return;
    await vscode.commands.executeCommand('workbench.action.openSettings', 'agentTeam.trace.exportContent');
  }
}

function describe(trace: TraceSummary): vscode.QuickPickItem {
  const spans = vscode.l10n.t('{0} spans', trace.spans);
  const started = new Date(trace.startTime).toLocaleString(vscode.env.language);
  const imported = trace.imported && trace.runId === undefined ? vscode.l10n.t('imported') : '';
  return { label: trace.name, description: [started, spans, imported].filter(Boolean).join(' · ') };
}
