// Files and symbols for `#file:` and `#symbol:` in the chat's input.
import * as vscode from 'vscode';
import type { Completion } from '../../protocol/chat/chatMessages';

const MAX_COMPLETIONS = 30;

/** Files whose path has the query's characters in order; open files first, then names that begin with it. */
export async function completeFiles(query: string): Promise<Completion[]> {
  const pattern = query.replace(/[[\]{}*?!\\]/g, '').replace(/./gu, '*$&');
  const uris = await vscode.workspace.findFiles(
    query.includes('/') ? '**/*' : `**/${anyCase(pattern)}*`,
    undefined,
    2000,
  );
  const wanted = query.toLowerCase();
  return uris
    .map((uri) => ({ path: vscode.workspace.asRelativePath(uri), uri }))
    .filter(({ path }) => isSubsequence(wanted, path.toLowerCase()))
    .map((file) => ({ ...file, rank: rankOf(file.path.toLowerCase(), wanted) }))
    .sort((a, b) => a.rank - b.rank || a.path.length - b.path.length || a.path.localeCompare(b.path))
    .slice(0, MAX_COMPLETIONS)
    .map(({ path }) => {
      const parts = path.split('/');
      // A blank would end the word that names the file.
      const insert = `#file:${path.replaceAll(' ', '%20')}`;
      return { insert, label: parts.at(-1) ?? path, detail: parts.slice(0, -1).join('/'), icon: 'file' };
    });
}

/** Symbols of the workspace as its language services know them. */
export async function completeSymbols(query: string): Promise<Completion[]> {
  const found = await vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
    'vscode.executeWorkspaceSymbolProvider',
    query,
  );
  const names = new Set<string>();
  const completions: Completion[] = [];
  for (const symbol of found ?? []) {
    if (names.has(symbol.name) || completions.length >= MAX_COMPLETIONS) continue;
    names.add(symbol.name);
    completions.push({
      insert: `#symbol:${symbol.name.replace(/\(.*\)$/, '')}`,
      label: symbol.name,
      detail: vscode.workspace.asRelativePath(symbol.location.uri),
      icon: iconOf(symbol.kind),
    });
  }
  return completions;
}

/** Glob patterns are case-sensitive on some file systems: `Ab` becomes `[Aa][Bb]`. */
function anyCase(pattern: string): string {
  return pattern.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}

function rankOf(path: string, query: string): number {
  const name = path.split('/').at(-1) ?? path;
  if (name.startsWith(query)) return 0;
  if (name.includes(query)) return 1;
  return path.includes(query) ? 2 : 3;
}

function isSubsequence(query: string, text: string): boolean {
  let at = -1;
  for (const character of query) {
    at = text.indexOf(character, at + 1);
    if (at === -1) return false;
  }
  return true;
}

function iconOf(kind: vscode.SymbolKind): string {
  switch (kind) {
    case vscode.SymbolKind.Class:
      return 'symbol-class';
    case vscode.SymbolKind.Interface:
      return 'symbol-interface';
    case vscode.SymbolKind.Function:
    case vscode.SymbolKind.Method:
      return 'symbol-method';
    case vscode.SymbolKind.Enum:
      return 'symbol-enum';
    case vscode.SymbolKind.Variable:
    case vscode.SymbolKind.Constant:
      return 'symbol-variable';
    default:
      return 'symbol-misc';
  }
}
