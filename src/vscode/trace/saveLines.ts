// Saves events that the page shows into a file that a person chooses.
import * as vscode from 'vscode';
import { UserError } from '../../core/failure';
import { writePieces } from './fileText';

const MAX_BYTES = 256_000_000;

/** Asks for a file and writes lines into it; does nothing when the person leaves the dialog. */
export async function saveLines(name: string, lines: AsyncIterable<string>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [vscode.l10n.t('JSON lines')]: ['jsonl'] },
    title: vscode.l10n.t('Export events'),
  });
  if (!uri || (await writePieces(uri, ended(lines), MAX_BYTES)) !== undefined) return;
  throw new UserError('export.too_large', vscode.l10n.t('These are too many events for one file. Filter them first.'));
}

async function* ended(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`;
}
