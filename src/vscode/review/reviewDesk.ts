// What people do with findings: shows those of each review as threads, applies, dismisses, resolves, asks back; remembers which reviews are open.
import * as vscode from 'vscode';
import type { ContextItem, EventPayloads, Finding, RunResult } from '../../api';
import { DisposableStore } from '../../core/disposable';
import { isFailure, UserError } from '../../core/failure';
import { anchorFinding, isOpinion } from '../../core/review/anchorFinding';
import { fingerprintOf } from '../../core/review/dismissals';
import { isSameCause, type SourcedFinding } from '../../core/review/joinFindings';
import type { RunStore } from '../../core/runs/runStore';
import { placeOfUri } from '../editorTools/notebookPlaces';
import { OPEN_REVIEWS_KEY } from '../ids';
import type { DismissedFindings } from './dismissedFindings';
import { inFile, placeOnScreen } from './findingPlaces';
import { applyInFile, type FindingFixesOptions } from './findingFixes';
import { failureText } from '../failureText';
import { openReviews } from './reviewRuns';
import type { PlacedFinding, Reply, ReviewThread, ReviewThreads } from './reviewThreads';

/** Reviews whose threads are shown at once; the oldest go first. */
const MAX_OPEN_REVIEWS = 20;

export interface ReviewDeskOptions extends FindingFixesOptions {
  store: RunStore;
  threads: ReviewThreads;
  dismissed: DismissedFindings;
  state: vscode.Memento;
  publish: (runId: string, payload: EventPayloads['review.updated']) => void;
  /** Asks the reviewer in a conversation of the thread's own. */
  ask: (request: string, options: { threadId: string; agent: string; context: ContextItem[] }) => Promise<RunResult>;
  now: () => number;
  onProblem: (error: unknown) => void;
}

export class ReviewDesk implements vscode.Disposable {
  private readonly owned = new DisposableStore();

  constructor(private readonly options: ReviewDeskOptions) {
    const { store, onProblem } = options;
    this.owned.add(
      store.onDidChange((runId, event) => {
        if (event?.topic === 'review.updated') void this.refresh(runId).catch(onProblem);
        else if (event === undefined && runId !== '' && this.openRuns().includes(runId)) void this.dropDeleted(runId);
      }),
    );
  }

  /** Shows the reviews again that were open when the window was closed. */
  async restore(): Promise<void> {
    for (const runId of this.openRuns()) await this.show(runId);
  }

  /** Shows the open findings of a run where their code stands now. */
  async show(runId: string): Promise<void> {
    const view = await this.options.store.get(runId);
    const open = (view?.findings ?? []).filter(({ status }) => status === 'open');
    const texts = new Map<string, { uri: string; text: string } | undefined>();
    const read: { finding: Finding; at: Place | undefined; uri: vscode.Uri; replies: Reply[] }[] = [];
    for (const finding of open) {
      const file = texts.has(finding.path) ? texts.get(finding.path) : await this.read(finding.path);
      texts.set(finding.path, file);
      const uri = vscode.Uri.parse(file?.uri ?? 'untitled:', true);
      const found = file && placeOf(finding, file.text);
      const at = found && (await placeOnScreen(uri, found));
      read.push({ finding, at, uri, replies: await this.repliesTo(finding) });
    }
    const placed: PlacedFinding[] = [];
    const gone: PlacedFinding[] = [];
    // From here on nobody can type in between: the threads follow what is typed later.
    for (const { finding, at, uri, replies } of read) {
      const now = at && placeNow(at);
      if (now) placed.push({ ...now, replies });
      else gone.push({ finding, uri, replies, ...at });
    }
    this.options.threads.show(runId, placed, gone);
    for (const { finding } of gone) this.decide(runId, finding.id, { status: 'resolved', reason: 'code_gone' });
    this.replaceOlder(runId, placed);
    await this.remember(runId, placed.length > 0);
  }

  /** Ids of reviews whose threads are shown, the newest last. */
  openRuns(): string[] {
    return openReviews(this.options.state);
  }

  /** Takes away the threads of all reviews; their findings stay open in the runs. */
  async clear(): Promise<void> {
    for (const runId of this.openRuns()) this.options.threads.removeRun(runId);
    await this.options.state.update(OPEN_REVIEWS_KEY, undefined);
  }

