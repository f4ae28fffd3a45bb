// The chat's edge with VS Code: opens and inserts, picks files, looks at the selection, asks and tells.
import * as vscode from 'vscode';
import type { Disposable } from '../../api';
import { UserError, messageOf } from '../../core/failure';
import type { ChangeDecision, Completion, FileTarget } from '../../protocol/chat/chatMessages';
import { pointedPlaces } from '../edge/selectionContext';
import { COMMANDS } from '../ids';
import type { SelectionContext } from './attachedContext';
import type { ChatEdge, PickedFile, RemedyAction } from './chatEdge';
import { completeFiles, completeSymbols } from './contextCompletions';
import { openFileTarget } from '../edge/fileTargets';
import { firstSteps } from './firstSteps';

export interface VsCodeChatEdgeOptions {
  log: (level: 'warn' | 'error', message: string) => void;
  /** The one place that shows errors to people. */
  showError: (error: unknown) => void;
  /** Number of files with uncommitted changes, as far as it is known now. */
  changedFiles: () => number;
  onDidChangeFiles: (handler: () => void) => Disposable;
}

const EDITABLE = new Set([
  'file',
  'untitled',
  'vscode-remote',
  'vscode-vfs',
  'vscode-notebook-cell',
  'vscode-test-web',
]);

export class VsCodeChatEdge implements ChatEdge {
  constructor(private readonly options: VsCodeChatEdgeOptions) {}

  openFile(target: FileTarget): Promise<void> {
    return openFileTarget(target);
  }

  async openTrace(target: { traceId: string; spanId?: string }): Promise<void> {
    await vscode.commands.executeCommand(COMMANDS.openTrace, target);
  }

  async insertAtCursor(text: string): Promise<void> {
    // The chat has the focus: the editor that a person last worked in is still the active one.
    const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
    if (!editor) {
      this.tell('nothingToInsertInto');
      return;
    }
    const done = await editor.edit((edit) => {
      for (const selection of editor.selections) edit.replace(selection, text);
    });
    if (!done) throw new UserError('editor.read_only', vscode.l10n.t('The file in the editor can’t be changed.'));
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  async openInEditor(text: string, language: string): Promise<void> {
    const known = await vscode.languages.getLanguages();
    const languageId = languageOf(language, known);
    const document = await vscode.workspace.openTextDocument({
      content: text,
      ...(languageId && { language: languageId }),
    });
    await vscode.window.showTextDocument(document, { preview: false });
  }

  async copy(text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
  }

  async pickFiles(): Promise<PickedFile[]> {
    const uris = await vscode.workspace.findFiles('**/*', undefined, 5000);
    const open = openUris();
    const entries = uris
      .map((uri) => ({ uri, path: vscode.workspace.asRelativePath(uri), isOpen: open.has(uri.toString()) }))
      .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || a.path.localeCompare(b.path));
    const picked = await vscode.window.showQuickPick(
      entries.map(({ uri, path }) => ({
        label: nameOf(uri),
        description: path,
        iconPath: vscode.ThemeIcon.File,
        resourceUri: uri,
        uri,
      })),
      { canPickMany: true, matchOnDescription: true, title: vscode.l10n.t('Add files as context') },
    );
    return (picked ?? []).map(({ uri }) => ({ uri: uri.toString(), name: nameOf(uri) }));
  }

  async fileOf(uri: string): Promise<PickedFile | undefined> {
    const parsed = vscode.Uri.parse(uri, true);
    if (!vscode.workspace.getWorkspaceFolder(parsed)) return undefined;
    const stat = await vscode.workspace.fs.stat(parsed);
    return stat.type & vscode.FileType.File ? { uri: parsed.toString(), name: nameOf(parsed) } : undefined;
  }

  complete(kind: 'file' | 'symbol', query: string): Promise<Completion[]> {
    return kind === 'file' ? completeFiles(query) : completeSymbols(query);
  }

  selection(): SelectionContext | undefined {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.selection.isEmpty || !EDITABLE.has(editor.document.uri.scheme)) return undefined;
    const [place] = pointedPlaces({ orWholeFile: false });
    return place && { uri: place.uri.toString(), name: nameOf(place.uri), range: place.range };
  }

  onDidChangeSelection(handler: () => void): Disposable {
    return vscode.Disposable.from(
      vscode.window.onDidChangeTextEditorSelection(handler),
      vscode.window.onDidChangeActiveTextEditor(handler),
    );
  }

  firstSteps(): ReturnType<ChatEdge['firstSteps']> {
    return firstSteps(this.options.changedFiles());
  }

  onDidChangeFirstSteps(handler: () => void): Disposable {
    const changes = this.options.onDidChangeFiles(handler);
    return vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(handler),
      vscode.languages.onDidChangeDiagnostics(handler),
      changes,
    );
  }

  async runRemedy(action: RemedyAction): Promise<void> {
    if (action === 'selectModel') await vscode.commands.executeCommand(COMMANDS.selectModel);
    else if (action === 'setApiKey') await vscode.commands.executeCommand(COMMANDS.setApiKey);
    else if (action === 'openFolder') await vscode.commands.executeCommand('vscode.openFolder');
    else await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:agent-team.agent-team');
  }

  async decideChange({ action, ...target }: ChangeDecision): Promise<void> {
    const commands = {
      show: COMMANDS.showChanges,
      accept: COMMANDS.acceptChanges,
      reject: COMMANDS.rejectChanges,
      revert: COMMANDS.revertRun,
    };
    try {
      await vscode.commands.executeCommand(commands[action], { ...target, fromPerson: true });
    } catch (error) {
      // A command loses the kind of its error on the way here.
      void vscode.window.showErrorMessage(messageOf(error));
    }
  }

  async askAboutChanges(files: readonly string[]): Promise<'revert' | 'keep' | undefined> {
    const revert = vscode.l10n.t('Take changes back');
    const keep = vscode.l10n.t('Keep changes');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Send the edited message again?'),
      {
        modal: true,
        detail: vscode.l10n.t('Since that message, these files were changed: {0}', files.join(', ')),
      },
      revert,
      keep,
    );
    if (answer === revert) return 'revert';
    return answer === keep ? 'keep' : undefined;
  }

  tell(notice: Parameters<ChatEdge['tell']>[0]): void {
    const sentences = {
      queueFull: vscode.l10n.t('Too many messages are waiting. Wait for an answer, or take one back.'),
      tooManyImages: vscode.l10n.t('A request takes at most five images.'),
      imagesNotAccepted: vscode.l10n.t('The model in use takes no images. Select another model to send one.'),
      nothingToInsertInto: vscode.l10n.t('Open a file and place the cursor where the code should go.'),
    };
    void vscode.window.showInformationMessage(sentences[notice]);
  }

  showError(error: unknown): void {
    this.options.log('error', messageOf(error));
    this.options.showError(error);
  }

  log(level: 'warn' | 'error', message: string): void {
    this.options.log(level, message);
  }
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}

function openUris(): Set<string> {
  const inputs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.input));
  return new Set(inputs.flatMap((input) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : [])));
}

/** VS Code's id for a language as code fences name it. */
function languageOf(language: string, known: readonly string[]): string | undefined {
  const short: Record<string, string> = {
    ts: 'typescript',
    js: 'javascript',
    py: 'python',
    sh: 'shellscript',
    bash: 'shellscript',
    tsx: 'typescriptreact',
    jsx: 'javascriptreact',
    'c++': 'cpp',
    cs: 'csharp',
    rs: 'rust',
    yml: 'yaml',
    md: 'markdown',
  };
  const id = short[language] ?? language;
  return known.includes(id) ? id : undefined;
}
