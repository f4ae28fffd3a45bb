// What we have saved, so that a save of nothing but that is not taken for the person's.
import type * as vscode from 'vscode';
import { textVersion } from '../../core/workspace/textVersion';

export type HeldDocument = vscode.TextDocument | vscode.NotebookDocument;

/** Documents that are remembered; the oldest are forgotten. */
const MAX_DOCUMENTS = 500;

export class OwnEdits {
  /** Version of the text that we left, by uri. */
  private readonly left = new Map<string, string>();
  private readonly saving = new Set<string>();

  /** All that the document holds now is ours, or was saved before. */
  note(document: HeldDocument): void {
    const key = document.uri.toString();
    this.left.delete(key);
    this.left.set(key, versionOf(document));
    const oldest = this.left.keys().next().value;
    if (this.left.size > MAX_DOCUMENTS && oldest !== undefined) this.left.delete(oldest);
  }

  /** Saves by us, whatever people run on save makes of the text. */
  async whileSaving<T>(document: HeldDocument, save: () => Promise<T>): Promise<T> {
    const key = document.uri.toString();
    this.saving.add(key);
    try {
      return await save();
    } finally {
      this.saving.delete(key);
      this.note(document);
    }
  }

  /** True while we save it, and for a text that nobody has changed since we left it. */
  isOwn(document: HeldDocument): boolean {
    const key = document.uri.toString();
    return this.saving.has(key) || this.left.get(key) === versionOf(document);
  }
}

function versionOf(document: HeldDocument): string {
  if ('getText' in document) return textVersion(document.getText());
  return textVersion(
    document
      .getCells()
      .map((cell) => cell.document.getText())
      .join('\u0000'),
  );
}
