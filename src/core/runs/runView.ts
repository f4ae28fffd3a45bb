// A run as views show it: what `reduceRun` makes of a journal. Chat, tree, status bar and the API's results are projections of it.
import type {
  Approval,
  CallUsage,
  ContextItem,
  Failure,
  FileChange,
  Finding,
  RunKind,
  RunState,
  RunUsage,
  TaskResult,
  TaskState,
} from '../../api';

export interface RunView {
  runId: string;
  threadId?: string;
  kind: RunKind;
  title: string;
  request: string;
  context: ContextItem[];
  replaces?: string;
  /** The agent that the caller asked for, as it was named. */
  askedAgent?: string;
  /** The agents that the caller asked for, if several. */
  askedAgents?: string[];
  status: RunState;
  /** The last agent in control. */
  agent?: string;
  startedAt: string;
  endedAt?: string;
  traceId: string;
  /** The first root span of the run; resumed runs link to it. */
  rootSpanId?: string;
  /** The answer; of a failed or cancelled run what had been streamed by then. */
  text: string;
  error?: Failure;
  usage: RunUsage;
  handoffs: { from: string; to: string; reason: string }[];
  steps: StepView[];
  /** Of a goal: how its plan came to be. */
  plan?: PlanView;
  tasks: TaskView[];
  /** Of a goal: how the results of its tasks were joined. */
  synthesis?: PhaseView;
  approvals: Approval[];
  changes: FileChange[];
  findings: Finding[];
  /** Sequence number of the last event that was reduced, by origin. */
  lastSeq: Record<string, number>;
  /** The event that was reduced last: the cause of what resumes the run. */
  lastEventId?: string;
}

export interface TaskView extends TaskResult {
  status: TaskState;
  title: string;
  description: string;
  /** What its model calls have used in all attempts; an unknown cost is absent. */
  usage: RunUsage;
  /** What it does at this moment, the latest last; empty while its model thinks and when it does not run. */
  activities: TaskActivity[];
  /** Why it was skipped, stopped or interrupted, in the words of the event. */
  reason?: string;
}

/** A tool that runs, or a model call that waits before it is tried again. */
export interface TaskActivity {
  /** The id of the call. */
  id: string;
  kind: 'tool' | 'wait';
  /** The tool's name, or the reason for the wait. */
  name: string;
  title: string;
}

/** A part of a goal that is no task: making the plan, joining the results. */
export interface PhaseView {
  status: Extract<TaskState, 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted'>;
  startedAt: string;
  endedAt?: string;
  usage: RunUsage;
  error?: Failure;
}

export interface PlanView extends PhaseView {
  /** Plans that had faults and went back to the planner. */
  rejected: number;
  /** Times that what was still open was planned anew. */
  revised: number;
}

interface Step {
  /** Stable within the run: the id of the call, invocation or event that the step shows. */
  id: string;
  taskId?: string;
  agent: string;
  startedAt: string;
  durationMs?: number;
  spanId?: string;
}

export interface RouteStep extends Step {
  kind: 'route';
  to: string;
  reason: string;
  by: string;
}
export interface HandoffStep extends Step {
  kind: 'handoff';
  to: string;
  reason: string;
  status: 'requested' | 'completed' | 'rejected';
  why?: string;
}
export interface AgentStep extends Step {
  kind: 'agent';
  status: 'running' | 'completed' | 'failed';
  promptVersion?: string;
  turns?: number;
  error?: Failure;
  note?: string;
}
export interface ModelStep extends Step {
  kind: 'model';
  status: 'running' | 'retrying' | 'completed' | 'failed';
  model: string;
  endpoint: string;
  role: string;
  text: string;
  reasoning?: string;
  usage?: CallUsage;
  attempt: number;
  /** While `retrying`: how long it waits before the next attempt. */
  delayMs?: number;
  error?: Failure;
  notices?: string[];
}
export interface ToolStep extends Step {
  kind: 'tool';
  status: 'requested' | 'running' | 'completed' | 'failed';
  tool: string;
  title: string;
  input: unknown;
  effect?: 'read' | 'write' | 'execute';
  text?: string;
  files?: string[];
  findings?: number;
  truncated?: boolean;
}
export interface NoticeStep extends Step {
  kind: 'notice';
  level: 'info' | 'warning' | 'error';
  /** The topic of the event that it tells of, e.g. `guardrail.tripped`; views make the sentence from `data`. */
  topic: string;
  data: Record<string, unknown>;
}

/** What happened, in order. Routers' and summarizers' model steps are here too; views choose what to show. */
export type StepView = RouteStep | HandoffStep | AgentStep | ModelStep | ToolStep | NoticeStep;
