// A second thought about a plan that is being carried out: what has begun stays, only what is open changes. One call; a revision that is
// invalid leaves the plan as it is.
import { systemPrompt } from '../agents/systemPrompt';
import type { ChatMessage } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { TaskState } from '../../api';
import type { GoalServices } from './goalServices';
import { checkRevision, readPlanWith, type PlannedTask } from './plan';
import { planChecks, SUBMIT_PLAN_TOOL, teamLines } from './planner';

export interface RevisionRequest {
  goal: string;
  /** Tasks that have begun or ended, with their states: they stay. */
  kept: readonly { task: PlannedTask; state: TaskState }[];
  /** Tasks that have not begun. */
  open: readonly PlannedTask[];
  /** What is new. */
  why: string;
}

/** The tasks to be done instead of the open ones; undefined where the plan stays as it is. Never rejects. */
export async function revisePlan(
  services: GoalServices,
  request: RevisionRequest,
  run: RunContext,
): Promise<PlannedTask[] | undefined> {
  const spec = services.registry.role('supervisor');
  const promptVersion = services.registry.usePromptVersion(spec);
  const span = run.startSpan('plan supervisor', {
    [GEN_AI.operation]: 'plan',
    [GEN_AI.agentName]: spec.name,
    [GEN_AI.agentVersion]: promptVersion,
    [AGENT_TEAM.promptVersion]: promptVersion,
  });
  const scope = run.with({ span, agent: spec.name, promptVersion });
  const messages: ChatMessage[] = [
    { role: 'system', text: systemPrompt({ spec, targets: [] }) },
    { role: 'user', content: [{ type: 'text', text: revisionText(services, request) }] },
  ];
  const outcome = await services.models.call(
    { role: 'supervisor', messages, tools: [SUBMIT_PLAN_TOOL], toolChoice: 'required' },
    scope,
  );
  if (outcome.kind === 'failed') {
    const { message, reason } = outcome.failure;
    span.end({ status: 'error', message, attributes: { [GEN_AI.errorType]: reason } });
    return undefined;
  }
  const kept = new Set(request.kept.map(({ task }) => task.id));
  const plan = readPlanWith(outcome.message, (value) => checkRevision(value, planChecks(services), kept));
  const details = outcome.eventId === undefined ? {} : { causationId: outcome.eventId };
  if (!plan.ok) {
    scope.emit('plan.rejected', { faults: plan.faults, attempt: 1 }, details);
    span.end({ status: 'error', message: plan.faults.join(' '), attributes: { [GEN_AI.errorType]: 'plan.invalid' } });
    return undefined;
  }
  const tasks = [...request.kept.map(({ task }) => task), ...plan.tasks];
  scope.emit('plan.revised', { tasks }, details);
  span.end({ status: 'ok', attributes: { [AGENT_TEAM.planTaskCount]: tasks.length } });
  return plan.tasks;
}

function revisionText(services: GoalServices, { goal, kept, open, why }: RevisionRequest): string {
  const begun = kept.map(({ task, state }) => `- "${task.id}" (${task.agent}, ${state}): ${task.title}`);
  return [
    'Revise the plan of this goal while it is carried out. The team:',
    ...teamLines(services),
    'The goal:',
    goal,
    'Tasks that have begun or ended; they stay as they are, and others may depend on them:',
    ...begun,
    'Tasks that have not begun:',
    JSON.stringify({ tasks: open }),
    'What is new:',
    why,
    'Submit all tasks that are still to be done, and only these: those of the list above that stay (with their ids), changed where needed, and new ones. If nothing is to change, submit that list as it is.',
  ].join('\n');
}
