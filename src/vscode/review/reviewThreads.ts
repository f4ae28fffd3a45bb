// The findings of reviews as comment threads: one for each cause, nits of a file in one; they follow the code and go when it goes.
// A projection of the runs' findings: what a person decides goes to `onDecision`, and comes back as the findings' status.
import * as vscode from 'vscode';
import type { Disposable, Finding } from '../../api';
import { DisposableStore } from '../../core/disposable';
import { trackSpan, type LineEdit } from '../../core/review/trackSpan';
import { withoutPictures } from '../markdownText';
import { categoryLabel, findingBody, nitsBody, severityLabel } from './findingWords';

/** Id of the comment controller; `when` clauses of package.json name it. */
export const REVIEW_CONTROLLER = 'agentTeam.review';

/** A thread of ours with what it is about. */
export interface ReviewThread {
  readonly runId: string;
  readonly thread: vscode.CommentThread;
  /** One finding, or the nits of a file. */
  findings: Finding[];
}

/** What was said about a finding. */
export interface Reply {
  author: string;
  text: string;
}

export interface PlacedFinding {
  finding: Finding;
  uri: vscode.Uri;
  /** What was said about it so far. */
  replies: readonly Reply[];
}

export interface ReviewThreadsOptions {
  /** The code of these findings was deleted. */
  onGone: (runId: string, findings: Finding[]) => void;
  /** What looks like the code of a finding that went was put in again, by an undo or a paste: the finding as it is to be shown, if it is. */
  onBack: (runId: string, finding: Finding, file: { uri: vscode.Uri; text: string }) => Finding | undefined;
}

/** A finding whose code was deleted in this window. */
interface GoneFinding {
  runId: string;
  finding: Finding;
  uri: vscode.Uri;
  replies: readonly vscode.Comment[];
}

/** The oldest ones do not come back. */
const MAX_GONE = 100;

