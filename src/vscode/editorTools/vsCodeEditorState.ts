// The `EditorState` port: what the person looks at, also while a view of ours has the focus.
import * as vscode from 'vscode';
import type { Disposable, Range } from '../../api';
import type { EditorContext, EditorState, FileLocation } from '../../core/workspace/workspace';
import { placeOfDocument } from './notebookPlaces';
import type { VsCodeWorkspace } from './vsCodeWorkspace';

/** A selection's text is kept up to here, in characters. */
const MAX_SELECTION_LENGTH = 100_000;

export class VsCodeEditorState implements EditorState, Disposable {
  private last: vscode.TextEditor | undefined = vscode.window.activeTextEditor;
  private readonly listener = vscode.window.onDidChangeActiveTextEditor((editor) => {
    if (editor && this.placeOf(editor.document)) this.last = editor;
  });

  constructor(private readonly workspace: VsCodeWorkspace) {}

  current(): EditorContext {
    const tabs = this.tabs();
    const editor = this.activeEditor();
    const place = editor && this.placeOf(editor.document);
    if (editor === undefined || place === undefined) return { tabs };
    return { active: this.describe(editor, place), tabs };
  }

  dispose(): void {
    this.listener.dispose();
  }

  /** The focused editor, or the last one that is still visible when something else has the focus. */
  private activeEditor(): vscode.TextEditor | undefined {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    if (activeTextEditor && this.placeOf(activeTextEditor.document)) return activeTextEditor;
    if (this.last && visibleTextEditors.includes(this.last)) return this.last;
    return visibleTextEditors.find((editor) => this.placeOf(editor.document) !== undefined);
  }

  /** A cell stands for its notebook. */
  private placeOf(document: vscode.TextDocument): (FileLocation & { firstLine: number }) | undefined {
    const { uri, firstLine } = placeOfDocument(document);
    const place = this.workspace.locationOfUri(uri.toString());
    return place && { ...place, firstLine };
  }

  private describe(
    { document, selection, visibleRanges }: vscode.TextEditor,
    { uri, path, firstLine }: FileLocation & { firstLine: number },
  ): NonNullable<EditorContext['active']> {
    const visible = visibleRanges[0];
    const text = selection.isEmpty ? '' : document.getText(selection).slice(0, MAX_SELECTION_LENGTH);
    return {
      uri,
      path,
      languageId: document.languageId,
      isDirty: document.isDirty,
      cursor: positionOf(selection.active, firstLine),
      ...(visible ? { visible: rangeOf(visible, firstLine) } : {}),
      ...(selection.isEmpty ? {} : { selection: { range: rangeOf(selection, firstLine), text } }),
    };
  }

  private tabs(): EditorContext['tabs'] {
    const found = new Map<string, FileLocation & { isDirty: boolean }>();
    for (const tab of vscode.window.tabGroups.all.flatMap((group) => group.tabs)) {
      const uri = tabUri(tab.input);
      const place = uri && this.workspace.locationOfUri(uri.toString());
      if (place) found.set(place.uri, { ...place, isDirty: tab.isDirty });
    }
    return [...found.values()];
  }
}

const positionOf = ({ line, character }: vscode.Position, firstLine: number) => ({ line: line + firstLine, character });

const rangeOf = ({ start, end }: vscode.Range, firstLine: number): Range => ({
  start: positionOf(start, firstLine),
  end: positionOf(end, firstLine),
});

function tabUri(input: unknown): vscode.Uri | undefined {
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  const isFile =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputNotebook ||
    input instanceof vscode.TabInputCustom;
  return isFile ? input.uri : undefined;
}
