// A run's view made from the spans of its trace, for traces whose run is not here: imported ones, from other machines or other tools.
// Knows less than a journal does: what spans don't say is absent.
import type { SpanRecord, TaskState } from '../../api';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import { initialRunView } from './reduceRun';
import type { AgentStep, HandoffStep, ModelStep, RunView, StepView, TaskView, ToolStep } from './runView';
import { UsageMeter } from './usageMeter';

const TASK_STATES: ReadonlySet<string> = new Set<TaskState>([
  'completed',
  'failed',
  'skipped',
  'cancelled',
  'interrupted',
] satisfies TaskState[]);
/** Of the answer, in characters. */
const MAX_TEXT = 200_000;

/** `spans` in order of their start; there is at least one. */
export function viewOfSpans(traceId: string, spans: readonly SpanRecord[]): RunView {
  const reader = new SpanReader(spans);
  const root = spans.find((span) => reader.parentOf(span) === undefined) ?? spans[0];
  const ends = spans.flatMap(({ endTime }) => endTime ?? []);
  const isOpen = spans.some(({ endTime }) => endTime === undefined);
  const title = textOf(root?.attributes[AGENT_TEAM.goal]) ?? root?.name ?? '';
  const steps = spans.flatMap((span) => reader.stepsOf(span));
  return {
    ...initialRunView(''),
    traceId,
    kind: spans.some((span) => reader.kindOf(span) === 'plan') ? 'goal' : 'ask',
    title,
    request: title,
    status: isOpen ? 'interrupted' : root?.status === 'error' ? 'failed' : 'completed',
    startedAt: root?.startTime ?? '',
    ...(!isOpen && ends.length > 0 && { endedAt: ends.reduce((a, b) => (a > b ? a : b)) }),
    ...(root && { rootSpanId: root.spanId }),
    steps,
    tasks: reader.tasks(),
    ...reader.phases(),
    text: answerOf(steps),
    usage: usageOf(steps),
  };
}

type Kind = 'agent' | 'tool' | 'chat' | 'plan' | 'task' | 'synthesis' | 'other';

class SpanReader {
  private readonly byId: ReadonlyMap<string, SpanRecord>;
  private readonly kinds = new Map<string, Kind>();
  /** The nearest agent and task above each span, worked out once. */
  private readonly owners = new Map<string, { agent?: SpanRecord; task?: SpanRecord }>();

  constructor(private readonly spans: readonly SpanRecord[]) {
    this.byId = new Map(spans.map((span) => [span.spanId, span]));
  }

  parentOf({ parentSpanId }: SpanRecord): SpanRecord | undefined {
    return parentSpanId === undefined ? undefined : this.byId.get(parentSpanId);
  }

  kindOf(span: SpanRecord): Kind {
    const known = this.kinds.get(span.spanId);
    if (known) return known;
    const kind = readKind(span);
    this.kinds.set(span.spanId, kind);
    return kind;
  }

  stepsOf(span: SpanRecord): StepView[] {
    switch (this.kindOf(span)) {
      case 'agent':
        return this.agentSteps(span);
      case 'chat':
        return [this.modelStep(span)];
      case 'tool':
        return span.attributes[AGENT_TEAM.handoffTo] === undefined ? [this.toolStep(span)] : [this.handoffStep(span)];
      default:
        return [];
    }
  }

  tasks(): TaskView[] {
    return this.spans.filter((span) => this.kindOf(span) === 'task').map(toTask);
  }

  phases(): Pick<RunView, 'plan' | 'synthesis'> {
    const plan = this.spans.find((span) => this.kindOf(span) === 'plan');
    const synthesis = this.spans.find((span) => this.kindOf(span) === 'synthesis');
    return {
      ...(plan && { plan: { ...toPhase(plan), rejected: 0, revised: 0 } }),
      ...(synthesis && { synthesis: toPhase(synthesis) }),
    };
  }

