// What other extensions can rely on: the types of the API that `activate()` returns.
// Types only, no imports, so that this file can be published and copied as it is.

/** Anything that can be released; releasing twice does nothing. */
export interface Disposable {
  dispose(): void;
}

/** The API that the extension's `activate()` returns. Expected outcomes never reject: they are in the results. */
export interface AgentTeamApi {
  readonly apiVersion: 1;
  /** Asks the team. Without `agent` the router decides; with several agents the arbiter joins their answers. */
  ask(request: string, options?: AskOptions): RunHandle;
  /** Lets the supervisor turn a goal into a graph of tasks and run it. */
  goal(goal: string, options?: { context?: ContextItem[] }): RunHandle;
  /** Reviews code; the findings stand in the result. */
  review(target: ReviewTarget): RunHandle;
  readonly runs: RunsApi;
  readonly approvals: ApprovalsApi;
  readonly changes: ChangesApi;
  readonly events: EventsApi;
  readonly traces: TracesApi;
  readonly agents: AgentsApi;
  readonly tools: ToolsApi;
  readonly memory: MemoryApi;
}

export interface AskOptions {
  agent?: string | string[];
  threadId?: string;
  context?: ContextItem[];
}

export type ReviewTarget = { uri: string; range?: Range } | { changes: 'working' | 'staged' | 'branch'; base?: string };

export interface RunsApi {
  list(): RunSummary[];
  get(runId: string): Promise<RunResult | undefined>;
  cancel(runId: string, taskId?: string): Promise<void>;
  pause(runId: string): Promise<void>;
  retry(runId: string, taskId: string): RunHandle;
  resume(runId: string): RunHandle;
  delete(runId: string): Promise<void>;
}

export interface ApprovalsApi {
  list(): Approval[];
  resolve(
    id: string,
    decision: 'allow' | 'deny',
    options?: { scope?: 'once' | 'run' | 'workspace'; reason?: string },
  ): void;
}

export interface ChangesApi {
  list(runId?: string): FileChange[];
  accept(runId: string, path?: string, hunkId?: string): Promise<ApplyResult>;
  reject(runId: string, path?: string, hunkId?: string): Promise<void>;
  revert(runId: string): Promise<ApplyResult>;
}

export interface EventsApi {
  /** Publishes under `user.**` or `ext.<extension id>.**`; throws for any other or a malformed topic. */
  publish(topic: string, payload: unknown, options?: { causationId?: string }): EventEnvelope;
  subscribe(
    pattern: string,
    handler: (event: EventEnvelope) => void | Promise<void>,
    options?: SubscribeOptions,
  ): Disposable;
  history(filter?: HistoryFilter): Promise<EventEnvelope[]>;
  stats(): EventStats;
}

export interface SubscribeOptions {
  /** Length of the subscriber's queue, in events; default 1,000. */
  queue?: number;
  policy?: 'block' | 'drop-oldest' | 'drop-newest';
  /** Deliver first what this window's log holds after this sequence number. */
  afterSeq?: number;
}

export interface HistoryFilter {
  pattern?: string;
  runId?: string;
  afterSeq?: number;
  limit?: number;
}

export interface EventStats {
  published: number;
  subscribers: { pattern: string; delivered: number; dropped: number; failed: number; depth: number }[];
}

export interface TracesApi {
  list(): TraceSummary[];
  spans(traceId: string): Promise<SpanRecord[]>;
  exportOtlp(traceIds?: string[]): Promise<unknown>;
  importOtlp(otlp: unknown): Promise<string[]>;
}

export interface TraceSummary {
  traceId: string;
  runId?: string;
  name: string;
  startTime: string;
  endTime?: string;
  spans: number;
  errors: number;
  /** Set on traces of which (some) spans were imported from a file. */
  imported?: true;
}

export interface AgentsApi {
  list(): AgentInfo[];
  register(definition: AgentDefinition): Disposable;
}

export interface ToolsApi {
  list(): ToolInfo[];
  register(definition: ToolDefinition): Disposable;
}

export interface MemoryApi {
  get(key: string, scope?: MemoryScope): Promise<{ value: unknown; version: number; author: string } | undefined>;
  set(
    key: string,
    value: unknown,
    options?: { scope?: MemoryScope; expectedVersion?: number },
  ): Promise<{ version: number } | Failure>;
  delete(key: string, scope?: MemoryScope): Promise<void>;
  search(
    query: string,
    options?: { limit?: number; scope?: MemoryScope },
  ): Promise<{ key: string; scope: MemoryScope; snippet: string; score: number }[]>;
}

