// The person's look at a plan before it runs, where the settings want it: run it, change it, send it back with a remark, or stop.
import { CANCELLED, failure } from '../failure';
import type { RunContext } from '../runs/runContext';
import type { GoalServices } from './goalServices';
import { faultsOfTasks } from './plan';
import { planChecks, planGoal, type Planned, type PlanRequest } from './planner';

type Plan = Extract<Planned, { kind: 'plan' }>;

/** The plan that may run, or why none may. A remark costs another planning call, `supervisor.maxReplans` times at most. */
export async function reviewPlan(
  services: GoalServices,
  { plan, request }: { plan: Plan; request: PlanRequest },
  run: RunContext,
): Promise<Planned> {
  const { reviewPlan: isWanted, maxReplans } = services.settings().supervisor;
  const ask = services.questions?.reviewPlan;
  if (!isWanted || !ask) return plan;
  let current = plan;
  for (let round = 0; ; round += 1) {
    const checks = planChecks(services);
    const scope = run.with({ cause: current.eventId, agent: 'supervisor' });
    const faultsOf = (tasks: Plan['tasks'] | readonly Plan['tasks'][number][]) => faultsOfTasks(tasks, checks);
    const { answer, tasks } = await ask({ tasks: current.tasks, faultsOf }, scope);
    if (answer.kind === 'granted') return revised(current, tasks, scope);
    const remark = answer.kind === 'denied' ? answer.reason : undefined;
    if (remark === undefined || round >= maxReplans) {
      const why = answer.kind === 'expired' ? NOT_APPROVED : CANCELLED;
      return { kind: 'failed', failure: why, text: '', turns: current.turns, eventId: current.eventId };
    }
    const again = await planGoal(services, withRemark(request, current, remark), run.with({ cause: current.eventId }));
    if (again.kind === 'failed') return again;
    current = again;
  }
}

function revised(plan: Plan, tasks: readonly Plan['tasks'][number][], scope: RunContext): Plan {
  if (JSON.stringify(tasks) === JSON.stringify(plan.tasks)) return plan;
  const { id: eventId } = scope.emit('plan.revised', { tasks: [...tasks] });
  return { ...plan, tasks: [...tasks], eventId };
}

function withRemark(request: PlanRequest, { tasks }: Plan, remark: string): PlanRequest {
  const text = `You had planned this:\n${JSON.stringify({ tasks })}\nThe person sent it back: ${remark}\nPlan again accordingly.`;
  return { ...request, message: { role: 'user', content: [...request.message.content, { type: 'text', text }] } };
}

const NOT_APPROVED = failure(
  'plan.not_approved',
  'Nobody approved the plan in time. Run the goal again to plan it anew.',
);
