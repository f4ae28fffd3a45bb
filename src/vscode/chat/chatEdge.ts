// What the chat needs of the editor around it. Implemented with VS Code beside this file; tests script it.
import type { Disposable, Range } from '../../api';
import type { ChangeDecision, Completion, FileTarget, PageMessage } from '../../protocol/chat/chatMessages';
import type { ChatSetup } from '../../protocol/chat/chatState';
import type { SelectionContext } from './attachedContext';

/** A file, or a part of one, that a person chose to attach. */
export interface PickedFile {
  uri: string;
  name: string;
  range?: Range;
}

export type RemedyAction = Extract<PageMessage, { type: 'remedy' }>['action'];

export interface ChatEdge {
  openFile(target: FileTarget): Promise<void>;
  openTrace(target: { traceId: string; spanId?: string }): Promise<void>;
  insertAtCursor(text: string): Promise<void>;
  openInEditor(text: string, language: string): Promise<void>;
  copy(text: string): Promise<void>;
  /** Lets a person choose files; empty when they leave it. */
  pickFiles(): Promise<PickedFile[]>;
  /** The name to show for a URI that was dropped; undefined for one that is no file of the workspace. */
  fileOf(uri: string): Promise<PickedFile | undefined>;
  complete(kind: 'file' | 'symbol', query: string): Promise<Completion[]>;
  selection(): SelectionContext | undefined;
  onDidChangeSelection(handler: () => void): Disposable;
  /** Up to three requests that suit what is open, broken or changed. */
  firstSteps(): ChatSetup['firstSteps'];
  onDidChangeFirstSteps(handler: () => void): Disposable;
  runRemedy(action: RemedyAction): Promise<void>;
  /** Does what a person decided about changes; what goes wrong is shown. */
  decideChange(decision: ChangeDecision): Promise<void>;
  /** Asks what to do with changes made since an edited message; undefined: don't send. */
  askAboutChanges(files: readonly string[]): Promise<'revert' | 'keep' | undefined>;
  /** Tells a person something in the way of VS Code. */
  tell(notice: 'queueFull' | 'tooManyImages' | 'imagesNotAccepted' | 'nothingToInsertInto'): void;
  showError(error: unknown): void;
  log(level: 'warn' | 'error', message: string): void;
}

/** What the chat keeps for a workspace: small, and written at once. VS Code's `Memento` fits it. */
export interface ChatMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}