/** Where a memory entry is seen; the default is `'workspace'`. */
export type MemoryScope = 'workspace' | { runId: string } | { threadId: string };

/** A run that was started. `result` never rejects. */
export interface RunHandle {
  readonly runId: string;
  readonly result: Promise<RunResult>;
  cancel(): void;
}

export type RunKind = 'ask' | 'goal' | 'review' | 'reaction';

export type RunState =
  'running' | 'paused' | 'waiting-approval' | 'completed' | 'partial' | 'failed' | 'cancelled' | 'interrupted';

export type TaskState =
  | 'pending'
  | 'blocked'
  | 'running'
  | 'waiting-approval'
  | 'retrying'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'interrupted';

export interface RunSummary {
  runId: string;
  kind: RunKind;
  title: string;
  status: RunState;
  agent?: string;
  threadId?: string;
  startedAt: string;
  endedAt?: string;
}

export interface RunResult {
  runId: string;
  threadId?: string;
  kind: RunKind;
  status: RunState;
  /** The agent that answered; `supervisor` for a goal, `arbiter` for the answers of several; if nobody answered, the last one in control. */
  agent?: string;
  text: string;
  handoffs: { from: string; to: string; reason: string }[];
  /** Of a goal; where several agents were asked at once, the part of each, by its name. */
  tasks: TaskResult[];
  changes: FileChange[];
  findings: Finding[];
  usage: RunUsage;
  error?: Failure;
  traceId: string;
}

export interface TaskResult {
  id: string;
  agent: string;
  status: string;
  dependencies: string[];
  text: string;
  error?: Failure;
  startedAt?: string;
  endedAt?: string;
  attempts: number;
}

/** Tokens as endpoints reported them; `complete` is false when one of them did not. Unknown cost is absent, never 0. */
export interface RunUsage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  modelCalls: number;
  costUsd?: number;
  complete: boolean;
}

export interface FileChange {
  runId: string;
  path: string;
  from?: string;
  kind: 'create' | 'modify' | 'delete' | 'rename';
  status: 'proposed' | 'accepted' | 'rejected' | 'reverted' | 'conflicted';
  added: number;
  removed: number;
  hunks: { id: string; startLine: number; status: string }[];
}

export interface ApplyResult {
  applied: string[];
  conflicts: string[];
  failed: { path: string; message: string }[];
}

export interface Finding {
  id: string;
  path: string;
  /** 1-based, inclusive. */
  startLine: number;
  endLine: number;
  severity: 'blocker' | 'major' | 'minor' | 'nit';
  category: 'bug' | 'security' | 'performance' | 'tests' | 'style' | 'docs';
  title: string;
  why: string;
  evidence: string;
  suggestion?: { oldText: string; newText: string };
  /** 0 to 1. */
  confidence: number;
  rule?: string;
  agent: string;
  status: 'open' | 'applied' | 'dismissed' | 'resolved';
}

/** An expected outcome that is not success. `reason` is a dotted literal such as `model.rate_limited`. */
export interface Failure {
  reason: string;
  message: string;
  retryable: boolean;
}

export interface Approval {
  id: string;
  runId: string;
  taskId?: string;
  agent: string;
  tool: string;
  title: string;
  detail: string;
  /** What the agent said before the call. */
  why?: string;
  risk?: 'medium' | 'high';
  /** What an answer for the run or the workspace covers: these and nothing more. */
  covers?: string[];
  createdAt: string;
  expiresAt?: string;
}

export interface AgentInfo {
  name: string;
  description: string;
  source: 'built-in' | 'file' | 'api';
  enabled: boolean;
  promptVersion: string;
  tools: string[];
  handoffs: string[];
  state: 'idle' | 'running' | 'paused';
  breaker: 'closed' | 'open' | 'half-open';
}

export interface ToolInfo {
  name: string;
  description: string;
  inputSchema: object;
  effect: 'read' | 'write' | 'execute';
  source: 'built-in' | 'api' | 'vscode';
}

export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON Schema of the input. */
  inputSchema: object;
  effect: 'read' | 'write' | 'execute';
  run(
    input: unknown,
    context: { signal: AbortSignal; runId: string; agent: string },
  ): Promise<string | { text: string; isError?: boolean }>;
}

