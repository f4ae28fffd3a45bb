// The commands of reviews. Called with arguments they never prompt; those that start a review return its result.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { RunHandle, RunResult } from '../../api';
import { UserError } from '../../core/failure';
import { toMarkdown, toSarif } from '../../core/review/findingReports';
import type { ReviewTarget } from '../../core/review/reviewTarget';
import type { RunView } from '../../core/runs/runView';
import { assertMayAsk, fileUri, isFromPerson, parseArguments, uriArgument } from '../edge/commandArguments';
import { pointedPlaces } from '../edge/selectionContext';
import { placeOfDocument } from '../editorTools/notebookPlaces';
import { COMMANDS, type CommandId } from '../ids';
import { findingReportWords } from './findingReportWords';
import { countWords } from './findingWords';
import type { ReviewDesk } from './reviewDesk';
import { reviewTitle, titleOfScope } from './reviewTitle';
import type { ReviewThread, ReviewThreads } from './reviewThreads';

export interface ReviewCommandsOptions {
  review: (target: ReviewTarget, title: string) => RunHandle;
  desk: ReviewDesk;
  threads: ReviewThreads;
  viewOf: (runId: string) => Promise<RunView | undefined>;
  /** The newest runs first. */
  reviews: () => { runId: string; title: string; startedAt: string }[];
  openReport: (runId: string) => Promise<void>;
}

const changesArguments = z.object({
  changes: z.enum(['working', 'staged', 'branch']).optional(),
  base: z.string().min(1).optional(),
});
const runArguments = z.object({ runId: z.string().min(1) });
const fileArgument = z.custom<vscode.Uri>((value) => value instanceof vscode.Uri, 'A Uri is expected');
const exportArguments = z.object({ runId: z.string().min(1).optional(), uri: uriArgument.optional() });

export class ReviewCommands {
  constructor(private readonly options: ReviewCommandsOptions) {}

  /** `agentTeam.reviewSelection`: the selections of the active editor; the file where nothing is selected. */
  async reviewSelection(args: unknown[]): Promise<RunResult> {
    assertFiles(args, COMMANDS.reviewSelection);
    const [uri] = urisOf(args);
    const editor = vscode.window.activeTextEditor;
    if (!editor || (uri && uri.toString() !== editor.document.uri.toString())) return this.reviewFile(args);
    const places = pointedPlaces({ orWholeFile: false }).map(({ uri: at, range }) => ({ uri: at.toString(), range }));
    const file = placeOfDocument(editor.document).uri;
    if (places.length === 0) return this.reviewFile([file]);
    return this.run({ kind: 'places', places }, args);
  }

  /** `agentTeam.reviewFile`: files and folders that a menu passes, or the active editor's. */
  async reviewFile(args: unknown[]): Promise<RunResult> {
    assertFiles(args, COMMANDS.reviewFile);
    const editor = vscode.window.activeTextEditor;
    const active = editor ? placeOfDocument(editor.document).uri : vscode.window.activeNotebookEditor?.notebook.uri;
    const passed = urisOf(args);
    const uris = passed.length > 0 ? passed : active ? [active] : [];
    const [first] = uris;
    if (!first) {
      const message = vscode.l10n.t('There is no open file to review. Open one, or choose "Review" in the explorer.');
      throw new UserError('command.no_editor', message);
    }
    return this.run({ kind: 'places', places: uris.map((uri) => ({ uri: uri.toString() })) }, args);
  }

  /** `agentTeam.reviewChanges`: all changes, those of files and folders, the staged ones, or a branch against its base. */
  async reviewChanges(args: unknown[]): Promise<RunResult | undefined> {
    const resources = [...resourcesOf(args), ...urisOf(args)];
    if (resources.length > 0) {
      const target: ReviewTarget = { kind: 'changes', scope: 'working', uris: resources.map((uri) => uri.toString()) };
      return this.run(target, args);
    }
    const parsed = changesArguments.safeParse(args[0] ?? {});
    const fromMenu = isSourceControl(args[0]);
    if (!parsed.success && !fromMenu) {
      const message = vscode.l10n.t(
        '{0} takes { changes: "working" | "staged" | "branch", base? }.',
        'agentTeam.reviewChanges',
      );
      throw new UserError('command.bad_arguments', message);
    }
    const given = parsed.success && !fromMenu ? parsed.data : {};
    const scope = given.changes ?? (isNothing(args[0]) ? await this.pickScope() : 'working');
    if (scope === undefined) return undefined;
    const target: ReviewTarget = { kind: 'changes', scope, ...(given.base !== undefined && { base: given.base }) };
    return this.run(target, args);
  }