  /** Applies a thread's fix through the run's change set, or all of its nits'; throws a `UserError` where it can't be. */
  async apply(entry: ReviewThread): Promise<void> {
    const fixes = inFile(entry).filter(({ suggestion }) => suggestion);
    const result = await this.applyFindings(entry.runId, fixes);
    const [failed] = result.failed;
    if (failed) throw new UserError('review.fix_failed', failed.message);
  }

  /** Applies every fix of a run's open threads: one change per file. */
  async applyAll(runId: string): Promise<{ applied: number; failed: { path: string; message: string }[] }> {
    const own = this.options.threads.list().filter((entry) => entry.runId === runId);
    const findings = own.flatMap(inFile).filter(({ suggestion }) => suggestion);
    return this.applyFindings(runId, findings);
  }

  /** Does not come back: remembered for later reviews too. */
  async dismiss(entry: ReviewThread, reason: string): Promise<void> {
    const time = new Date(this.options.now()).toISOString();
    for (const finding of entry.findings) {
      await this.options.dismissed.add(finding, { reason, time });
      this.decide(entry.runId, finding.id, { status: 'dismissed', ...(reason !== '' && { reason }) });
    }
  }

  resolve(entry: ReviewThread): void {
    for (const { id } of entry.findings) this.decide(entry.runId, id, { status: 'resolved' });
  }

  /** Code that findings were about was deleted by the person. */
  forgetGone(runId: string, findings: readonly Finding[]): void {
    for (const { id } of findings) this.decide(runId, id, { status: 'resolved', reason: 'code_gone' });
  }

  /**
   * Code that a finding was about is there again, by an undo or a paste: the finding is open again. Undefined where it is not the same code, or where
   * another review says the same about it.
   */
  bringBack(runId: string, finding: Finding, { uri, text }: { uri: vscode.Uri; text: string }): Finding | undefined {
    const placed = placeOf(finding, text);
    const here = this.options.threads.list().filter(({ thread }) => thread.uri.toString() === uri.toString());
    const isSaid = (other: Finding) => placed !== undefined && isSameCause(sourced(other), sourced(placed));
    if (!placed || here.some(({ findings }) => findings.some(isSaid))) return undefined;
    this.decide(runId, finding.id, { status: 'open', reason: 'code_back' });
    void this.remember(runId, true).catch(this.options.onProblem);
    return { ...placed, status: 'open' };
  }