export class ReviewThreads implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly controller: vscode.CommentController;
  private readonly threads = new Map<vscode.CommentThread, ReviewThread>();
  private gone: GoneFinding[] = [];
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: ReviewThreadsOptions) {
    this.controller = this.owned.add(
      vscode.comments.createCommentController(REVIEW_CONTROLLER, vscode.l10n.t('Agent Team review')),
    );
    this.controller.options = {
      prompt: vscode.l10n.t('Ask back'),
      placeHolder: vscode.l10n.t('Ask the reviewer about this finding'),
    };
    this.owned.add(this.changed);
    this.owned.add(vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)));
  }

  list(): ReviewThread[] {
    return [...this.threads.values()];
  }

  /** Our thread behind what a menu passes; undefined for anything else. */
  find(thread: unknown): ReviewThread | undefined {
    return this.threads.get(thread as vscode.CommentThread);
  }

  /** The thread on this line (zero-based); of several, the one that spans the fewest lines. */
  at(uri: vscode.Uri, line: number): ReviewThread | undefined {
    const here = this.list().filter(({ thread, findings }) => {
      const isOnLine = findings.some(({ startLine, endLine }) => startLine - 1 <= line && line <= endLine - 1);
      return thread.uri.toString() === uri.toString() && isOnLine;
    });
    const spanOf = ({ thread: { range } }: ReviewThread) => (range ? range.end.line - range.start.line : 0);
    return here.sort((a, b) => spanOf(a) - spanOf(b))[0];
  }

  /** Replaces the threads of a run by those of its findings; those whose code is gone may come back with it. */
  show(runId: string, placed: readonly PlacedFinding[], gone: readonly PlacedFinding[] = []): void {
    this.removeRun(runId);
    this.keepGone(gone.map(({ finding, uri, replies }) => ({ runId, finding, uri, replies: replies.map(replyOf) })));
    const byFile = new Map<string, PlacedFinding[]>();
    for (const item of placed) {
      if (item.finding.severity !== 'nit') this.add(runId, [item]);
      else byFile.set(item.uri.toString(), [...(byFile.get(item.uri.toString()) ?? []), item]);
    }
    for (const items of byFile.values()) this.add(runId, items);
    this.changed.fire();
  }

  removeRun(runId: string): void {
    this.gone = this.gone.filter((each) => each.runId !== runId);
    for (const entry of this.list()) if (entry.runId === runId) this.remove(entry);
    this.changed.fire();
  }

  /** Shows the findings' new state: what is no longer open leaves its thread, an empty thread goes. */
  update(runId: string, findings: readonly Finding[]): void {
    const byId = new Map(findings.map((finding) => [finding.id, finding]));
    for (const entry of this.list()) {
      if (entry.runId !== runId) continue;
      const open = entry.findings.filter(({ id }) => byId.get(id)?.status === 'open');
      if (open.length === entry.findings.length) continue;
      if (open.length === 0) this.remove(entry);
      else {
        entry.findings = open;
        this.describe(entry);
      }
    }
    this.changed.fire();
  }

  /** Adds a comment at the end of a thread; the returned function replaces its text. */
  say(entry: ReviewThread, author: string, text: string): (text: string) => void {
    let shown = replyOf({ author, text });
    entry.thread.comments = [...entry.thread.comments, shown];
    return (next) => {
      const replaced = replyOf({ author, text: next });
      entry.thread.comments = entry.thread.comments.map((other) => (other === shown ? replaced : other));
      shown = replaced;
    };
  }

  dispose(): void {
    for (const { thread } of this.threads.values()) thread.dispose();
    this.threads.clear();
    this.owned.dispose();
  }

  private add(runId: string, items: readonly PlacedFinding[]): ReviewThread | undefined {
    const [first] = items;
    if (!first) return undefined;
    const { uri } = first;
    const findings = items.map((item) => item.finding);
    const replies = items.flatMap((item) => item.replies).map(replyOf);
    // With its comments from the start: a thread that begins empty keeps its reply box open.
    const thread = this.controller.createCommentThread(uri, rangeOf(first.finding), [
      commentOf(findings, uri),
      ...replies,
    ]);
    const entry: ReviewThread = { runId, thread, findings };
    this.threads.set(thread, entry);
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    thread.canReply = true;
    thread.state = vscode.CommentThreadState.Unresolved;
    this.describe(entry);
    return entry;
  }

  private describe({ thread, findings }: ReviewThread): void {
    const [first] = findings;
    if (!first) return;
    const isNits = findings.length > 1;
    const range = rangeOf(first);
    if (!thread.range?.isEqual(range)) thread.range = range;
    thread.label = isNits
      ? vscode.l10n.t('Nits')
      : `${severityLabel(first.severity)} · ${categoryLabel(first.category)}`;
    const hasFix = findings.some(({ suggestion }) => suggestion);
    thread.contextValue = ['finding', ...(hasFix ? ['fix'] : [])].join(' ');
    thread.comments = [commentOf(findings, thread.uri), ...thread.comments.slice(1)];
  }

  private follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const uri = document.uri.toString();
    const own = this.list().filter(({ thread }) => thread.uri.toString() === uri);
    const back = this.gone.filter(
      (each) => each.uri.toString() === uri && contentChanges.some(({ text }) => holdsCode(text, each)),
    );
    const edits = own.length > 0 ? contentChanges.map(lineEdit) : [];
    const hasMoved = own.map((entry) => this.move(entry, edits)).includes(true);
    if (hasMoved) this.changed.fire();
    // The newest review first: what it says is not said twice. Ids of runs go by time.
    const newest = back.sort((a, b) => (a.runId > b.runId ? -1 : 1));
    for (const each of newest) this.bringBack(each, document.getText());
  }

  private keepGone(gone: readonly GoneFinding[]): void {
    this.gone = [...this.gone, ...gone].slice(-MAX_GONE);
  }

  private bringBack(gone: GoneFinding, text: string): void {
    const { runId, uri, replies } = gone;
    const finding = this.options.onBack(runId, gone.finding, { uri, text });
    if (!finding) return;
    this.gone = this.gone.filter((each) => each !== gone);
    const entry = this.add(runId, [{ finding, uri, replies: [] }]);
    if (entry) entry.thread.comments = [...entry.thread.comments, ...replies];
    this.changed.fire();
  }

  /** True where something stands elsewhere now, or is gone. */
  private move(entry: ReviewThread, edits: readonly LineEdit[]): boolean {
    const moved = entry.findings.flatMap((finding) => {
      const span = trackSpan({ first: finding.startLine, last: finding.endLine }, edits);
      return span ? [{ ...finding, startLine: span.first, endLine: span.last }] : [];
    });
    const replies = entry.thread.comments.slice(1);
    const gone = entry.findings.filter(({ id }) => !moved.some((finding) => finding.id === id));
    const placesBefore = placesOf(entry.findings);
    if (moved.length > 0) {
      const isMoved = gone.length > 0 || placesOf(moved) !== placesBefore;
      entry.findings = moved;
      if (isMoved) this.describe(entry);
    } else this.remove(entry);
    if (gone.length === 0) return placesOf(moved) !== placesBefore;
    const { runId, thread } = entry;
    const { uri } = thread;
    this.keepGone(gone.map((finding) => ({ runId, finding, uri, replies })));
    this.options.onGone(runId, gone);
    return true;
  }

  private remove(entry: ReviewThread): void {
    this.threads.delete(entry.thread);
    entry.thread.dispose();
  }
}

function placesOf(findings: readonly Finding[]): string {
  return findings.map(({ startLine, endLine }) => `${startLine}-${endLine}`).join();
}

/** True where a text that was put in has the first line of the code that the finding quotes. */
function holdsCode(text: string, { finding: { evidence } }: GoneFinding): boolean {
  const line = evidence.trim().split(/\r?\n/, 1)[0]?.trim() ?? '';
  return line !== '' && text.includes(line);
}

function rangeOf({ startLine, endLine }: Finding): vscode.Range {
  return new vscode.Range(startLine - 1, 0, Math.max(startLine, endLine) - 1, 0);
}

function lineEdit({ range, text }: vscode.TextDocumentContentChangeEvent): LineEdit {
  return {
    start: { line: range.start.line, character: range.start.character },
    end: { line: range.end.line, character: range.end.character },
    lines: text.split('\n').length - 1,
    isBlank: text.trim() === '',
  };
}

function commentOf(findings: readonly Finding[], uri: vscode.Uri): vscode.Comment {
  const [first, second] = findings;
  if (!first) throw new Error('Internal error: a thread without a finding');
  return {
    author: { name: first.agent },
    body: second ? nitsBody(findings, uri) : findingBody(first),
    mode: vscode.CommentMode.Preview,
    contextValue: 'finding',
  };
}

/** Answers of agents are markdown, but none that could run a command or load a picture. */
function replyOf({ author, text }: Reply): vscode.Comment {
  return {
    author: { name: author },
    body: new vscode.MarkdownString(withoutPictures(text)),
    mode: vscode.CommentMode.Preview,
    contextValue: 'reply',
  };
}