  private agentSteps(span: SpanRecord): StepView[] {
    const above = this.ownersOf(span).agent;
    const step: AgentStep = {
      ...this.base(span),
      kind: 'agent',
      agent: agentOf(span),
      status: statusOf(span),
      ...promptVersionOf(span),
      ...(span.status === 'error' && { error: failureOf(span) }),
    };
    if (!above) return [step];
    // Tools that have no handoffs nest the agent that is called in the one that calls.
    const handoff: HandoffStep = {
      ...this.base(above),
      ...this.base(span),
      id: `handoff:${span.spanId}`,
      kind: 'handoff',
      agent: agentOf(above),
      to: step.agent,
      reason: '',
      status: 'completed',
    };
    return [handoff, step];
  }

  private handoffStep(span: SpanRecord): HandoffStep {
    const { attributes } = span;
    const isRefused = span.status === 'error';
    return {
      ...this.base(span),
      kind: 'handoff',
      agent: textOf(attributes[AGENT_TEAM.handoffFrom]) ?? this.agentAbove(span),
      to: textOf(attributes[AGENT_TEAM.handoffTo]) ?? '',
      reason: textOf(attributes[AGENT_TEAM.handoffReason]) ?? '',
      status: isRefused ? 'rejected' : 'completed',
      ...(isRefused && { why: span.statusMessage ?? '' }),
    };
  }

  private modelStep(span: SpanRecord): ModelStep {
    const { attributes } = span;
    const usage = {
      inputTokens: numberOf(attributes[GEN_AI.inputTokens]),
      outputTokens: numberOf(attributes[GEN_AI.outputTokens]),
      cachedInputTokens: numberOf(attributes[GEN_AI.cachedInputTokens]),
      costUsd: numberOf(attributes[AGENT_TEAM.costUsd]),
    };
    return {
      ...this.base(span),
      kind: 'model',
      agent: this.agentAbove(span),
      status: statusOf(span),
      model: textOf(attributes[GEN_AI.requestModel]) ?? span.name.replace(/^chat /, ''),
      endpoint: textOf(attributes[GEN_AI.provider]) ?? '',
      role: this.agentAbove(span),
      text: answerText(attributes[GEN_AI.outputMessages]),
      attempt: numberOf(attributes[AGENT_TEAM.attempt]) ?? 1,
      usage: Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined)),
      ...(span.status === 'error' && { error: failureOf(span) }),
    };
  }

  private toolStep(span: SpanRecord): ToolStep {
    const { attributes } = span;
    const tool = textOf(attributes[GEN_AI.toolName]) ?? span.name.replace(/^execute_tool /, '');
    return {
      ...this.base(span),
      kind: 'tool',
      agent: this.agentAbove(span),
      status: statusOf(span),
      tool,
      title: tool,
      input: parsed(attributes[GEN_AI.toolArguments]),
      text: textOf(attributes[GEN_AI.toolResult]) ?? '',
    };
  }

  private base(span: SpanRecord) {
    const { task } = this.ownersOf(span);
    const taskId = textOf(span.attributes[AGENT_TEAM.taskId]) ?? (task && taskIdOf(task));
    return {
      id: span.spanId,
      spanId: span.spanId,
      startedAt: span.startTime,
      ...durationOf(span),
      ...(taskId !== undefined && { taskId }),
    };
  }

  private agentAbove(span: SpanRecord): string {
    const own = textOf(span.attributes[GEN_AI.agentName]);
    const { agent } = this.ownersOf(span);
    return own ?? (agent ? agentOf(agent) : '');
  }

  /** Walks up until somebody is known, then writes it down on the way back: linear, without recursion, and cycles end. */
  private ownersOf(span: SpanRecord): { agent?: SpanRecord; task?: SpanRecord } {
    const path: SpanRecord[] = [];
    const seen = new Set<string>();
    let at: SpanRecord | undefined = span;
    while (at && !this.owners.has(at.spanId) && !seen.has(at.spanId)) {
      seen.add(at.spanId);
      path.push(at);
      at = this.parentOf(at);
    }
    for (const child of path.reverse()) {
      const parent = this.parentOf(child);
      const inherited = { ...(parent && this.owners.get(parent.spanId)) };
      if (parent && this.kindOf(parent) === 'agent') inherited.agent = parent;
      if (parent && this.kindOf(parent) === 'task') inherited.task = parent;
      this.owners.set(child.spanId, inherited);
    }
    return this.owners.get(span.spanId) ?? {};
  }
}