  /** Applies the fix of the thread that a menu passes. */
  async applyFinding(args: unknown[]): Promise<void> {
    await this.options.desk.apply(this.threadOf(args));
  }

  /** Applies all fixes of one review: of the thread's, of `{ runId }`, or of the newest that has threads. */
  async applyAllFindings(args: unknown[]): Promise<{ applied: number; failed: { path: string; message: string }[] }> {
    const runId = this.runIdOf(args);
    const outcome = await this.options.desk.applyAll(runId);
    const [failed] = outcome.failed;
    if (failed && isFromPerson(args[0])) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('{0} fixes applied, {1} not: {2}', outcome.applied, outcome.failed.length, failed.message),
      );
    }
    return outcome;
  }

  /** Asks for the reason, which may be empty; Escape leaves the finding. */
  async dismissFinding(args: unknown[]): Promise<void> {
    const entry = this.threadOf(args);
    const reason = await vscode.window.showInputBox({
      title: vscode.l10n.t('Dismiss finding'),
      prompt: vscode.l10n.t('Why is it no problem? It will not come back in later reviews.'),
      placeHolder: vscode.l10n.t('Reason (may be left empty)'),
    });
    if (reason !== undefined) await this.options.desk.dismiss(entry, reason.trim());
  }

  resolveFinding(args: unknown[]): void {
    this.options.desk.resolve(this.threadOf(args));
  }

  /** A reply in a thread; without one it asks what the question about the finding at the cursor is. */
  async askBack(args: unknown[]): Promise<void> {
    const [reply] = args as [vscode.CommentReply | undefined];
    const entry = this.threadOf(args);
    const question = (reply?.text ?? (await askQuestion(entry)))?.trim();
    if (question === undefined || question === '') return;
    entry.thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    // Nobody waits for the answer here: the box is free for the next question as soon as this one stands in the thread.
    this.options.desk.askBack(entry, question);
  }

  async clearReviews(): Promise<void> {
    await this.options.desk.clear();
  }

  /**
   * Writes the findings of a review as SARIF or markdown, by the ending of the file that the person chooses or `uri` names, and gives the
   * file. A program that names no file gets the SARIF document.
   */
  async exportFindings(args: unknown[]): Promise<unknown> {
    const { value: given, fromPerson } = parseArguments(exportArguments, args, COMMANDS.exportFindings);
    if (given.runId === undefined) assertMayAsk(fromPerson, COMMANDS.exportFindings, 'runId');
    const runId = given.runId ?? (await this.pickReview());
    if (runId === undefined) return undefined;
    const view = await this.options.viewOf(runId);
    if (!view)
      throw new UserError('run.unknown', vscode.l10n.t('There is no run {0}. It may have been deleted.', runId));
    const report = { title: view.title, findings: view.findings };
    if (given.uri === undefined && !fromPerson) return toSarif(report);
    const uri = given.uri === undefined ? await askWhere() : fileUri(given.uri);
    if (!uri) return undefined;
    const text = /\.md$/i.test(uri.path)
      ? toMarkdown(report, findingReportWords())
      : `${JSON.stringify(toSarif(report), undefined, 2)}\n`;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return uri;
  }

  private async run(target: ReviewTarget, args: unknown[]): Promise<RunResult> {
    const title = reviewTitle(target);
    const handle = this.options.review(target, title);
    if (!isFromPerson(args[0])) return handle.result;
    const result = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => {
        token.onCancellationRequested(() => handle.cancel());
        return handle.result;
      },
    );
    void this.tell(result, title).catch(() => undefined);
    return result;
  }

  /** What came out of it, with what a person would do next. */
  private async tell(result: RunResult, title: string): Promise<void> {
    if (result.status === 'cancelled' || result.status === 'interrupted') return;
    if (result.status === 'failed') {
      void vscode.window.showErrorMessage(result.error?.message ?? vscode.l10n.t('The review failed.'));
      return;
    }
    const show = vscode.l10n.t('Show first');
    const fixes = result.findings.filter(({ suggestion }) => suggestion).length;
    const applyAll = vscode.l10n.t('Apply {0} fixes', fixes);
    const report = vscode.l10n.t('Open report');
    const buttons = [...(result.findings.length > 0 ? [show] : []), ...(fixes > 1 ? [applyAll] : []), report];
    const incomplete = result.status === 'partial' ? ` ${vscode.l10n.t('Not everything could be reviewed.')}` : '';
    const message = `${vscode.l10n.t('{0}: {1}.', title, countWords(result.findings))}${incomplete}`;
    const choice = await vscode.window.showInformationMessage(message, ...buttons);
    if (choice === show) await this.showFirst(result);
    else if (choice === applyAll) await this.options.desk.applyAll(result.runId);
    else if (choice === report) await this.options.openReport(result.runId);
  }

  private async showFirst({ runId, findings }: RunResult): Promise<void> {
    const own = this.options.threads.list().filter((entry) => entry.runId === runId);
    const worst = findings[0];
    const entry = own.find(({ findings: shown }) => shown.some(({ id }) => id === worst?.id)) ?? own[0];
    if (!entry?.thread.range) return;
    const editor = await vscode.window.showTextDocument(entry.thread.uri);
    editor.revealRange(entry.thread.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    entry.thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
  }

  private async pickScope(): Promise<'working' | 'staged' | 'branch' | undefined> {
    const items = (['working', 'staged', 'branch'] as const).map((scope) => ({ label: titleOfScope(scope), scope }));
    const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('What is to be reviewed?') });
    return picked?.scope;
  }

  private async pickReview(): Promise<string | undefined> {
    const reviews = this.options.reviews();
    const [only] = reviews;
    if (only && reviews.length === 1) return only.runId;
    const items = reviews.map(({ runId, title, startedAt }) => ({
      label: title,
      description: new Date(startedAt).toLocaleString(vscode.env.language),
      runId,
    }));
    const placeHolder =
      items.length === 0 ? vscode.l10n.t('There is no review yet.') : vscode.l10n.t('Choose a review');
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.runId;
  }

  /** The thread whose button was clicked, or the one at the cursor. */
  private threadOf(args: unknown[]): ReviewThread {
    const { threads } = this.options;
    const [first] = args as [{ thread?: unknown } | undefined];
    const editor = vscode.window.activeTextEditor;
    const entry =
      first === undefined
        ? editor && threads.at(editor.document.uri, editor.selection.active.line)
        : (threads.find(first) ?? threads.find(first.thread));
    if (entry) return entry;
    const message = vscode.l10n.t('There is no finding at the cursor. Put it on the line of a review comment.');
    throw new UserError('review.no_thread', message);
  }

  private runIdOf(args: unknown[]): string {
    if (!isFromPerson(args[0])) return parseArguments(runArguments, args, COMMANDS.applyAllFindings).value.runId;
    const entry = this.options.threads.find(args[0]) ?? this.options.threads.list().at(-1);
    if (entry) return entry.runId;
    throw new UserError('review.none', vscode.l10n.t('There is no review with open findings.'));
  }
}

