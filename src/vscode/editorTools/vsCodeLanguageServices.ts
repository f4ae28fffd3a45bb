// The `LanguageServices` port over VS Code's commands for language features.
import * as vscode from 'vscode';
import type { Range } from '../../api';
import { isFailure } from '../../core/failure';
import { splitLines } from '../../core/workspace/lineMatcher';
import { baseName } from '../../core/workspace/uri';
import type {
  CodeLocation,
  DiagnosticEntry,
  FileLocation,
  LanguageServices,
  SymbolEntry,
} from '../../core/workspace/workspace';
import { settledDiagnostics, untilAnswered } from './languageWarmUp';
import type { VsCodeWorkspace } from './vsCodeWorkspace';
import { FINDING_SOURCE } from '../ids';

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;
/** Locations with a preview of their line; the rest keep their place without it. */
const MAX_PREVIEWED_FILES = 100;

const kindName = (kind: vscode.SymbolKind) =>
  vscode.SymbolKind[kind].replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

const rangeOf = ({ start, end }: vscode.Range): Range => ({
  start: { line: start.line, character: start.character },
  end: { line: end.line, character: end.character },
});

const toPosition = ({ line, character }: Range['start']) => new vscode.Position(line, character);

type FoundLocation = vscode.Location | vscode.LocationLink;

const targetOf = (found: FoundLocation): { uri: vscode.Uri; range: vscode.Range } =>
  'targetUri' in found ? { uri: found.targetUri, range: found.targetSelectionRange ?? found.targetRange } : found;

export class VsCodeLanguageServices implements LanguageServices {
  /** Languages whose services have answered: from then on, an empty answer is one. */
  private readonly awake = new Set<string>();

  constructor(private readonly workspace: VsCodeWorkspace) {}

  async symbols(query: string, limit: number, signal: AbortSignal): Promise<SymbolEntry[]> {
    const ask = async () => this.workspaceSymbols(query, limit);
    const found = await ask();
    if (found.length > 0 || this.awake.has('*') || signal.aborted) return found;
    // Most services know the workspace only once a file of their language was opened.
    if (!(await this.wakeByOpening(signal))) return found;
    const later = await untilAnswered(ask, (symbols) => symbols.length > 0, signal);
    this.awake.add('*');
    return later;
  }

  async outline(location: FileLocation, signal: AbortSignal): Promise<SymbolEntry[]> {
    const found = await this.ask<vscode.DocumentSymbol | vscode.SymbolInformation>(
      'vscode.executeDocumentSymbolProvider',
      location,
      [],
      signal,
    );
    return found.map((symbol) => documentSymbol(symbol, location));
  }

  async definition(location: FileLocation, position: Range['start'], signal: AbortSignal): Promise<CodeLocation[]> {
    const args = [toPosition(position)];
    const found = await this.ask<FoundLocation>('vscode.executeDefinitionProvider', location, args, signal);
    return this.locations(found, signal);
  }

  async references(location: FileLocation, position: Range['start'], signal: AbortSignal): Promise<CodeLocation[]> {
    const args = [toPosition(position)];
    const found = await this.ask<FoundLocation>('vscode.executeReferenceProvider', location, args, signal);
    return this.locations(found, signal);
  }

  diagnostics(location?: FileLocation): DiagnosticEntry[] {
    const all: [vscode.Uri, readonly vscode.Diagnostic[]][] =
      location === undefined
        ? vscode.languages.getDiagnostics()
        : [[vscode.Uri.parse(location.uri), vscode.languages.getDiagnostics(vscode.Uri.parse(location.uri))]];
    return all.flatMap(([uri, diagnostics]) => {
      const place = location ?? this.workspace.locationOfUri(uri.toString());
      // Findings of reviews that are mirrored in the Problems panel are no news.
      const others = diagnostics.filter(({ source }) => source !== FINDING_SOURCE);
      return place === undefined ? [] : others.map((diagnostic) => diagnosticEntry(diagnostic, place));
    });
  }

  async prepare(location: FileLocation, signal: AbortSignal): Promise<void> {
    const uri = vscode.Uri.parse(location.uri);
    const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    if (isOpen || signal.aborted) return;
    if (isFailure(await this.workspace.read(location, signal))) return;
    await settledDiagnostics(uri, signal);
  }

