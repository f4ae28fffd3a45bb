// Texts in the display language that stand elsewhere than in a call of `vscode.l10n.t`: `npm run l10n` finds them in the tables of
// src/protocol and in what the offline rules and reviews say.
import * as vscode from 'vscode';

export function translated(strings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(strings).map(([key, text]) => [key, translate(text)]));
}

export function translate(text: string, ...values: (string | number)[]): string {
  return vscode.l10n.t(text, ...values);
}
