// A goal from plan to answer: plan, run what can run at once, join what there is.
//
//   invoke_workflow goal
//     plan supervisor > chat
//     task a > invoke_agent dev > …      task b …
//     synthesize > chat
import { requestMessage } from '../agents/userMessage';
import type { ContentPart } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import { GoalRun, type GoalControl, type GoalMaterial, type GoalOutcome } from './goalRun';
import type { GoalServices } from './goalServices';
import type { EarlierWork } from './goalResumption';
import { mentionedPlaces } from './mentionedPlaces';
import { reviewPlan } from './planReview';
import { NO_AGENTS, planGoal, type Planned } from './planner';
import { readInstructions } from './taskRun';

export interface GoalRequest extends GoalMaterial {
  images?: Extract<ContentPart, { type: 'image' }>[];
  /** What was done before: it is neither planned nor done again. */
  earlier?: EarlierWork;
  /** Called once the tasks are known: what may be done to them while they run. */
  onTasks?(control: GoalControl): void;
}

/** Never rejects but for bugs. Every task of the plan ends with a verdict. */
export async function runGoal(services: GoalServices, request: GoalRequest, run: RunContext): Promise<GoalOutcome> {
  if (services.registry.available().length === 0) return { status: 'failed', text: '', error: NO_AGENTS };
  const planned = request.earlier ? known(request.earlier, run) : await plan(services, request, run);
  if (planned.kind === 'failed') return { status: 'failed', text: planned.text, error: planned.failure };
  const { tasks, eventId } = planned;
  const goal = new GoalRun(services, { goal: request, tasks, earlier: request.earlier }, run.with({ cause: eventId }));
  request.onTasks?.(goal.control);
  return goal.finish();
}

async function plan(services: GoalServices, request: GoalRequest, run: RunContext): Promise<Planned> {
  const { text, contextText, images, places = [] } = request;
  const guarded = requestMessage(services, { text, contextText, images, agent: 'supervisor' }, run);
  if ('failure' in guarded)
    return { kind: 'failed', failure: guarded.failure, text: '', turns: 0, eventId: guarded.eventId };
  const about = [...places, ...mentionedPlaces(text)];
  const instructions = await readInstructions(services, 'supervisor', { run, places: about });
  const asked = { message: guarded.message, ...(instructions !== undefined && { instructions }) };
  const planned = await planGoal(
    services,
    asked,
    guarded.eventId === undefined ? run : run.with({ cause: guarded.eventId }),
  );
  return planned.kind === 'failed' ? planned : reviewPlan(services, { plan: planned, request: asked }, run);
}

function known({ tasks }: EarlierWork, run: RunContext): Planned {
  return { kind: 'plan', tasks: [...tasks], turns: 0, eventId: run.scope.cause ?? '' };
}
