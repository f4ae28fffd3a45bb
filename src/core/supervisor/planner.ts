// Asks the supervisor for a plan, and sends a bad one back with its exact faults, a bounded number of times.
import type { AgentServices } from '../agents/agentServices';
import type { AgentSpec } from '../agents/agentSpec';
import { recallFor } from '../agents/recallFor';
import { systemPrompt } from '../agents/systemPrompt';
import { failure, type Failure } from '../failure';
import type { ChatMessage, UserMessage } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import {
  checkPlan,
  planInvalid,
  readPlanWith,
  SUBMIT_PLAN,
  SUBMIT_PLAN_SCHEMA,
  type PlanChecks,
  type PlannedTask,
} from './plan';
import { sentBack } from './sentBack';

export interface PlanRequest {
  /** The goal with its material, guarded. */
  message: UserMessage;
  instructions?: string;
}

/** `eventId` is the cause of what comes next. */
export type Planned =
  | { kind: 'plan'; tasks: PlannedTask[]; turns: number; eventId: string }
  | { kind: 'failed'; failure: Failure; text: string; turns: number; eventId: string | undefined };

/** One planning call, and one more for each plan that is sent back, at most `supervisor.maxReplans` times. */
export async function planGoal(services: AgentServices, request: PlanRequest, run: RunContext): Promise<Planned> {
  const spec = services.registry.role('supervisor');
  const promptVersion = services.registry.usePromptVersion(spec);
  const span = run.startSpan('plan supervisor', {
    [GEN_AI.operation]: 'plan',
    [GEN_AI.agentName]: spec.name,
    [GEN_AI.agentVersion]: promptVersion,
    [AGENT_TEAM.promptVersion]: promptVersion,
    [AGENT_TEAM.runId]: run.runId,
  });
  const scope = run.with({ span, agent: spec.name, promptVersion });
  const invocationId = services.newId();
  const started = scope.emit('agent.started', { invocationId, tools: [SUBMIT_PLAN] });
  const memory = await recallFor(services, [request.message], scope.with({ cause: started.id }));
  const messages = planningMessages(services, spec, { ...request, memory });
  const planned = await askForPlan(services, messages, scope.with({ cause: started.id }));
  report(planned, invocationId, scope);
  if (planned.kind === 'plan')
    span.end({ status: 'ok', attributes: { [AGENT_TEAM.planTaskCount]: planned.tasks.length } });
  else {
    const { message, reason } = planned.failure;
    span.end({ status: 'error', message, attributes: { [GEN_AI.errorType]: reason } });
  }
  return planned;
}

function report(planned: Planned, invocationId: string, scope: RunContext): void {
  const { turns } = planned;
  if (planned.kind === 'plan') {
    const payload = { invocationId, text: '', turns, outcome: 'handoff' } as const;
    scope.emit('agent.completed', payload, causedBy(planned.eventId));
  } else {
    const { failure: error, text } = planned;
    scope.emit('agent.failed', { invocationId, error, text, turns }, causedBy(planned.eventId));
  }
}

async function askForPlan(services: AgentServices, messages: ChatMessage[], run: RunContext): Promise<Planned> {
  const { maxReplans } = services.settings().supervisor;
  const checks = planChecks(services);
  let cause = run.scope.cause;
  for (let attempt = 1; ; attempt += 1) {
    const scope = cause === undefined ? run : run.with({ cause });
    const outcome = await services.models.call(
      { role: 'supervisor', messages, tools: [SUBMIT_PLAN_TOOL], toolChoice: 'required' },
      scope,
    );
    cause = outcome.eventId ?? cause;
    if (outcome.kind === 'failed') {
      return { kind: 'failed', failure: outcome.failure, text: outcome.text, turns: attempt, eventId: cause };
    }
    const plan = readPlanWith(outcome.message, (value) => checkPlan(value, checks));
    if (plan.ok) {
      const created = run.emit('plan.created', { tasks: plan.tasks }, causedBy(cause));
      return { kind: 'plan', tasks: plan.tasks, turns: attempt, eventId: created.id };
    }
    cause = run.emit('plan.rejected', { faults: plan.faults, attempt }, causedBy(cause)).id;
    if (attempt > maxReplans)
      return { kind: 'failed', failure: planInvalid(plan.faults), text: '', turns: attempt, eventId: cause };
    messages.push(...sentBack(outcome.message, 'plan', plan.faults));
  }
}

export const SUBMIT_PLAN_TOOL = {
  name: SUBMIT_PLAN,
  description: 'Submits the plan: the tasks that together reach the goal, each for one agent.',
  inputSchema: SUBMIT_PLAN_SCHEMA,
};

export function planChecks({ registry, settings }: AgentServices): PlanChecks {
  return {
    canonicalAgent: (name) => (registry.isAvailable(name) ? registry.canonicalName(name) : undefined),
    agents: registry.available().map(({ name }) => name),
    maxTasks: settings().supervisor.maxTasks,
  };
}

function planningMessages(
  services: AgentServices,
  spec: AgentSpec,
  { message, instructions, memory }: PlanRequest & { memory: string | undefined },
): ChatMessage[] {
  const { supervisor } = services.settings();
  const frame = [
    'Plan this goal. The team:',
    ...teamLines(services),
    `At most ${supervisor.maxTasks} tasks; at most ${supervisor.maxConcurrency} run at the same time.`,
    'The goal:',
  ].join('\n');
  return [
    { role: 'system', text: systemPrompt({ spec, targets: [], instructions, memory }) },
    { role: 'user', content: [{ type: 'text', text: frame }, ...message.content] },
  ];
}

/** The team as planners see it: descriptions, not prompts. */
export function teamLines({ registry, breakers }: AgentServices): string[] {
  return registry.available().map(({ name, description }) => {
    const isFailing = breakers.isOpen(name);
    return `- ${name}: ${description}${isFailing ? ' (fails at the moment: choose another where one can do it)' : ''}`;
  });
}

function causedBy(eventId: string | undefined): { causationId?: string } {
  return eventId === undefined ? {} : { causationId: eventId };
}

/** The failure of a goal for which there is nobody. */
export const NO_AGENTS = failure(
  'agent.none_available',
  'No agent can take a task: all are switched off by agentTeam.agents.disabled or paused.',
);