  /** Puts a question about a finding to its reviewer; the thread has the conversation, and the answer once it comes. */
  askBack(entry: ReviewThread, question: string): void {
    const findings = inFile(entry);
    const [finding] = findings;
    if (!finding) return;
    const { threads } = this.options;
    threads.say(entry, vscode.l10n.t('You'), question);
    const answer = threads.say(entry, finding.agent, vscode.l10n.t('is looking at it…'));
    const range = {
      start: { line: finding.startLine - 1, character: 0 },
      end: { line: finding.endLine, character: 0 },
    };
    const about: ContextItem = { label: finding.title, text: findingText(findings) };
    const code: ContextItem = {
      uri: placeOfUri(entry.thread.uri).uri.toString(),
      range,
      label: `${finding.path}:${finding.startLine}`,
    };
    this.options
      .ask(question, { threadId: conversationOf(finding), agent: finding.agent, context: [about, code] })
      .then((result) => answer(answerOf(result)), this.options.onProblem);
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** What was asked back about the same code, in this review and in earlier ones. */
  private async repliesTo(finding: Finding): Promise<Reply[]> {
    const turns = await this.options.store.thread(conversationOf(finding));
    return turns.flatMap((turn) => [
      { author: vscode.l10n.t('You'), text: turn.request },
      { author: turn.agent ?? finding.agent, text: answerOf(turn) },
    ]);
  }

  /** One comment for one cause: what this review found again leaves the comments of earlier ones. */
  private replaceOlder(runId: string, placed: readonly PlacedFinding[]): void {
    for (const entry of this.options.threads.list()) {
      if (entry.runId === runId) continue;
      const uri = entry.thread.uri.toString();
      const here = placed.filter((item) => item.uri.toString() === uri);
      for (const old of entry.findings) {
        const isFoundAgain = here.some(({ finding }) => isSameCause(sourced(old), sourced(finding)));
        if (isFoundAgain) this.decide(entry.runId, old.id, { status: 'resolved', reason: 'found_again' });
      }
    }
  }

  private async applyFindings(
    runId: string,
    findings: readonly Finding[],
  ): Promise<{ applied: number; failed: { path: string; message: string }[] }> {
    const byPath = new Map<string, Finding[]>();
    for (const finding of findings) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding]);
    const failed: { path: string; message: string }[] = [];
    let applied = 0;
    for (const [path, own] of byPath) {
      const outcome = await applyInFile(runId, { path, findings: own }, this.options);
      applied += outcome.done.length;
      failed.push(...outcome.failed);
      for (const { id } of outcome.done) this.decide(runId, id, { status: 'applied' });
    }
    return { applied, failed };
  }

  private decide(runId: string, id: string, decision: Omit<EventPayloads['review.updated'], 'id'>): void {
    this.options.publish(runId, { id, ...decision });
  }

  private async refresh(runId: string): Promise<void> {
    const view = await this.options.store.get(runId);
    if (!view) return;
    const { threads } = this.options;
    threads.update(runId, view.findings);
    await this.remember(
      runId,
      threads.list().some((entry) => entry.runId === runId),
    );
  }

  private async dropDeleted(runId: string): Promise<void> {
    if (this.options.store.list().some((run) => run.runId === runId)) return;
    this.options.threads.removeRun(runId);
    await this.remember(runId, false);
  }

  private async remember(runId: string, isOpen: boolean): Promise<void> {
    const known = this.openRuns();
    if (known.includes(runId) === isOpen) return;
    const others = known.filter((id) => id !== runId);
    const next = isOpen ? [...others, runId] : others;
    for (const old of next.slice(0, -MAX_OPEN_REVIEWS)) this.options.threads.removeRun(old);
    const kept = next.slice(-MAX_OPEN_REVIEWS);
    await this.options.state.update(OPEN_REVIEWS_KEY, kept.length > 0 ? kept : undefined);
  }

  private async read(path: string): Promise<{ uri: string; text: string } | undefined> {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const location = await this.options.workspace.locate(path, signal);
    if (isFailure(location)) return undefined;
    const snapshot = await this.options.workspace.read(location, signal);
    return isFailure(snapshot) ? undefined : { uri: location.uri, text: snapshot.text };
  }
}

const READ_TIMEOUT_MS = 10_000;

type Place = Pick<PlacedFinding, 'uri' | 'finding'>;

/** The place in the document as it is at this moment; undefined where the code went meanwhile. */
function placeNow({ uri, finding }: Place): Place | undefined {
  const text = shownText(uri);
  const found = text === undefined ? finding : placeOf(finding, text);
  return found && { uri, finding: found };
}

/** The text of an open document, with what is typed in it. */
function shownText(uri: vscode.Uri): string | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.getText();
}

/** The finding at its place in the text as it is now; undefined where its code is gone. */
function placeOf(finding: Finding, text: string): Finding | undefined {
  const { id, agent, status, ...draft } = finding;
  const anchored = anchorFinding(draft, { text, lines: text.split(/\r?\n/) });
  if (anchored.kind === 'dropped') return undefined;
  // What quoted code and does not find it any more was about code that is gone.
  if (isOpinion(anchored.finding) && !isOpinion(finding)) return undefined;
  return { id, agent, status, ...anchored.finding };
}

/** The thread of questions about a finding: the same for the same code, whichever review found it. */
function conversationOf(finding: Finding): string {
  return `review-${fingerprintOf(finding)}`;
}

function answerOf({ text, error }: Pick<RunResult, 'text' | 'error'>): string {
  return error && text === '' ? vscode.l10n.t('No answer: {0}', failureText(error)) : text;
}

function sourced(finding: Finding): SourcedFinding {
  return { finding, by: finding.rule === undefined ? 'reviewer' : 'rule' };
}

function findingText(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ path, startLine, severity, title, why, evidence }) =>
        `${path}:${startLine} ${severity}: ${title}\n${why}\n${evidence}`,
    )
    .join('\n\n');
}
