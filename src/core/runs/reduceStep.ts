// The part of a run's view that tells what happened, step by step.
import type { TeamEvent } from '../events/teamEvent';
import { positionsOf } from './positions';
import type { AgentStep, HandoffStep, ModelStep, NoticeStep, RunView, StepView, ToolStep } from './runView';

type StepOf<K extends StepView['kind']> = Extract<StepView, { kind: K }>;

/** Topics that show as a notice, and how much they matter. */
const NOTICES: Partial<Record<TeamEvent['topic'], NoticeStep['level']>> = {
  'route.fallback': 'warning',
  'plan.rejected': 'warning',
  'plan.revised': 'info',
  'context.condensed': 'info',
  'guardrail.tripped': 'warning',
  'budget.warned': 'warning',
  'budget.exceeded': 'error',
  'breaker.opened': 'warning',
  'breaker.closed': 'info',
  'conflict.resolved': 'info',
  'edit.conflicted': 'warning',
  'approval.denied': 'info',
  'approval.expired': 'warning',
  'run.paused': 'info',
  'run.resumed': 'info',
  'run.interrupted': 'warning',
};

/** Mutates `view`, which is the caller's own copy; a changed step is a new object in the shared array. */
export function reduceStep(view: RunView, event: TeamEvent): void {
  const step = stepOf(view, event);
  if (step) positionsOf<StepView>(view.steps, keyOf).put(step);
}

function stepOf(view: RunView, event: TeamEvent): StepView | undefined {
  const level = isSteering(event) ? 'info' : NOTICES[event.topic];
  if (level) return { ...base(event, event.id), kind: 'notice', level, topic: event.topic, data: { ...event.payload } };
  if (event.topic === 'route.decided') {
    const { agent, reason, by, durationMs } = event.payload;
    return { ...base(event, event.id), agent: 'router', kind: 'route', to: agent, reason, by, durationMs };
  }
  return handoffStep(view, event) ?? agentStep(view, event) ?? modelStep(view, event) ?? toolStep(view, event);
}

/** Of all progress, only what a person said while the run worked is part of its story. */
function isSteering(event: TeamEvent): boolean {
  return event.topic === 'task.progress' && event.payload.from === 'person';
}

function handoffStep(view: RunView, event: TeamEvent): HandoffStep | undefined {
  switch (event.topic) {
    case 'handoff.requested': {
      const { from, to, reason } = event.payload;
      return { ...base(event, event.id), agent: from, kind: 'handoff', to, reason, status: 'requested' };
    }
    case 'handoff.completed':
    case 'handoff.rejected': {
      const { from, to, reason } = event.payload;
      const step = openHandoff(view, from, to) ?? {
        ...base(event, event.id),
        agent: from,
        kind: 'handoff',
        to,
        reason,
      };
      if (event.topic === 'handoff.completed') return { ...step, status: 'completed', durationMs: since(step, event) };
      return { ...step, status: 'rejected', why: event.payload.why, durationMs: since(step, event) };
    }
    default:
      return undefined;
  }
}

/** The newest request that waits for this answer: at most a few steps back. */
function openHandoff({ steps }: RunView, from: string, to: string): HandoffStep | undefined {
  for (let index = steps.length - 1; index >= Math.max(0, steps.length - 100); index -= 1) {
    const step = steps[index];
    if (step?.kind === 'handoff' && step.status === 'requested' && step.agent === from && step.to === to) return step;
  }
  return undefined;
}

function agentStep(view: RunView, event: TeamEvent): AgentStep | undefined {
  switch (event.topic) {
    case 'agent.started': {
      const step: AgentStep = { ...base(event, event.payload.invocationId), kind: 'agent', status: 'running' };
      if (event.promptVersion !== undefined) step.promptVersion = event.promptVersion;
      return step;
    }
    case 'agent.completed': {
      const { invocationId, turns, note } = event.payload;
      const step = known(view, 'agent', invocationId) ?? { ...base(event, invocationId), kind: 'agent' as const };
      const next: AgentStep = { ...step, status: 'completed', turns, durationMs: since(step, event) };
      return note === undefined ? next : { ...next, note };
    }
    case 'agent.failed': {
      const { invocationId, turns, error } = event.payload;
      const step = known(view, 'agent', invocationId) ?? { ...base(event, invocationId), kind: 'agent' as const };
      return { ...step, status: 'failed', turns, error, durationMs: since(step, event) };
    }
    default:
      return undefined;
  }
}

