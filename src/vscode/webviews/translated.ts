// Texts of a page in the display language. `npm run l10n` finds them in the tables of src/protocol.
import * as vscode from 'vscode';

export function translated(strings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(strings).map(([key, text]) => [key, vscode.l10n.t(text)]));
}
