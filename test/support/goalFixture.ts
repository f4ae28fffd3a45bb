// Goals over a scripted team: plans as model steps, what happened to tasks as lines.
import type { CallerStep } from './scriptedModelCaller';
import { FakeTool, TeamFixture, type TeamFixtureOptions } from './teamFixture';
import type { GoalOutcome } from '../../src/core/supervisor/goalRun';
import type { GoalServices } from '../../src/core/supervisor/goalServices';
import { runGoal, type GoalRequest } from '../../src/core/supervisor/runGoal';

export interface PlanStepTask {
  id: string;
  agent: string;
  dependencies?: string[];
  onFailure?: string;
}

/** A planner's answer: each task is to `do <id>`. */
export function plan(...tasks: PlanStepTask[]): CallerStep {
  const planned = tasks.map((task) => ({ description: `do ${task.id}`, ...task }));
  return { toolCalls: [{ name: 'submit_plan', arguments: { tasks: planned } }] };
}

export interface GoalFixtureOptions extends Omit<TeamFixtureOptions, 'steps'> {
  steps: Record<string, readonly CallerStep[]>;
  goal?: Partial<GoalServices>;
}

export class GoalFixture extends TeamFixture {
  private readonly goalServices: GoalServices;

  constructor(options: GoalFixtureOptions) {
    super({ tools: [new FakeTool('read_file')], ...options });
    this.goalServices = { ...this.services, random: () => 0, ...options.goal };
  }

  run(request: Partial<GoalRequest> = {}): Promise<GoalOutcome> {
    return runGoal(this.goalServices, { text: 'Add validation.', ...request }, this.recorded.context);
  }

  /** Topics of plan and tasks, each with its task. */
  taskTopics(): string[] {
    return this.recorded.events
      .filter(({ topic }) => /^(plan|task)\./.test(topic))
      .map(({ topic, taskId }) => (taskId === undefined ? topic : `${topic} ${taskId}`));
  }
}