function modelStep(view: RunView, event: TeamEvent): ModelStep | undefined {
  switch (event.topic) {
    case 'model.requested': {
      const { callId, role, attempt } = event.payload;
      const { error: _error, delayMs: _delayMs, ...step } = known(view, 'model', callId) ?? newModelStep(event);
      return { ...step, status: 'running', role, attempt };
    }
    case 'model.retrying': {
      const { callId, error, attempt, delayMs } = event.payload;
      return { ...(known(view, 'model', callId) ?? newModelStep(event)), status: 'retrying', error, attempt, delayMs };
    }
    case 'model.completed': {
      const { callId, text, reasoning, usage, durationMs, notices } = event.payload;
      const { error: _error, ...step } = known(view, 'model', callId) ?? newModelStep(event);
      const next: ModelStep = { ...step, status: 'completed', text, usage, durationMs };
      if (reasoning !== undefined) next.reasoning = reasoning;
      if (notices !== undefined) next.notices = notices;
      return next;
    }
    case 'model.failed': {
      const { callId, text, error, usage, durationMs } = event.payload;
      return {
        ...(known(view, 'model', callId) ?? newModelStep(event)),
        status: 'failed',
        text,
        error,
        usage,
        durationMs,
      };
    }
    default:
      return undefined;
  }
}

function newModelStep(event: TeamEvent<'model.requested' | 'model.retrying' | 'model.completed' | 'model.failed'>) {
  const { callId, model, endpoint } = event.payload;
  const step: ModelStep = {
    ...base(event, callId),
    kind: 'model',
    status: 'running',
    model,
    endpoint,
    role: event.agent ?? '',
    text: '',
    attempt: 1,
  };
  return step;
}

function toolStep(view: RunView, event: TeamEvent): ToolStep | undefined {
  switch (event.topic) {
    case 'tool.requested':
      return { ...newToolStep(event), input: event.payload.input };
    case 'tool.started': {
      const { callId, title, effect } = event.payload;
      return { ...(known(view, 'tool', callId) ?? newToolStep(event)), status: 'running', title, effect };
    }
    case 'tool.completed': {
      const { callId, text, durationMs, files, findings, truncated } = event.payload;
      const step = known(view, 'tool', callId) ?? newToolStep(event);
      const next: ToolStep = { ...step, status: 'completed', text, durationMs };
      if (files) next.files = files;
      if (findings) next.findings = findings.length;
      if (truncated !== undefined) next.truncated = truncated;
      return next;
    }
    case 'tool.failed': {
      const { callId, text, durationMs } = event.payload;
      return { ...(known(view, 'tool', callId) ?? newToolStep(event)), status: 'failed', text, durationMs };
    }
    default:
      return undefined;
  }
}

function newToolStep(event: TeamEvent<'tool.requested' | 'tool.started' | 'tool.completed' | 'tool.failed'>): ToolStep {
  const { callId, tool } = event.payload;
  return { ...base(event, callId), kind: 'tool', status: 'requested', tool, title: tool, input: undefined };
}

function base(event: TeamEvent, id: string) {
  return {
    id,
    agent: event.agent ?? '',
    startedAt: event.time,
    ...(event.taskId !== undefined && { taskId: event.taskId }),
    ...(event.spanId !== undefined && { spanId: event.spanId }),
  };
}

function since(step: { startedAt: string }, event: TeamEvent): number {
  return Math.max(0, Date.parse(event.time) - Date.parse(step.startedAt));
}

function known<K extends StepView['kind']>(view: RunView, kind: K, id: string): StepOf<K> | undefined {
  const index = positionsOf<StepView>(view.steps, keyOf).indexOf(`${kind}:${id}`);
  const step = index === undefined ? undefined : view.steps[index];
  return step?.kind === kind ? (step as StepOf<K>) : undefined;
}

/** Servers choose the ids of tool calls, so an id alone may be taken by a step of another kind. */
function keyOf({ kind, id }: StepView): string {
  return `${kind}:${id}`;
}
