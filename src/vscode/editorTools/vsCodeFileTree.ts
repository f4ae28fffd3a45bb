// The workspace's files and buffers as VS Code has them.
import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import type {
  CandidateQuery,
  EntryKind,
  EntryStat,
  FileTree,
  OpenText,
  TreeEntry,
} from '../../core/workspace/fileTree';
import { renderNotebook } from '../../core/workspace/notebookText';
import type { WorkspaceFolder } from '../../core/workspace/workspace';
import { notebookCells } from './notebooks';
import { RegexGuard } from './regexGuard';
import { findRipgrep, ripgrepCandidates } from './ripgrep';

/** Bytes looked at to tell text from binary. */
const SNIFFED_BYTES = 8192;

function kindOf(type: vscode.FileType): EntryKind {
  if ((type & vscode.FileType.Directory) !== 0) return 'directory';
  return (type & vscode.FileType.File) !== 0 ? 'file' : 'other';
}

/** True for bytes with a NUL that no UTF-16 byte order mark explains. */
function isBinary(bytes: Uint8Array): boolean {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !isUtf16 && bytes.subarray(0, SNIFFED_BYTES).includes(0);
}

const openAt = (uri: vscode.Uri) =>
  vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());

/** Unicode decoded here, as the editor would: asking it costs a round trip to another process for each file of a search. */
function localText(bytes: Uint8Array, uri: vscode.Uri): string | undefined {
  const settings = vscode.workspace.getConfiguration('files', uri);
  const encoding = openAt(uri)?.encoding ?? settings.get<string>('encoding') ?? 'utf8';
  const isGuessed = openAt(uri) === undefined && settings.get<boolean>('autoGuessEncoding') === true;
  if (isGuessed || !(encoding === 'utf8' || encoding === 'utf8bom')) return undefined;
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  return new TextDecoder(mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8').decode(bytes);
}

function editorText(bytes: Uint8Array, uri: vscode.Uri): Thenable<string> {
  const encoding = openAt(uri)?.encoding;
  return encoding === undefined
    ? vscode.workspace.decode(bytes, { uri })
    : vscode.workspace.decode(bytes, { encoding });
}

export interface FileTreeOptions {
  /** False: files are always found by walking, as where there is no ripgrep. */
  usesRipgrep?: boolean;
  /** Absent: the folders of the window. */
  folders?: readonly WorkspaceFolder[];
}

export class VsCodeFileTree implements FileTree {
  readonly windowsNames = process.platform === 'win32';
  private readonly regexGuard = new RegexGuard();
  private ripgrep: Promise<string | undefined> | undefined;

  constructor(private readonly options: FileTreeOptions = {}) {}

  folders(): readonly WorkspaceFolder[] {
    if (this.options.folders) return this.options.folders;
    return (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({ name, uri: uri.toString() }));
  }

  isTrusted(): boolean {
    return vscode.workspace.isTrusted;
  }

  async stat(uri: string): Promise<EntryStat | undefined> {
    try {
      const { type, size } = await vscode.workspace.fs.stat(vscode.Uri.parse(uri));
      return { kind: kindOf(type), size };
    } catch {
      // Whatever can't be looked at is not there for us; reading it would say the same.
      return undefined;
    }
  }

  async children(uri: string): Promise<TreeEntry[]> {
    try {
      const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(uri));
      return entries.map(([name, type]) => ({
        name,
        kind: kindOf(type),
        isLink: (type & vscode.FileType.SymbolicLink) !== 0,
      }));
    } catch {
      // A folder that vanished or may not be read has no entries for us; the walk goes on.
      return [];
    }
  }

  async realUri(uri: string): Promise<string | undefined> {
    const parsed = vscode.Uri.parse(uri);
    if (parsed.scheme !== 'file') return (await this.stat(uri)) && uri;
    try {
      return vscode.Uri.file(await realpath(parsed.fsPath)).toString();
    } catch {
      // Nothing there, a dangling link, or a circle of links.
      return undefined;
    }
  }

  async readText(uri: string): Promise<{ text: string } | 'binary'> {
    const parsed = vscode.Uri.parse(uri);
    const bytes = await vscode.workspace.fs.readFile(parsed);
    if (isBinary(bytes)) return 'binary';
    return { text: localText(bytes, parsed) ?? (await editorText(bytes, parsed)) };
  }

  openTexts(): readonly OpenText[] {
    const notebooks = vscode.workspace.notebookDocuments.filter((notebook) => !notebook.isClosed);
    const documents = vscode.workspace.textDocuments.filter(
      ({ isClosed, uri }) => !isClosed && (uri.scheme === 'untitled' || this.isFolderScheme(uri.scheme)),
    );
    return [...documents.map(openDocument), ...notebooks.map(openNotebook)];
  }

  excludedGlobs(folderUri: string): readonly string[] {
    const scope = vscode.Uri.parse(folderUri);
    const globs = ['files', 'search'].flatMap((section) => {
      const value = vscode.workspace.getConfiguration(section, scope).get<Record<string, unknown>>('exclude') ?? {};
      // A condition ("when") is about sibling files; such files are derived ones that search shows as well.
      return Object.entries(value)
        .filter(([, isOn]) => isOn === true)
        .map(([glob]) => glob);
    });
    return [...new Set(globs)];
  }

  async candidates(query: CandidateQuery, signal: AbortSignal): Promise<string[] | undefined> {
    const folder = vscode.Uri.parse(query.folder);
    if (this.options.usesRipgrep === false || folder.scheme !== 'file' || signal.aborted) return undefined;
    const encoding = vscode.workspace.getConfiguration('files', folder).get<string>('encoding') ?? 'utf8';
    // ripgrep reads UTF-8 and what a byte order mark announces; for the rest only the editor knows the encoding.
    if (!encoding.startsWith('utf8')) return undefined;
    this.ripgrep ??= findRipgrep();
    const executable = await this.ripgrep;
    return executable === undefined ? undefined : ripgrepCandidates(executable, query, signal);
  }

  guard<T>(work: () => T): T | 'timeout' {
    return this.regexGuard.run(work);
  }

  breathe(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  private isFolderScheme(scheme: string): boolean {
    return this.folders().some((folder) => folder.uri.startsWith(`${scheme}:`));
  }
}

function openDocument(document: vscode.TextDocument): OpenText {
  const { uri, languageId, isDirty, isUntitled } = document;
  return {
    uri: uri.toString(),
    label: isUntitled ? untitledLabel(uri) : vscode.workspace.asRelativePath(uri),
    languageId,
    kind: isUntitled ? 'untitled' : 'file',
    isDirty,
    text: () => document.getText(),
  };
}

function openNotebook(notebook: vscode.NotebookDocument): OpenText {
  const { uri, isDirty, isUntitled } = notebook;
  return {
    uri: uri.toString(),
    label: isUntitled ? untitledLabel(uri) : vscode.workspace.asRelativePath(uri),
    languageId: notebook.notebookType,
    kind: isUntitled ? 'untitled' : 'notebook',
    isDirty,
    text: () => renderNotebook(notebookCells(notebook)),
  };
}

/** `Untitled-1`, or the workspace path that a new file was given before its first save. */
function untitledLabel(uri: vscode.Uri): string {
  return uri.path.startsWith('/') ? vscode.workspace.asRelativePath(uri.with({ scheme: 'file' })) : uri.path;
}
