// The findings of reviews as comment threads: one for each cause, nits of a file in one; they follow the code and go when it goes.
// A projection of the runs' findings: what a person decides goes to `onDecision`, and comes back as the findings' status.
import * as vscode from 'vscode';
import type { Disposable, Finding } from '../../api';
import { DisposableStore } from '../../core/disposable';
import { trackSpan, type LineEdit } from '../../core/review/trackSpan';
import { findingBody, nitsBody, severityLabel } from './findingWords';

/** Id of the comment controller; `when` clauses of package.json name it. */
export const REVIEW_CONTROLLER = 'agentTeam.review';

/** A thread of ours with what it is about. */
export interface ReviewThread {
  readonly runId: string;
  readonly thread: vscode.CommentThread;
  /** One finding, or the nits of a file. */
  findings: Finding[];
}

export interface PlacedFinding {
  finding: Finding;
  uri: vscode.Uri;
}

export interface ReviewThreadsOptions {
  /** The code of these findings was deleted. */
  onGone: (runId: string, findings: Finding[]) => void;
}

export class ReviewThreads implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly controller: vscode.CommentController;
  private readonly threads = new Map<vscode.CommentThread, ReviewThread>();
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

  /** Replaces the threads of a run by those of its findings. */
  show(runId: string, placed: readonly PlacedFinding[]): void {
    this.removeRun(runId);
    const byFile = new Map<string, PlacedFinding[]>();
    for (const item of placed) {
      if (item.finding.severity !== 'nit') this.add(runId, item.uri, [item.finding]);
      else byFile.set(item.uri.toString(), [...(byFile.get(item.uri.toString()) ?? []), item]);
    }
    for (const items of byFile.values()) {
      const [first] = items;
      if (first)
        this.add(
          runId,
          first.uri,
          items.map(({ finding }) => finding),
        );
    }
    this.changed.fire();
  }

  removeRun(runId: string): void {
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
    const comment = (body: string): vscode.Comment => ({
      author: { name: author },
      body: plain(body),
      mode: vscode.CommentMode.Preview,
      contextValue: 'reply',
    });
    let shown = comment(text);
    entry.thread.comments = [...entry.thread.comments, shown];
    return (next) => {
      const replaced = comment(next);
      entry.thread.comments = entry.thread.comments.map((other) => (other === shown ? replaced : other));
      shown = replaced;
    };
  }

  dispose(): void {
    for (const { thread } of this.threads.values()) thread.dispose();
    this.threads.clear();
    this.owned.dispose();
  }

  private add(runId: string, uri: vscode.Uri, findings: Finding[]): void {
    const [first] = findings;
    if (!first) return;
    const range = new vscode.Range(first.startLine - 1, 0, Math.max(first.startLine, first.endLine) - 1, 0);
    const thread = this.controller.createCommentThread(uri, range, []);
    const entry: ReviewThread = { runId, thread, findings };
    this.threads.set(thread, entry);
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    this.describe(entry);
  }

  private describe({ thread, findings }: ReviewThread): void {
    const [first] = findings;
    if (!first) return;
    const isNits = findings.length > 1;
    const replies = thread.comments.filter(({ contextValue }) => contextValue === 'reply');
    thread.label = isNits
      ? vscode.l10n.t('{0} nits', findings.length)
      : `${severityLabel(first.severity)}: ${first.title}`;
    thread.contextValue = [
      'finding',
      ...(!isNits && first.suggestion ? ['fix'] : []),
      ...(isNits ? ['nits'] : []),
    ].join(' ');
    thread.canReply = true;
    thread.state = vscode.CommentThreadState.Unresolved;
    thread.comments = [
      {
        author: { name: first.agent },
        label: isNits ? severityLabel('nit') : `${severityLabel(first.severity)} · ${first.category}`,
        body: isNits ? nitsBody(findings) : findingBody(first),
        mode: vscode.CommentMode.Preview,
        contextValue: 'finding',
      },
      ...replies,
    ];
  }

  private follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const uri = document.uri.toString();
    const own = this.list().filter(({ thread }) => thread.uri.toString() === uri);
    if (own.length === 0) return;
    const edits = contentChanges.map(lineEdit);
    for (const entry of own) this.move(entry, edits);
  }

  private move(entry: ReviewThread, edits: readonly LineEdit[]): void {
    const moved = entry.findings.flatMap((finding) => {
      const span = trackSpan({ first: finding.startLine, last: finding.endLine }, edits);
      return span ? [{ ...finding, startLine: span.first, endLine: span.last }] : [];
    });
    const gone = entry.findings.filter(({ id }) => !moved.some((finding) => finding.id === id));
    const [first] = moved;
    if (first) {
      const [before] = entry.findings;
      entry.findings = moved;
      if (gone.length > 0) this.describe(entry);
      if (!before || before.startLine !== first.startLine || before.endLine !== first.endLine) {
        entry.thread.range = new vscode.Range(first.startLine - 1, 0, first.endLine - 1, 0);
      }
    } else this.remove(entry);
    if (gone.length > 0) this.options.onGone(entry.runId, gone);
    if (gone.length > 0) this.changed.fire();
  }

  private remove(entry: ReviewThread): void {
    this.threads.delete(entry.thread);
    entry.thread.dispose();
  }
}

function lineEdit({ range, text }: vscode.TextDocumentContentChangeEvent): LineEdit {
  return {
    start: { line: range.start.line, character: range.start.character },
    end: { line: range.end.line, character: range.end.character },
    lines: text.split('\n').length - 1,
    isBlank: text.trim() === '',
  };
}

/** Answers of agents are markdown, but none that could run a command. */
function plain(text: string): vscode.MarkdownString {
  const body = new vscode.MarkdownString(text, false);
  body.isTrusted = false;
  body.supportHtml = false;
  return body;
}
