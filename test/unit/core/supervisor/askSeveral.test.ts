import assert from 'node:assert/strict';
import { askSeveral, type SeveralOutcome, type SeveralRequest } from '../../../../src/core/supervisor/askSeveral';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import type { CallerStep } from '../../../support/scriptedModelCaller';
import { TeamFixture, user } from '../../../support/teamFixture';

const DOWN = { reason: 'model.unavailable', message: 'The server is down.', retryable: true } as const;

function fixture(steps: Record<string, readonly CallerStep[]>, settings: Partial<typeof DEFAULT_SETTINGS> = {}) {
  return new TeamFixture({ steps, settings });
}

const ask = (team: TeamFixture, request: Partial<SeveralRequest> = {}): Promise<SeveralOutcome> =>
  askSeveral(
    team.services,
    { text: 'Is this safe?', agents: ['dev', 'qa'], by: 'option', ...request },
    team.recorded.context,
  );

describe('askSeveral', () => {
  it('lets all of them answer at once, each without the others, and gives both answers to the arbiter', async () => {
    const gate = new Gate();
    const team = fixture({
      dev: [{ gate, text: 'It is fine.' }],
      qa: [{ gate, text: 'It divides by zero (src/a.ts:5).' }],
      arbiter: [{ text: '**Verdict: chosen qa.** src/a.ts:5 decides it.\n\nGuard against b = 0.' }],
    });
    const outcome = ask(team);
    await settle();
    assert.deepEqual(team.models.requests.map(({ role }) => role).sort(), ['dev', 'qa'], 'both have begun');
    gate.open();
    assert.deepEqual(await outcome, {
      status: 'completed',
      agent: 'arbiter',
      text: '**Verdict: chosen qa.** src/a.ts:5 decides it.\n\nGuard against b = 0.',
    });
    const [toQa] = team.models.requestsOf('qa');
    assert.doesNotMatch(JSON.stringify(toQa), /It is fine/);
    const [joining] = team.models.requestsOf('arbiter');
    const said = JSON.stringify(joining?.messages);
    assert.match(said, /Is this safe\?/);
    assert.match(said, /<untrusted source=\\"answer of dev\\">\\n### dev\\n\\nIt is fine\./);
    assert.match(said, /### qa\\n\\nIt divides by zero/);
    team.assertClean();
  });

  it('leaves sibling spans, a task for each, and the verdict as an event', async () => {
    const team = fixture({
      dev: [{ text: 'Fine.' }],
      qa: [{ text: 'Not fine.' }],
      arbiter: [{ text: '**Verdict: combined.** Each is right in part.\n\nBoth.' }],
    });
    await ask(team);
    assert.deepEqual(team.recorded.spanTree(), [
      'invoke_agent dev',
      '  chat scripted',
      'invoke_agent qa',
      '  chat scripted',
      'arbitrate',
      '  chat scripted',
    ]);
    const tasks = team.recorded.events.filter(({ topic }) => topic.startsWith('task.'));
    assert.deepEqual(
      tasks.map(({ topic, taskId, agent }) => `${topic} ${taskId} ${agent}`),
      ['task.started dev dev', 'task.started qa qa', 'task.completed dev dev', 'task.completed qa qa'],
    );
    assert.deepEqual(team.recorded.payloads('conflict.resolved'), [
      { between: ['dev', 'qa'], verdict: 'combined', explanation: 'Each is right in part.' },
    ]);
    team.assertClean();
  });

  it('tells of no conflict where they agree', async () => {
    const team = fixture({
      dev: [{ text: 'Fine.' }],
      qa: [{ text: 'Fine!' }],
      arbiter: [{ text: '**Verdict: agreed.** They say the same.\n\nIt is fine.' }],
    });
    assert.equal((await ask(team)).status, 'completed');
    assert.deepEqual(team.recorded.payloads('conflict.resolved'), []);
    assert.equal(team.recorded.span('arbitrate').attributes['agent_team.conflict.verdict'], 'agreed');
  });

  it('takes an answer without the line of a verdict for a combination', async () => {
    const team = fixture({ dev: [{ text: 'A.' }], qa: [{ text: 'B.' }], arbiter: [{ text: 'A, and B.' }] });
    assert.equal((await ask(team)).text, 'A, and B.');
    const [conflict] = team.recorded.payloads('conflict.resolved');
    assert.deepEqual(conflict, { between: ['dev', 'qa'], verdict: 'combined', explanation: 'A, and B.' });
  });

  it('goes on with the rest when one fails, and is partial', async () => {
    const team = fixture({
      dev: [{ text: 'A.' }],
      qa: [{ failure: DOWN }],
      writer: [{ text: 'C.' }],
      arbiter: [{ text: 'A and C.' }],
    });
    const outcome = await ask(team, { agents: ['dev', 'qa', 'writer'] });
    assert.deepEqual([outcome.status, outcome.agent, outcome.text], ['partial', 'arbiter', 'A and C.']);
    assert.equal(outcome.error?.reason, 'model.unavailable');
    assert.doesNotMatch(JSON.stringify(team.models.requestsOf('arbiter')), /qa/);
    assert.equal(team.recorded.payloads('task.failed')[0]?.error.reason, 'model.unavailable');
    team.assertClean();
  });

  it('needs no arbiter for the one answer that there is', async () => {
    const team = fixture({ dev: [{ text: 'A.' }] }, { agents: { disabled: ['qa'], folders: [] } });
    const outcome = await ask(team, { agents: ['qa', 'dev', 'nobody'] });
    assert.deepEqual([outcome.status, outcome.agent, outcome.text], ['partial', 'dev', 'A.']);
    assert.equal(outcome.error?.reason, 'agent.disabled');
    const reasons = team.recorded.payloads('task.failed').map(({ error }) => error.reason);
    assert.deepEqual(reasons, ['agent.disabled', 'agent.unknown']);
    team.assertClean();
  });

  it('fails when nobody answers', async () => {
    const team = fixture({ dev: [{ failure: DOWN }], qa: [{ failure: DOWN }] });
    const outcome = await ask(team);
    assert.deepEqual([outcome.status, outcome.agent, outcome.text], ['failed', 'dev', '']);
    assert.equal(outcome.error?.reason, 'model.unavailable');
    team.assertClean();
  });

  it('puts the answers side by side when the arbiter fails, and is partial', async () => {
    const team = fixture({ dev: [{ text: 'A.' }], qa: [{ text: 'B.' }], arbiter: [{ failure: DOWN }] });
    const outcome = await ask(team);
    assert.deepEqual([outcome.status, outcome.text], ['partial', '### dev\n\nA.\n\n### qa\n\nB.']);
    assert.equal(outcome.error?.reason, 'model.unavailable');
    assert.equal(team.recorded.spanTree().at(-2), 'arbitrate !');
    team.assertClean();
  });

  it('stops one of them on demand, and all of them with the run', async () => {
    const gate = new Gate();
    const team = fixture({ dev: [{ gate, text: 'A.' }], qa: [{ text: 'B.' }] });
    let cancel: (agent: string) => void = () => undefined;
    const outcome = ask(team, { onTasks: (control) => (cancel = control.cancelTask) });
    await settle();
    cancel('dev');
    const { status, agent, text, error } = await outcome;
    assert.deepEqual([status, agent, text, error?.reason], ['partial', 'qa', 'B.', 'cancelled']);
    assert.deepEqual(
      team.recorded.topics().filter((topic) => topic.startsWith('task.')),
      ['task.started', 'task.started', 'task.completed', 'task.cancelled'],
    );
    team.assertClean();

    const other = fixture({ dev: [{ gate: new Gate(), text: 'A.' }], qa: [{ gate: new Gate(), text: 'B.' }] });
    const stopped = ask(other);
    await settle();
    other.recorded.controller.abort();
    assert.deepEqual((await stopped).error?.reason, 'cancelled');
  });

  it('counts the handoffs of all of them together', async () => {
    const hand = (to: string): CallerStep => ({
      toolCalls: [{ name: `transfer_to_${to}`, arguments: { reason: 'better' } }],
    });
    const team = fixture(
      {
        dev: [hand('writer')],
        writer: [{ text: 'W.' }],
        qa: [hand('writer'), { text: 'Q.' }],
        arbiter: [{ text: 'Both.' }],
      },
      { limits: { ...DEFAULT_SETTINGS.limits, maxHandoffs: 1 } },
    );
    const outcome = await ask(team);
    assert.equal(outcome.status, 'completed');
    assert.equal(team.recorded.payloads('handoff.completed').length, 1);
    assert.equal(team.recorded.payloads('handoff.rejected').length, 1);
    team.assertClean();
  });

  it('tells each of them once what the person says meanwhile', async () => {
    const gate = new Gate();
    const again = { gate, text: 'First.' };
    const team = fixture({
      dev: [again, { text: 'A.' }],
      qa: [again, { text: 'B.' }],
      arbiter: [{ text: 'Both.' }],
    });
    const waiting = [user('And fast?')];
    let asked = 0;
    // What is said before they begin would be part of the first call.
    const takeSteering = () => ((asked += 1) > 2 ? waiting.splice(0) : []);
    const outcome = ask(team, { takeSteering });
    await settle();
    gate.open();
    await outcome;
    for (const role of ['dev', 'qa']) {
      const [, second] = team.models.requestsOf(role);
      assert.equal(JSON.stringify(second?.messages).split('And fast?').length, 2, role);
    }
    team.assertClean();
  });

  it('refuses more agents than an arbiter can weigh', async () => {
    const agents = Array.from({ length: 9 }, (_, n) => `agent-${n}`);
    const outcome = await ask(fixture({}), { agents });
    assert.equal(outcome.error?.reason, 'request.too_many_agents');
  });
});
