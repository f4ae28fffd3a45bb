import assert from 'node:assert/strict';
import type { GoalOutcome } from '../../../../src/core/supervisor/goalRun';
import { runGoal, type GoalRequest } from '../../../../src/core/supervisor/runGoal';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import type { CallerStep } from '../../../support/scriptedModelCaller';
import { FakeTool, TeamFixture } from '../../../support/teamFixture';

const plan = (...tasks: { id: string; agent: string; dependencies?: string[]; onFailure?: string }[]) => ({
  toolCalls: [
    { name: 'submit_plan', arguments: { tasks: tasks.map((task) => ({ description: `do ${task.id}`, ...task })) } },
  ],
});
const BROKEN = { reason: 'model.bad_request', message: 'The server refused.', retryable: false } as const;

function fixture(steps: Record<string, readonly CallerStep[]>, settings: Partial<typeof DEFAULT_SETTINGS> = {}) {
  return new TeamFixture({ steps, settings, tools: [new FakeTool('read_file')] });
}

const run = (team: TeamFixture, request: Partial<GoalRequest> = {}): Promise<GoalOutcome> =>
  runGoal(team.services, { text: 'Add validation.', ...request }, team.recorded.context);

const topics = (team: TeamFixture) =>
  team.recorded.events
    .filter(({ topic }) => /^(plan|task)\./.test(topic))
    .map(({ topic, taskId }) => (taskId === undefined ? topic : `${topic} ${taskId}`));

describe('runGoal', () => {
  it('plans, runs each task with what it depends on, and joins the results', async () => {
    const team = fixture({
      supervisor: [
        plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa', dependencies: ['a'] }),
        { text: 'All done.' },
      ],
      dev: [{ text: 'Made it in src/a.ts.' }],
      qa: [{ text: 'It holds.' }],
    });
    const outcome = await run(team);
    assert.deepEqual(outcome, { status: 'completed', text: 'All done.' });
    assert.deepEqual(topics(team), [
      'plan.created',
      'task.started a',
      'task.completed a',
      'task.started b',
      'task.completed b',
    ]);
    const [forQa] = team.models.requestsOf('qa');
    assert.match(JSON.stringify(forQa?.messages), /Made it in src\/a\.ts/);
    const joining = JSON.stringify(team.models.requestsOf('supervisor')[1]?.messages);
    assert.match(joining, /Made it in src\/a\.ts/);
    assert.match(joining, /It holds/);
    team.models.assertUsed();
  });

  it('gives the planner the team and the limits, not the prompts', async () => {
    const team = fixture({ supervisor: [plan({ id: 'a', agent: 'dev' }), { text: 'ok' }], dev: [{ text: 'x' }] });
    await run(team);
    const said = JSON.stringify(team.models.requestsOf('supervisor')[0]?.messages);
    assert.match(said, /- qa: Reviews code/);
    assert.match(said, /At most 20 tasks/);
    assert.doesNotMatch(said, /You are qa/);
  });

  it('leaves the span tree of the contract', async () => {
    const team = fixture({ supervisor: [plan({ id: 'a', agent: 'dev' }), { text: 'ok' }], dev: [{ text: 'x' }] });
    await run(team);
    assert.deepEqual(team.recorded.spanTree(), [
      'plan supervisor',
      '  chat scripted',
      'task a',
      '  invoke_agent dev',
      '    chat scripted',
      'synthesize',
      '  chat scripted',
    ]);
    team.recorded.assertWhole();
    const task = team.recorded.span('task a');
    assert.equal(task.attributes['agent_team.task.type'], 'dev');
    assert.equal(task.attributes['agent_team.task.status'], 'completed');
  });

  it('sends a bad plan back with its faults and takes the corrected one', async () => {
    const team = fixture({
      supervisor: [
        plan({ id: 'a', agent: 'dev', dependencies: ['b'] }, { id: 'b', agent: 'dev', dependencies: ['a'] }),
        { text: '```json\n[{"id":"a","type":"coder","description":"do it"}]\n```' },
        { text: 'ok' },
      ],
      dev: [{ text: 'x' }],
    });
    assert.equal((await run(team)).status, 'completed');
    assert.deepEqual(topics(team).slice(0, 2), ['plan.rejected', 'plan.created']);
    assert.match(JSON.stringify(team.models.requestsOf('supervisor')[1]?.messages), /a -> b -> a/);
  });

  it('fails with plan.invalid after so many bad plans', async () => {
    const bad = plan({ id: 'a', agent: 'boss' });
    const team = fixture({ supervisor: [bad, bad, bad] });
    const outcome = await run(team);
    assert.equal(outcome.status, 'failed');
    assert.equal(outcome.error?.reason, 'plan.invalid');
    assert.match(outcome.error.message, /no agent "boss"/);
    team.models.assertUsed();
  });

  it('goes on without a failed task, says what is missing, and is partial', async () => {
    const team = fixture({
      supervisor: [
        plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'writer', dependencies: ['a'] }, { id: 'c', agent: 'qa' }),
        { text: 'c is done; a and b are missing.' },
      ],
      dev: [{ failure: BROKEN }],
      qa: [{ text: 'fine' }],
    });
    const outcome = await run(team);
    assert.equal(outcome.status, 'partial');
    assert.equal(outcome.error?.reason, 'model.bad_request');
    assert.ok(topics(team).includes('task.failed a'));
    assert.ok(topics(team).includes('task.skipped b'));
    assert.match(JSON.stringify(team.models.requestsOf('supervisor')[1]?.messages), /The server refused/);
  });

  it('is failed, without a synthesis, if no task completed', async () => {
    const team = fixture({ supervisor: [plan({ id: 'a', agent: 'dev' })], dev: [{ failure: BROKEN }] });
    const outcome = await run(team);
    assert.equal(outcome.status, 'failed');
    assert.equal(outcome.error?.reason, 'model.bad_request');
    team.models.assertUsed();
  });

  it('joins the results without a model if the synthesis fails', async () => {
    const team = fixture({
      supervisor: [plan({ id: 'a', agent: 'dev' }), { failure: BROKEN }],
      dev: [{ text: 'kept' }],
    });
    const outcome = await run(team);
    assert.equal(outcome.status, 'partial');
    assert.match(outcome.text, /kept/);
  });

  it('ends a hung task by its deadline and goes on', async () => {
    const gate = new Gate();
    const team = fixture(
      {
        supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }), { text: 'b only' }],
        dev: [{ gate, text: 'too late' }],
        qa: [{ text: 'fine' }],
      },
      { limits: { ...DEFAULT_SETTINGS.limits, taskTimeoutSeconds: 5 } },
    );
    const going = run(team);
    await settle(20);
    await team.clock.advance(6_000);
    const outcome = await going;
    gate.open();
    assert.equal(outcome.status, 'partial');
    assert.equal(outcome.error?.reason, 'task.timeout');
  });

  it('cancels one task on demand and the rest goes on', async () => {
    const gate = new Gate();
    const team = fixture({
      supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }), { text: 'b only' }],
      dev: [{ gate, text: 'never' }],
      qa: [{ text: 'fine' }],
    });
    const outcome = await run(team, { onTasks: (control) => void settle(20).then(() => control.cancelTask('a')) });
    gate.open();
    assert.equal(outcome.status, 'partial');
    assert.ok(topics(team).includes('task.cancelled a'));
  });
});
