import assert from 'node:assert/strict';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import type { GoalControl } from '../../../../src/core/supervisor/goalRun';
import { Gate, settle } from '../../../support/gate';
import { GoalFixture, plan } from '../../../support/goalFixture';
import type { CallerStep } from '../../../support/scriptedModelCaller';

const CHAIN = plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa', dependencies: ['a'] });
const REFUSED = { reason: 'model.bad_request', message: 'The server refused.', retryable: false } as const;

/** A goal whose first task waits at a gate; the person says something meanwhile. */
async function steered(
  steps: Record<string, readonly CallerStep[]>,
  options: { maxReplans?: number; dev?: CallerStep[] } = {},
) {
  const gate = new Gate();
  const { maxReplans = 2, dev = [] } = options;
  const team = new GoalFixture({
    settings: { supervisor: { ...DEFAULT_SETTINGS.supervisor, maxReplans } },
    steps: { ...steps, dev: [{ gate, text: 'a' }, ...dev] },
  });
  let control: GoalControl | undefined;
  const going = team.run({ onTasks: (given) => (control = given) });
  await gate.arrived;
  assert.equal(control?.steer('No tests, write docs.'), true);
  await settle(20);
  gate.open();
  const outcome = await going;
  team.assertClean();
  return { team, outcome, control };
}

describe('A plan that is carried out', () => {
  it('is revised when the person says something new: what has begun stays, what is open changes', async () => {
    const { team, outcome } = await steered(
      {
        supervisor: [CHAIN, plan({ id: 'c', agent: 'writer', dependencies: ['a'] }), { text: 'ok' }],
        writer: [{ text: 'c' }],
      },
      { dev: [{ text: 'a, without tests' }] },
    );
    assert.equal(outcome.status, 'completed');
    assert.deepEqual(team.taskTopics(), [
      'plan.created',
      'task.started a',
      'plan.revised',
      'task.completed a',
      'task.started c',
      'task.completed c',
    ]);
    const [revised] = team.recorded.payloads('plan.revised');
    assert.deepEqual(
      revised?.tasks.map(({ id }) => id),
      ['a', 'c'],
    );
    const asked = JSON.stringify(team.models.requestsOf('supervisor')[1]?.messages);
    assert.match(asked, /\\"a\\" \(dev, running\)/);
    assert.match(asked, /No tests, write docs\./);
    assert.match(JSON.stringify(team.models.requestsOf('dev')[1]?.messages), /No tests, write docs\./);
    assert.match(JSON.stringify(team.models.requestsOf('writer')[0]?.messages), /No tests, write docs\./);
  });

  it('stays as it is when the revision is invalid, or when the planner can not be asked', async () => {
    for (const bad of [plan({ id: 'c', agent: 'boss' }), { failure: REFUSED }]) {
      const { team, outcome } = await steered(
        { supervisor: [CHAIN, bad, { text: 'ok' }], qa: [{ text: 'b' }] },
        { dev: [{ text: 'a again' }] },
      );
      assert.equal(outcome.status, 'completed');
      assert.ok(team.taskTopics().includes('task.completed b'));
      assert.ok(!team.taskTopics().includes('plan.revised'));
    }
  });

  it('is revised so often at most as the settings allow', async () => {
    const { outcome } = await steered(
      { supervisor: [CHAIN, { text: 'ok' }], qa: [{ text: 'b' }] },
      { maxReplans: 0, dev: [{ text: 'a again' }] },
    );
    assert.equal(outcome.status, 'completed');
  });

  it('is revised when an agent finds out something that changes other tasks; the next ones wait for that', async () => {
    const suggest = (id: string, why: string) => ({
      toolCalls: [{ id, name: 'suggest_revision', arguments: { why } }],
    });
    const team = new GoalFixture({
      steps: {
        supervisor: [CHAIN, plan({ id: 'c', agent: 'writer', dependencies: ['a'] }), { text: 'ok' }],
        dev: [suggest('s1', 'There is no code to test: src/a.ts is empty.'), suggest('s2', 'Again.'), { text: 'a' }],
        writer: [{ text: 'c' }],
      },
    });
    assert.equal((await team.run()).status, 'completed');
    team.assertClean();
    const topics = team.taskTopics();
    assert.ok(topics.indexOf('plan.revised') < topics.indexOf('task.started c'), topics.join());
    assert.ok(!topics.includes('task.started b'));
    const asked = JSON.stringify(team.models.requestsOf('supervisor')[1]?.messages);
    assert.match(
      asked,
      /dev found out at the task \\"a\\":\\n<untrusted source=\\"task a\\">\\nThere is no code to test/,
    );
    const heard = JSON.stringify(team.models.requestsOf('dev').at(-1)?.messages);
    assert.match(heard, /the supervisor looks at the tasks[^]*You said so already/);
    assert.equal(team.models.requestsOf('supervisor').length, 3);
  });

  it('offers agents to suggest a revision only while there is something to revise and a revision left', async () => {
    const offered = async (maxReplans: number) => {
      const team = new GoalFixture({
        settings: { supervisor: { ...DEFAULT_SETTINGS.supervisor, maxReplans } },
        steps: { supervisor: [CHAIN, { text: 'ok' }], dev: [{ text: 'a' }], qa: [{ text: 'b' }] },
      });
      await team.run();
      return ['dev', 'qa'].map((role) =>
        team.models.requestsOf(role)[0]?.tools.some(({ name }) => name === 'suggest_revision'),
      );
    };
    assert.deepEqual(await offered(2), [true, false]);
    assert.deepEqual(await offered(0), [false, false]);
  });

  it('is not revised because a task failed: no call of the planner is made for that', async () => {
    const team = new GoalFixture({
      steps: {
        supervisor: [
          plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa', dependencies: ['a'] }, { id: 'c', agent: 'writer' }),
          { text: 'c only' },
        ],
        dev: [{ failure: REFUSED }],
        writer: [{ text: 'c' }],
      },
    });
    assert.equal((await team.run()).status, 'partial');
    assert.equal(team.models.requestsOf('supervisor').length, 2);
    team.assertClean();
  });

  it('hears nothing more once its tasks are done', async () => {
    const gate = new Gate();
    const team = new GoalFixture({
      steps: { supervisor: [plan({ id: 'a', agent: 'dev' }), { gate, text: 'ok' }], dev: [{ text: 'a' }] },
    });
    let control: GoalControl | undefined;
    const going = team.run({ onTasks: (given) => (control = given) });
    await gate.arrived;
    assert.deepEqual([control?.isOver(), control?.steer('too late')], [true, false]);
    gate.open();
    await going;
    team.assertClean();
  });
});
