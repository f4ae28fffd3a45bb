import assert from 'node:assert/strict';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import type { GoalQuestions, PersonAnswer, ReviewedPlan } from '../../../../src/core/supervisor/goalQuestions';
import type { PlannedTask } from '../../../../src/core/supervisor/plan';
import { GoalFixture, plan } from '../../../support/goalFixture';
import type { CallerStep } from '../../../support/scriptedModelCaller';

/** A person who looks at plans: changes them, and answers in this order. */
class Reviewer implements GoalQuestions {
  readonly seen: ReviewedPlan[] = [];
  constructor(
    private readonly answers: PersonAnswer[],
    private readonly change: (tasks: readonly PlannedTask[]) => readonly PlannedTask[] = (tasks) => tasks,
  ) {}
  mayRepeat(): Promise<PersonAnswer> {
    return Promise.reject(new Error('Nothing is to be repeated.'));
  }
  readonly reviewPlan: NonNullable<GoalQuestions['reviewPlan']> = (reviewed) => {
    this.seen.push(reviewed);
    const answer = this.answers.shift() ?? { kind: 'expired' };
    return Promise.resolve({ answer, tasks: this.change(reviewed.tasks) });
  };
}

function fixture(reviewer: Reviewer, steps: Record<string, readonly CallerStep[]>, reviewPlan = true) {
  const supervisor = { ...DEFAULT_SETTINGS.supervisor, reviewPlan };
  return new GoalFixture({ steps, settings: { supervisor }, goal: { questions: reviewer } });
}

const TWO = plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa', dependencies: ['a'] });

describe('The review of a plan', () => {
  it('runs nothing before the person says so, and then what they made of it', async () => {
    const reviewer = new Reviewer([{ kind: 'granted' }], ([a]) => (a ? [{ ...a, agent: 'writer' }] : []));
    const team = fixture(reviewer, { supervisor: [TWO, { text: 'ok' }], writer: [{ text: 'a' }] });
    assert.equal((await team.run()).status, 'completed');
    assert.deepEqual(team.taskTopics(), ['plan.created', 'plan.revised', 'task.started a', 'task.completed a']);
    const [revised] = team.recorded.payloads('plan.revised');
    assert.deepEqual(
      revised?.tasks.map(({ id, agent }) => [id, agent]),
      [['a', 'writer']],
    );
    team.assertClean();
  });

  it('says what is wrong with a changed plan', async () => {
    const reviewer = new Reviewer([{ kind: 'granted' }]);
    const team = fixture(reviewer, { supervisor: [TWO, { text: 'ok' }], dev: [{ text: 'a' }], qa: [{ text: 'b' }] });
    await team.run();
    const [seen] = reviewer.seen;
    assert.ok(seen);
    assert.deepEqual(seen.faultsOf(seen.tasks), []);
    assert.match(seen.faultsOf(seen.tasks.slice(1)).join(' '), /depends on "a", which is not in the plan/);
    assert.match(seen.faultsOf([]).join(' '), /no task/);
  });

  it('sends it back with a remark, which the supervisor hears', async () => {
    const reviewer = new Reviewer([{ kind: 'denied', reason: 'no tests, please' }, { kind: 'granted' }]);
    const team = fixture(reviewer, {
      supervisor: [TWO, plan({ id: 'a', agent: 'dev' }), { text: 'ok' }],
      dev: [{ text: 'a' }],
    });
    assert.equal((await team.run()).status, 'completed');
    assert.match(JSON.stringify(team.models.requestsOf('supervisor')[1]?.messages), /no tests, please/);
    assert.deepEqual(team.taskTopics().slice(0, 2), ['plan.created', 'plan.created']);
    team.assertClean();
  });

  it('ends the run where the person denies it, or where nobody answers', async () => {
    for (const [answer, reason] of [
      [{ kind: 'denied' }, 'cancelled'],
      [{ kind: 'expired' }, 'plan.not_approved'],
    ] as const) {
      const team = fixture(new Reviewer([answer]), { supervisor: [TWO] });
      assert.equal((await team.run()).error?.reason, reason);
      team.assertClean();
    }
  });

  it('is left out where the settings do not want it', async () => {
    const reviewer = new Reviewer([]);
    const steps = { supervisor: [plan({ id: 'a', agent: 'dev' }), { text: 'ok' }], dev: [{ text: 'a' }] };
    const team = fixture(reviewer, steps, false);
    assert.equal((await team.run()).status, 'completed');
    assert.deepEqual(reviewer.seen, []);
  });
});