/** What the explorer and editor menus pass: the clicked one, and all that are selected. */
function urisOf(args: unknown[]): vscode.Uri[] {
  const [first, all] = args;
  if (Array.isArray(all) && all.length > 0 && all.every((item) => item instanceof vscode.Uri)) return all;
  return first instanceof vscode.Uri ? [first] : [];
}

const isNothing = (argument: unknown): boolean => argument === undefined || argument === null;

/** Files are named by their uris: whatever else a program passes would review something that it did not mean. */
function assertFiles(args: unknown[], command: CommandId): void {
  if (urisOf(args).length === 0 && !isFromPerson(args[0])) parseArguments(fileArgument, args, command);
}

/** What the menu of changed files passes: resource states with their uris. */
function resourcesOf(args: unknown[]): vscode.Uri[] {
  return args.flat().flatMap((item) => {
    const uri = (item as { resourceUri?: unknown } | undefined)?.resourceUri;
    return uri instanceof vscode.Uri ? [uri] : [];
  });
}

/** What the title menu of source control passes. */
function isSourceControl(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'inputBox' in value;
}

async function askQuestion({ findings }: ReviewThread): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Ask back'),
    prompt: vscode.l10n.t('Ask the reviewer about: {0}', findings[0]?.title ?? ''),
  });
}

async function askWhere(): Promise<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export findings'),
    filters: { SARIF: ['sarif', 'json'], Markdown: ['md'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, 'review.sarif') }),
  });
}
