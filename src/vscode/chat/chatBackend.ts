// What the chat needs of the team. The composition root implements it with the engine; tests and the dev page with fakes.
// The chat owns no run: whatever it shows, it reads from here, and it may be closed and opened at any time.
import type { AgentInfo, ContextItem, Disposable } from '../../api';
import type { LiveCall, LiveDelta } from '../../core/runs/liveText';
import type { PolicyMode } from '../approvals/policyModes';
import type { ModelLine } from '../models/modelLine';
import type { RunsSource } from '../runs/runsSource';

export interface ChatBackend {
  readonly runs: RunsSource;
  readonly live: ChatLiveText;
  readonly threads: ChatThreads;
  readonly model: ModelLine;

  /** False for a run that another window works on: it can be watched here, not stopped or steered. */
  isHere(runId: string): boolean;
  /** Starts a run at once and returns its ids; `threadId` of the options continues a thread, without it a new one begins. */
  ask(request: string, options: ChatAskOptions): ChatAskStarted;
  /** Stops a run; does nothing for one that has ended. */
  cancel(runId: string): void;
  /** Asks the same again, with the same context; the new run replaces the old one in its thread. Undefined where there is no new run: for an unknown one, and for a goal that goes on with what is missing. */
  retry(runId: string): ChatAskStarted | undefined;
  /** Hands the running agent a message before its next turn. False when the run can take none (it ended, or is a goal): the chat then queues it. */
  steer(runId: string, text: string, context: ContextItem[]): boolean;
  /** Agents that `@` can name: enabled ones only. */
  agents(): readonly AgentInfo[];
  onDidChangeAgents(handler: () => void): Disposable;

  /** Files that this run and the later ones of its thread changed and that could be taken back; empty when there are none. */
  changesSince(runId: string): Promise<readonly string[]>;
  /** Takes those changes back before an edited message is sent again. Rejects with a `UserError` where that fails. */
  revertSince(runId: string): Promise<void>;

  /** Does nothing for an approval that is settled. */
  resolveApproval(id: string, decision: 'allow' | 'deny', options?: ChatApprovalOptions): void;

  /** Switches that stand below the input, e.g. what happens with edits; empty where there are none. */
  modes(): readonly PolicyMode[];
  setMode(id: string, value: string): Promise<void>;
  onDidChangeModes(handler: () => void): Disposable;
}

export interface ChatAskOptions {
  threadId?: string;
  context: ContextItem[];
  /** Absent: the router, or the thread's last agent, decides. `@agent` in the text is left to the engine. */
  agent?: string;
  /** Edit and resend: the run whose message this one replaces; it and what followed no longer count in the thread. */
  replaces?: string;
}

export interface ChatAskStarted {
  runId: string;
  threadId: string;
}

export interface ChatApprovalOptions {
  scope?: 'once' | 'run' | 'workspace';
  reason?: string;
}

/** Text while it streams; `LiveText` of core fits it. */
export interface ChatLiveText {
  current(runId?: string): LiveCall[];
  subscribe(handler: (delta: LiveDelta) => void): Disposable;
}

export interface ChatThreads {
  /** Newest first, at most `limit`; with a query, those whose title or requests contain all of its words. */
  search(query: string, limit: number): Promise<ChatThreadSummary[]>;
  get(threadId: string): Promise<ChatThread | undefined>;
  /** Deletes a thread and its runs; one that runs is cancelled first. */
  delete(threadId: string): Promise<void>;
}

export interface ChatThreadSummary {
  threadId: string;
  title: string;
  /** ISO-8601. */
  updatedAt: string;
  /** Number of requests. */
  messages: number;
  running: boolean;
}

export interface ChatThread {
  threadId: string;
  title: string;
  /** Oldest first, replaced ones included: the chat leaves those out by their successors' `replaces`. */
  runIds: readonly string[];
}
