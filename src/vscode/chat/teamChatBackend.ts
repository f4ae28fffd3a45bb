// The chat's backend over the real engine and run store. Owns nothing: it only translates.
import * as vscode from 'vscode';
import type { AgentInfo, ContextItem, Disposable } from '../../api';
import type { ChangeReview } from '../../core/changes/changeReview';
import type { AskRunOptions } from '../../core/engine/askRunOptions';
import type { StartedRun } from '../../core/engine/teamEngine';
import { UserError } from '../../core/failure';
import type { LiveText } from '../../core/runs/liveText';
import type { ApprovalQueue } from '../../core/policy/approvalQueue';
import type { RunStore } from '../../core/runs/runStore';
import type { RunView } from '../../core/runs/runView';
import { isRevertible } from '../changes/openChanges';
import { storedRuns } from '../runs/storedRuns';
import type { PolicyModes } from '../approvals/policyModes';
import type { ModelLine } from '../models/modelLine';
import type { ChatAskStarted, ChatBackend, ChatThread, ChatThreads, ChatThreadSummary } from './chatBackend';

export interface TeamChatBackendOptions {
  store: RunStore;
  live: LiveText;
  model: ModelLine;
  ask(request: string, options: AskRunOptions): StartedRun;
  changes: Pick<ChangeReview, 'load' | 'list' | 'revert'>;
  /** Goes on with a goal that is not complete: what is done stays done. */
  goOn(how: 'resume' | 'retry', runId: string): void;
  cancel(runId: string): Promise<void>;
  steer(runId: string, text: string, context: ContextItem[]): boolean;
  isActive(runId: string): boolean;
  agents(): readonly AgentInfo[];
  onDidChangeAgents(handler: () => void): Disposable;
  approvals: Pick<ApprovalQueue, 'resolve'>;
  modes: Pick<PolicyModes, 'list' | 'set' | 'onDidChange'>;
}

/** Builds the backend; changes join with the feature behind them and are empty until then. */
export function createTeamChatBackend(options: TeamChatBackendOptions): ChatBackend {
  const { store } = options;
  return {
    runs: storedRuns(store),
    live: options.live,
    isHere: (runId) => options.isActive(runId),
    threads: chatThreads(options),
    model: options.model,
    ask: (request, { threadId, context, agent, replaces }) =>
      started(
        options.ask(request, {
          context,
          interactive: true,
          ...(threadId !== undefined && { threadId }),
          ...(agent !== undefined && { agent }),
          ...(replaces !== undefined && { replaces }),
        }),
      ),
    cancel: (runId) => void options.cancel(runId),
    retry: (runId) => {
      const view = store.peek(runId);
      if (!view) return undefined;
      if (isUnfinishedGoal(view)) {
        options.goOn(view.status === 'partial' || view.status === 'failed' ? 'retry' : 'resume', runId);
        return undefined;
      }
      return started(options.ask(askAgainText(view), askAgain(view)));
    },
    steer: (runId, text, context) => options.steer(runId, text, context),
    agents: () => options.agents().filter((agent) => agent.enabled),
    onDidChangeAgents: (handler) => options.onDidChangeAgents(handler),
    changesSince: (runId) => changesSince(options, runId),
    revertSince: (runId) => revertSince(options, runId),
    resolveApproval: (id, decision, answer) => options.approvals.resolve(id, decision, answer),
    modes: () => options.modes.list(),
    setMode: (id, value) => options.modes.set(id, value),
    onDidChangeModes: (handler) => options.modes.onDidChange(handler),
  };
}

/** This run and the later ones of its thread, the newest first. */
function runsSince(store: RunStore, runId: string): string[] {
  const thread = store.threads().find(({ runIds }) => runIds.includes(runId));
  const runIds = thread?.runIds ?? [runId];
  return runIds.slice(runIds.indexOf(runId)).reverse();
}

async function changesSince({ store, changes }: TeamChatBackendOptions, runId: string): Promise<string[]> {
  const paths = new Set<string>();
  for (const id of runsSince(store, runId)) {
    await changes.load(id);
    for (const change of changes.list(id)) if (isRevertible(change)) paths.add(change.path);
  }
  return [...paths].sort();
}

async function revertSince({ store, changes }: TeamChatBackendOptions, runId: string): Promise<void> {
  for (const id of runsSince(store, runId)) {
    const { conflicts, failed } = await changes.revert(id);
    const [path] = [...conflicts, ...failed.map((problem) => problem.path)];
    if (path === undefined) continue;
    const why = failed[0]?.message ?? vscode.l10n.t('It was changed since.');
    throw new UserError(
      'change.not_reverted',
      vscode.l10n.t('{0} could not be taken back: {1} Settle it in the view of runs, then send again.', path, why),
    );
  }
}

function started({ runId, threadId }: StartedRun): ChatAskStarted {
  return { runId, threadId };
}

/** Asked anew it would do again what is done already. A goal without a plan has nothing to go on with. */
function isUnfinishedGoal({ plan, tasks, status }: RunView): boolean {
  return plan !== undefined && tasks.length > 0 && status !== 'completed';
}

/** A goal that was set by a command says so when it is asked again, so that nobody takes it for a question. */
function askAgainText({ kind, request }: RunView): string {
  return kind === 'goal' ? `@supervisor ${request}` : request;
}

/** The same request again; an answer that its thread's last agent gave stays with the thread. */
function askAgain(view: RunView): AskRunOptions {
  return {
    context: view.context,
    replaces: view.runId,
    interactive: true,
    ...(view.threadId !== undefined && { threadId: view.threadId }),
  };
}

function chatThreads(options: TeamChatBackendOptions): ChatThreads {
  const { store } = options;
  return {
    search: (query, limit) => searchThreads(store, query, limit),
    get: (threadId) => Promise.resolve(threadOf(store, threadId)),
    delete: async (threadId) => {
      const runIds = threadOf(store, threadId)?.runIds ?? [];
      await Promise.all(runIds.filter((runId) => options.isActive(runId)).map((runId) => options.cancel(runId)));
      await store.deleteThread(threadId);
    },
  };
}

function threadOf(store: RunStore, threadId: string): ChatThread | undefined {
  const thread = store.threads().find((candidate) => candidate.threadId === threadId);
  return thread && { threadId, title: thread.title, runIds: thread.runIds };
}

/** Titles of all runs of a thread are searched: they are the first lines of its requests. */
function searchThreads(store: RunStore, query: string, limit: number): Promise<ChatThreadSummary[]> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const runs = new Map(store.list().map((run) => [run.runId, run]));
  const found = store.threads().filter((thread) => {
    if (thread.runIds.length === 0) return false;
    const titles = [thread.title, ...thread.runIds.map((runId) => runs.get(runId)?.title ?? '')];
    const text = titles.join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return Promise.resolve(
    found.slice(0, limit).map((thread) => ({
      threadId: thread.threadId,
      title: thread.title,
      updatedAt: thread.updatedAt,
      messages: thread.runIds.length,
      running: thread.runIds.some((runId) => runs.get(runId)?.status === 'running'),
    })),
  );
}