export interface AgentDefinition {
  name: string;
  description: string;
  prompt: string;
  tools: string[];
  model?: string;
  handoffs?: string[];
  limits?: { maxTurns?: number; maxTokens?: number; timeoutSeconds?: number };
  on?: Reaction[];
}

/** Makes an agent react to events: see the contract for debouncing, rates and the loop guard. */
export interface Reaction {
  topic: string;
  where?: { files?: string[]; severity?: string; agent?: string };
  debounceMs?: number;
  maxPerMinute?: number;
  prompt: string;
}

export interface ContextItem {
  uri?: string;
  range?: Range;
  text?: string;
  image?: { mimeType: string; base64: string };
  label?: string;
}

/** Zero-based, as in VS Code. */
export interface Range {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

export interface SpanRecord {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: string;
  startTime: string;
  endTime?: string;
  status: 'unset' | 'ok' | 'error';
  statusMessage?: string;
  attributes: Record<string, unknown>;
}

/** What every event carries around its payload. */
export interface EventEnvelope<Payload = unknown> {
  /** ULID. */
  id: string;
  /** Increases by one within one `origin`. */
  seq: number;
  /** The log of one window. */
  origin: string;
  /** ISO-8601. */
  time: string;
  topic: string;
  source: string;
  runId?: string;
  taskId?: string;
  agent?: string;
  promptVersion?: string;
  correlationId: string;
  causationId?: string;
  traceId?: string;
  spanId?: string;
  payload: Payload;
}

/** Usage of one model call; a missing number is unknown, not zero. `inputTokens` includes cached ones. */
export interface CallUsage {
  inputTokens?: number;
  outputTokens?: number;
  cachedInputTokens?: number;
  costUsd?: number;
}

/** How a run ended, in `run.completed`, `run.partial`, `run.failed` and `run.cancelled`. */
export interface RunEnded {
  agent?: string;
  text: string;
  error?: Failure;
  usage: RunUsage;
}

interface AgentStep {
  invocationId: string;
}
interface ModelStep {
  callId: string;
  model: string;
  endpoint: string;
}
interface PlanTask {
  id: string;
  agent: string;
  title: string;
  description: string;
  dependencies: string[];
  /** What its failure means for the others; absent: what the setting says. */
  onFailure?: 'continue' | 'abort';
}
interface ToolStep {
  callId: string;
  tool: string;
}

/** The payload of each topic of the extension. Fields may be added, never removed or changed. */
export interface EventPayloads {
  'run.started': {
    kind: RunKind;
    title: string;
    request: string;
    threadId?: string;
    /** The agent that the caller asked for, as it was named. */
    agent?: string;
    /** The agents that the caller asked for, if several. */
    agents?: string[];
    context: ContextItem[];
    /** The run whose message this one replaces (edit and resend). */
    replaces?: string;
    /** Of a run of kind `reaction`: what it reacts to, and the reactions that it descends from, the first one first. */
    reaction?: { key: string; topic: string; events: number; ancestors: string[] };
    /** Of a run of kind `review`: what is looked at in particular, and changes that are reviewed; places stand in `context`. */
    review?: { focus?: string; changes?: { scope: 'working' | 'staged' | 'branch'; base?: string; uris?: string[] } };
  };
  'run.completed': RunEnded;
  'run.partial': RunEnded;
  'run.failed': RunEnded;
  'run.cancelled': RunEnded;
  'run.interrupted': { reason: string };
  'run.paused': Record<string, never>;
  'run.resumed': { reason?: string };
  'route.decided': {
    agent: string;
    reason: string;
    by: 'model' | 'category' | 'mention' | 'option' | 'thread' | 'policy' | 'fallback';
    durationMs: number;
  };
  'route.fallback': { agent: string; reason: string };
  'handoff.requested': {
    from: string;
    to: string;
    reason: string;
    summary?: string;
    files?: string[];
    context: 'full' | 'summary' | 'none';
  };
  'handoff.completed': { from: string; to: string; reason: string };
  'handoff.rejected': { from: string; to: string; reason: string; why: string };
  'plan.created': { tasks: PlanTask[] };
  'plan.rejected': { faults: string[]; attempt: number };
  /** The whole plan as it is now: what has begun, and what is open. */
  'plan.revised': { tasks: PlanTask[] };
  'task.started': { title: string; attempt: number };
  'task.progress': {
    message: string;
    callId?: string;
    received?: number;
    /** A message with which a person steered the run. */
    from?: 'person';
  };
  'task.completed': {
    text: string;
    /** Paths that it changed. */
    files?: string[];
    findings?: Finding[];
  };
  'task.failed': { error: Failure };
  'task.retrying': { error: Failure; attempt: number; delayMs: number };
  'task.skipped': { reason: string };
  'task.cancelled': { reason: string };
  'task.interrupted': { reason: string };
  'agent.started': AgentStep & { from?: string; tools: string[]; reason?: string };
  'agent.completed': AgentStep & {
    text: string;
    turns: number;
    outcome: 'answer' | 'handoff' | 'cut-off';
    note?: string;
  };
  'agent.failed': AgentStep & { error: Failure; text: string; turns: number };
  'model.requested': ModelStep & {
    role: string;
    attempt: number;
    messages: number;
    estimatedTokens: number;
    content?: unknown;
  };
  'model.completed': ModelStep & {
    text: string;
    reasoning?: string;
    toolCalls: { id: string; name: string; arguments: unknown }[];
    finishReason: string;
    usage: CallUsage;
    durationMs: number;
    notices?: string[];
  };
  'model.failed': ModelStep & { error: Failure; text: string; durationMs: number; usage: CallUsage };
  'model.retrying': ModelStep & { error: Failure; attempt: number; delayMs: number };
  'context.condensed': { dropped: number; keptTokens: number; droppedTokens: number; summary: string };
  'guardrail.tripped': {
    guardrail: string;
    stage: 'input' | 'output' | 'tool';
    action: 'blocked' | 'masked' | 'warned';
    reason: string;
  };
  'tool.requested': ToolStep & { input: unknown };
  'tool.started': ToolStep & { title: string; effect: 'read' | 'write' | 'execute' };
  'tool.completed': ToolStep & {
    text: string;
    durationMs: number;
    files?: string[];
    findings?: Finding[];
    truncated?: boolean;
  };
  'tool.failed': ToolStep & { text: string; durationMs: number; reason: string };
  'approval.requested': Approval;
  'approval.granted': { id: string; scope: 'once' | 'run' | 'workspace' };
  'approval.denied': { id: string; reason?: string };
  'approval.expired': { id: string };
  'edit.proposed': { files: FileChange[] };
  'edit.accepted': { files: FileChange[] };
  'edit.rejected': { files: FileChange[] };
  'edit.reverted': { files: FileChange[] };
  'edit.conflicted': { path: string; reason: string };
  'conflict.resolved': { between: string[]; verdict: string; explanation: string };
  'breaker.opened': { scope: 'endpoint' | 'agent'; name: string; failures: number; resetMs: number };
  'breaker.half_opened': { scope: 'endpoint' | 'agent'; name: string };
  'breaker.closed': { scope: 'endpoint' | 'agent'; name: string };
  'budget.warned': { kind: 'tokens' | 'cost' | 'steps' | 'time'; used: number; limit: number };
  'budget.exceeded': { kind: 'tokens' | 'cost' | 'steps' | 'time'; used: number; limit: number };
  'memory.written': {
    key: string;
    scope: MemoryScope;
    version: number;
    author: string;
    /** The entry was deleted; `version` is that of the deletion. */
    deleted?: true;
  };
  /** `items`: the findings themselves; they stand for all that the run's tools reported. */
  'review.completed': { findings: number; blockers: number; items?: Finding[] };
  /** A finding was decided about after its review: applied, dismissed, resolved, or opened again. */
  'review.updated': { id: string; status: Finding['status']; reason?: string };
  'file.saved': { path: string; uri: string; languageId: string };
  'diagnostics.changed': { path: string; uri: string; errors: number; warnings: number };
  'git.changed': { repository: string; head?: string };
  'tests.finished': { passed: number; failed: number; skipped: number };
  'debug.ended': { name: string; type: string };
  'subscriber.failed': { pattern: string; reason: 'threw' | 'timeout'; message: string; eventId: string };
  'subscriber.dropped': { pattern: string; dropped: number; policy: 'drop-oldest' | 'drop-newest' };
  'subscriber.paused': { pattern: string; atSeq: number };
}

export type EventTopic = keyof EventPayloads;