  async quickFixes(location: FileLocation, range: Range, signal: AbortSignal): Promise<string[]> {
    const at = new vscode.Range(toPosition(range.start), toPosition(range.end));
    const args = [at, vscode.CodeActionKind.QuickFix.value];
    const found = await this.ask<vscode.CodeAction | vscode.Command>(
      'vscode.executeCodeActionProvider',
      location,
      args,
      signal,
    );
    return [...new Set(found.map((action) => action.title))];
  }

  /** Asks about a document, again and again while its service is still starting. */
  private async ask<T>(command: string, location: FileLocation, args: unknown[], signal: AbortSignal): Promise<T[]> {
    if (signal.aborted || !location.uri || location.path.endsWith('.ipynb')) return [];
    const uri = vscode.Uri.parse(location.uri);
    const { languageId } = await vscode.workspace.openTextDocument(uri);
    const once = async () => (await vscode.commands.executeCommand<T[] | undefined>(command, uri, ...args)) ?? [];
    if (this.awake.has(languageId)) return once();
    const found = await untilAnswered(once, (entries) => entries.length > 0, signal);
    // Also after a full wait without an answer: the next question about this language need not wait again.
    this.awake.add(languageId);
    return found;
  }

  private async workspaceSymbols(query: string, limit: number): Promise<SymbolEntry[]> {
    const found =
      (await vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
        'vscode.executeWorkspaceSymbolProvider',
        query,
      )) ?? [];
    const entries = found.flatMap((symbol): SymbolEntry[] => {
      const place = this.workspace.locationOfUri(symbol.location.uri.toString());
      if (place === undefined) return [];
      const container = symbol.containerName === '' ? {} : { container: symbol.containerName };
      return [
        {
          ...place,
          name: symbol.name,
          kind: kindName(symbol.kind),
          range: rangeOf(symbol.location.range),
          ...container,
        },
      ];
    });
    const wanted = query.toLowerCase();
    const closeness = ({ name }: SymbolEntry) =>
      name === query ? 0 : name.toLowerCase() === wanted ? 1 : name.toLowerCase().startsWith(wanted) ? 2 : 3;
    return entries.sort((a, b) => closeness(a) - closeness(b)).slice(0, limit);
  }

  private async wakeByOpening(signal: AbortSignal): Promise<boolean> {
    const listed = await this.workspace.list(
      { glob: '*.{ts,tsx,js,jsx,mts,mjs,py,go,rs,java,cs,php,rb}', limit: 200 },
      signal,
    );
    if (isFailure(listed)) return false;
    const byExtension = new Map(listed.files.map((file) => [file.path.split('.').at(-1), file]));
    for (const file of byExtension.values()) await vscode.workspace.openTextDocument(vscode.Uri.parse(file.uri));
    return byExtension.size > 0;
  }

  private async locations(found: readonly FoundLocation[], signal: AbortSignal): Promise<CodeLocation[]> {
    const lines = new Map<string, string[]>();
    const result: CodeLocation[] = [];
    for (const { uri, range } of found.map(targetOf)) {
      const place = this.workspace.locationOfUri(uri.toString());
      if (place === undefined) {
        const name = baseName(uri.path);
        result.push({ uri: uri.toString(), path: name, range: rangeOf(range), preview: '', isOutside: true });
        continue;
      }
      if (!lines.has(place.uri) && lines.size < MAX_PREVIEWED_FILES) {
        const snapshot = await this.workspace.read(place, signal);
        lines.set(place.uri, isFailure(snapshot) ? [] : splitLines(snapshot.text));
      }
      result.push({ ...place, range: rangeOf(range), preview: lines.get(place.uri)?.[range.start.line] ?? '' });
    }
    return result;
  }
}

function documentSymbol(symbol: vscode.DocumentSymbol | vscode.SymbolInformation, location: FileLocation): SymbolEntry {
  const base = { ...location, name: symbol.name, kind: kindName(symbol.kind) };
  if (!('children' in symbol)) return { ...base, range: rangeOf(symbol.location.range) };
  const children = symbol.children.map((child) => documentSymbol(child, location));
  return { ...base, range: rangeOf(symbol.range), ...(children.length > 0 ? { children } : {}) };
}

function diagnosticEntry(diagnostic: vscode.Diagnostic, place: FileLocation): DiagnosticEntry {
  const { code, source } = diagnostic;
  const value = typeof code === 'object' ? code.value : code;
  return {
    ...place,
    range: rangeOf(diagnostic.range),
    severity: SEVERITIES[diagnostic.severity],
    message: diagnostic.message,
    ...(source === undefined ? {} : { source }),
    ...(value === undefined ? {} : { code: String(value) }),
  };
}