function readKind({ name, attributes }: SpanRecord): Kind {
  if (name.startsWith('task ')) return 'task';
  if (name.startsWith('plan ')) return 'plan';
  if (name === 'synthesize') return 'synthesis';
  const operation = textOf(attributes[GEN_AI.operation]) ?? name.split(' ', 1)[0];
  if (operation === 'invoke_agent') return 'agent';
  if (operation === 'execute_tool') return 'tool';
  if (operation === 'chat') return 'chat';
  return 'other';
}

function toTask(span: SpanRecord): TaskView {
  const { attributes } = span;
  const id = taskIdOf(span);
  const stated = textOf(attributes[AGENT_TEAM.taskStatus]);
  const open = span.endTime === undefined ? 'interrupted' : span.status === 'error' ? 'failed' : 'completed';
  const dependencies = attributes[AGENT_TEAM.taskDependencies];
  return {
    id,
    agent: textOf(attributes[AGENT_TEAM.taskType]) ?? '',
    title: id,
    description: '',
    status: stated !== undefined && TASK_STATES.has(stated) ? (stated as TaskState) : open,
    dependencies: Array.isArray(dependencies) ? dependencies.filter((item) => typeof item === 'string') : [],
    text: '',
    attempts: numberOf(attributes[AGENT_TEAM.taskAttempt]) ?? 1,
    usage: new UsageMeter().snapshot(),
    activities: [],
    startedAt: span.startTime,
    ...(span.endTime !== undefined && { endedAt: span.endTime }),
    ...(span.status === 'error' && { error: failureOf(span) }),
  };
}

function toPhase(span: SpanRecord) {
  const status = span.endTime === undefined ? 'interrupted' : span.status === 'error' ? 'failed' : 'completed';
  return {
    status,
    startedAt: span.startTime,
    ...(span.endTime !== undefined && { endedAt: span.endTime }),
    usage: new UsageMeter().snapshot(),
    ...(span.status === 'error' && { error: failureOf(span) }),
  } as const;
}

function taskIdOf(span: SpanRecord): string {
  return textOf(span.attributes[AGENT_TEAM.taskId]) ?? span.name.replace(/^task /, '');
}

function agentOf(span: SpanRecord): string {
  return textOf(span.attributes[GEN_AI.agentName]) ?? span.name.replace(/^invoke_agent /, '');
}

function promptVersionOf({ attributes }: SpanRecord): { promptVersion?: string } {
  const version = textOf(attributes[AGENT_TEAM.promptVersion]) ?? textOf(attributes[GEN_AI.agentVersion]);
  return version === undefined ? {} : { promptVersion: version };
}

function statusOf(span: SpanRecord): 'running' | 'completed' | 'failed' {
  if (span.status === 'error') return 'failed';
  return span.endTime === undefined ? 'running' : 'completed';
}

function failureOf({ attributes, statusMessage }: SpanRecord) {
  const reason = textOf(attributes[GEN_AI.errorType]) ?? 'unknown';
  return { reason, message: statusMessage ?? reason, retryable: false };
}

function durationOf({ startTime, endTime }: SpanRecord): { durationMs?: number } {
  return endTime === undefined ? {} : { durationMs: Math.max(0, Date.parse(endTime) - Date.parse(startTime)) };
}

function usageOf(steps: readonly StepView[]) {
  const meter = new UsageMeter();
  for (const step of steps) if (step.kind === 'model') meter.add(step.usage ?? {});
  return meter.snapshot();
}

/** What the last model call said, as far as messages were captured. */
function answerOf(steps: readonly StepView[]): string {
  const last = steps.findLast((step) => step.kind === 'model' && step.text !== '');
  return last?.kind === 'model' ? last.text : '';
}

function answerText(messages: unknown): string {
  const list = parsed(messages);
  if (!Array.isArray(list)) return '';
  const parts = list.flatMap((message: unknown) => objectOf(message)['parts']).map(objectOf);
  const texts = parts.filter(({ type }) => type === 'text').map(({ content }) => textOf(content) ?? '');
  return texts.join('\n').slice(0, MAX_TEXT);
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    // Other tools write plain text here.
    return value;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
