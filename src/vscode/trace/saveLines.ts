// Saves what the page shows into a file that a person chooses.
import * as vscode from 'vscode';
import { UserError } from '../../core/failure';

/** Largest export, in bytes: a file is written at once. */
const MAX_BYTES = 256_000_000;

/** Asks for a file and writes lines into it; does nothing when the person leaves the dialog. */
export async function saveLines(name: string, lines: AsyncIterable<string>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [vscode.l10n.t('JSON lines')]: ['jsonl'] },
    title: vscode.l10n.t('Export events'),
  });
  if (uri) await vscode.workspace.fs.writeFile(uri, await bytesOf(lines));
}

async function bytesOf(lines: AsyncIterable<string>): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const line of lines) {
    const part = encoder.encode(`${line}\n`);
    size += part.length;
    if (size > MAX_BYTES) {
      throw new UserError(
        'export.too_large',
        vscode.l10n.t('These are too many events for one file. Filter them first.'),
      );
    }
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
