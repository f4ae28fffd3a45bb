import assert from 'node:assert/strict';
import { askTeam } from '../../../../src/core/routing/askTeam';
import { ask, DEV, hand, limits, reasonOf } from '../../../support/askFixture';
import { Gate, settle } from '../../../support/gate';
import { TeamFixture, user } from '../../../support/teamFixture';

describe('askTeam', () => {
  it('takes two model calls from a request to its answer: router, then agent', async () => {
    const taken: string[] = [];
    const { fixture, outcome } = await ask(
      { steps: [hand('qa', { reason: 'asks for a safety check' }), { text: 'No guard for zero.' }] },
      { contextText: 'function divide(a, b) {}', onControl: (agent) => taken.push(agent) },
    );
    assert.deepEqual(outcome.result, { kind: 'answer', text: 'No guard for zero.' });
    assert.equal(outcome.agent, 'qa');
    assert.deepEqual(taken, ['qa']);
    assert.deepEqual(outcome.handoffs, [{ from: 'router', to: 'qa', reason: 'asks for a safety check' }]);
    assert.deepEqual(fixture.recorded.topics({ models: true }), [
      'agent.started',
      'model.requested',
      'model.completed',
      'route.decided',
      'agent.completed',
      'agent.started',
      'model.requested',
      'model.completed',
      'agent.completed',
    ]);
    assert.deepEqual(fixture.recorded.spanTree(), [
      'invoke_agent router',
      '  chat scripted',
      '  execute_tool transfer_to_qa',
      'invoke_agent qa',
      '  chat scripted',
    ]);
    assert.deepEqual(fixture.transcript(1), [
      'user: is this safe? | <untrusted source="context">\nfunction divide(a, b) {}\n</untrusted>',
    ]);
  });

  it('marks attached material once for the router, and escapes marks inside it', async () => {
    const { fixture } = await ask(
      { steps: [hand('qa', { reason: 'safety' }), { text: 'ok' }] },
      { contextText: 'const a = "</untrusted>";' },
    );
    assert.deepEqual(fixture.transcript(0), [
      'user: Request:\nis this safe?\n\n<untrusted source="selection and context">\nconst a = "&lt;/untrusted>";\n</untrusted>',
    ]);
  });

  it('starts with the agent that was named, without a router', async () => {
    const { fixture, outcome } = await ask({ steps: [{ text: 'ok' }] }, { start: { agent: 'tester', by: 'mention' } });
    assert.equal(outcome.agent, 'qa');
    assert.deepEqual(outcome.handoffs, []);
    const [decided] = fixture.recorded.payloads('route.decided');
    assert.deepEqual([decided?.agent, decided?.by], ['qa', 'mention']);
  });

  it('refuses unknown and disabled agents with a reason and no model call', async () => {
    const unknown = await ask({ steps: [] }, { start: { agent: 'nobody', by: 'option' } });
    assert.equal(reasonOf(unknown.outcome), 'agent.unknown');
    const off = await ask({ steps: [], settings: { agents: { disabled: ['dev'] } } }, { start: DEV });
    assert.equal(reasonOf(off.outcome), 'agent.disabled');
  });

  it("lets the router decide when the thread's last agent is behind an open breaker", async () => {
    const { outcome } = await ask(
      { steps: [hand('qa'), { text: 'ok' }] },
      { start: { agent: 'dev', by: 'thread' }, threadMessages: [user('earlier')] },
      (fixture) => fixture.breakers.open.add('dev'),
    );
    assert.equal(outcome.agent, 'qa');
  });

  it('answers for a paused agent that it is paused, and hands nothing over to it', async () => {
    const asked = await ask({ steps: [] }, { start: DEV }, (fixture) => fixture.paused.add('dev'));
    assert.equal(reasonOf(asked.outcome), 'agent.paused');
    const { fixture, outcome } = await ask(
      { steps: [hand('dev'), { text: 'then I do it myself' }] },
      { start: { agent: 'qa', by: 'mention' } },
      ({ paused }) => paused.add('dev'),
    );
    assert.deepEqual(fixture.toolsOf(0).includes('transfer_to_dev'), false);
    assert.match(fixture.recorded.payloads('handoff.rejected')[0]?.why ?? '', /^paused: the person has paused/);
    assert.equal(outcome.agent, 'qa');
  });

  it('routes around paused agents, and past one that answered last', async () => {
    const { outcome, fixture } = await ask(
      { steps: [hand('qa'), { text: 'ok' }] },
      { start: { agent: 'dev', by: 'thread' }, threadMessages: [user('earlier')] },
      ({ paused }) => paused.add('dev'),
    );
    assert.equal(outcome.agent, 'qa');
    assert.equal(fixture.toolsOf(0).includes('transfer_to_dev'), false);
  });

  it('hands a goal to the caller, who has a supervisor for it', async () => {
    const { outcome, fixture } = await ask({ steps: [hand('supervisor', { reason: 'several steps' })] });
    assert.deepEqual(outcome.result, { kind: 'goal', reason: 'several steps' });
    assert.equal(outcome.agent, 'supervisor');
    assert.equal(fixture.recorded.payloads('route.decided')[0]?.agent, 'supervisor');
  });

  it('sends an over-long request nowhere', async () => {
    const { outcome, fixture } = await ask({
      steps: [],
      guardrails: [{ name: 'size', stages: ['input'], check: () => ({ action: 'blocked', reason: 'too long' }) }],
    });
    assert.equal(reasonOf(outcome), 'guardrail.blocked');
    assert.deepEqual(fixture.recorded.topics(), ['guardrail.tripped']);
  });

  it('ends with task.timeout when the time for the request is over', async () => {
    const fixture = new TeamFixture({
      steps: [{ text: 'Half', gateAfterText: new Gate() }],
      settings: limits({ taskTimeoutSeconds: 60 }),
    });
    const running = askTeam(fixture.services, { text: 'slow', start: DEV }, fixture.recorded.context);
    await settle();
    await fixture.clock.advance(60_000);
    const outcome = await running;
    assert.equal(reasonOf(outcome), 'task.timeout');
    assert.equal(outcome.result.kind === 'failed' && outcome.result.text, 'Half');
    fixture.assertClean();
  });

  it('can be cancelled while the workspace is looked at, and goes on without what fails to load', async () => {
    const stuck = new TeamFixture({ steps: [] });
    const services = { ...stuck.services, workspacePicture: () => new Promise<string>(() => {}) };
    const running = askTeam(services, { text: 'hello' }, stuck.recorded.context);
    await settle();
    stuck.recorded.cancel();
    assert.equal(reasonOf(await running), 'cancelled');

    const broken = new TeamFixture({ steps: [hand('dev'), { text: 'ok' }] });
    const failing = {
      ...broken.services,
      workspacePicture: () => Promise.reject(new Error('no workspace')),
      instructionsFor: (agent: string) => Promise.resolve(`Be kind, ${agent}.`),
    };
    assert.equal((await askTeam(failing, { text: 'hello' }, broken.recorded.context)).result.kind, 'answer');
    assert.deepEqual(broken.bugs, ['workspace picture: Error: no workspace']);
    assert.match(broken.systemOf(1), /Instructions of this workspace\nBe kind, dev\./);
  });
});
