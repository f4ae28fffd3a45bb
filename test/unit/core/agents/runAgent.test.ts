import assert from 'node:assert/strict';
import { agent, CALL, runScout, start } from '../../../support/scoutFixture';
import { FakeTool, lineOf, TeamFixture, user } from '../../../support/teamFixture';

describe('runAgent', () => {
  describe('answering', () => {
    it('asks the model with its own prompt and ends with the answer, reported and traced', async () => {
      const { fixture, outcome } = await runScout({ steps: [{ text: 'All is well.' }] });
      assert.equal(outcome.kind, 'answer');
      assert.equal(outcome.text, 'All is well.');
      assert.match(fixture.systemOf(0), /^You look\./);
      assert.deepEqual(outcome.messages.map(lineOf), ['user: look', 'assistant: All is well.']);
      assert.deepEqual(fixture.recorded.topics({ models: true }), [
        'agent.started',
        'model.requested',
        'model.completed',
        'agent.completed',
      ]);
      assert.deepEqual(fixture.recorded.spanTree(), ['invoke_agent scout', '  chat scripted']);
    });

    it('puts name, prompt version, run and used tokens on the span and the version on every event', async () => {
      const { fixture } = await runScout({ steps: [{ text: 'ok' }], run: { threadId: 'thread-1', taskId: 'task-1' } });
      const version = fixture.registry.promptVersion(agent([]));
      const { attributes, status } = fixture.recorded.span('invoke_agent scout');
      assert.equal(status, 'ok');
      assert.deepEqual(
        { ...attributes },
        {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'scout',
          'gen_ai.agent.version': version,
          'agent_team.prompt.version': version,
          'agent_team.run.id': 'run-1',
          'gen_ai.conversation.id': 'thread-1',
          'agent_team.task.id': 'task-1',
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.usage.output_tokens': 5,
          'gen_ai.usage.cache_read.input_tokens': undefined,
          'agent_team.result_length': 2,
        },
      );
      for (const event of fixture.recorded.events.slice(1)) {
        assert.deepEqual([event.agent, event.promptVersion], ['scout', version], event.topic);
      }
      assert.deepEqual(
        fixture.promptVersions.map((text) => [text.agent, text.version]),
        [['scout', version]],
      );
    });

    it('completes an answer that its length limit cut off, with a note', async () => {
      const { fixture, outcome } = await runScout({ steps: [{ text: 'One, two', finishReason: 'length' }] });
      assert.equal(outcome.kind, 'answer');
      assert.ok(outcome.text.startsWith('One, two'));
      assert.match(outcome.text, /cut off/);
      assert.equal(fixture.recorded.payloads('agent.completed')[0]?.outcome, 'cut-off');
      assert.deepEqual(outcome.messages.map(lineOf), ['user: look', 'assistant: One, two']);
    });

    it('asks once more after an empty answer, with a word that does not become part of the history', async () => {
      const { fixture, outcome } = await runScout({ steps: [{}, { text: 'Here.' }] });
      assert.equal(outcome.text, 'Here.');
      assert.match(fixture.transcript(1).at(-1) ?? '', /last answer was empty/);
      assert.deepEqual(outcome.messages.map(lineOf), ['user: look', 'assistant: Here.']);
    });

    it('counts empty answers in a row only', async () => {
      const { outcome } = await runScout({
        steps: [{}, { toolCalls: [CALL('read_file')] }, {}, { text: 'Here.' }],
        tools: [new FakeTool('read_file')],
      });
      assert.equal(outcome.text, 'Here.');
    });

    it('fails with model.empty when the second answer is empty as well', async () => {
      for (const empty of [{}, { text: ' \n' }, { failure: { reason: 'model.empty' as const } }]) {
        const { outcome } = await runScout({ steps: [empty, empty] });
        assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'model.empty');
      }
    });

    it('fails with model.refused when a content filter left nothing', async () => {
      const { outcome } = await runScout({ steps: [{ finishReason: 'content_filter' }] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'model.refused');
    });

    it('passes a failure of the model on, with what had been streamed', async () => {
      const { outcome, fixture } = await runScout({
        steps: [{ text: 'So far', failure: { reason: 'model.unauthorized' } }],
      });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'model.unauthorized');
      assert.equal(outcome.text, 'So far');
      assert.equal(fixture.recorded.span('invoke_agent scout').attributes['error.type'], 'model.unauthorized');
      assert.deepEqual(fixture.breakers.reports, [{ agent: 'scout', reason: 'model.unauthorized' }]);
    });

    it('does not invoke an agent whose breaker refuses it', async () => {
      const fixture = new TeamFixture({ steps: [] });
      fixture.breakers.open.add('scout');
      const outcome = await start(fixture, agent([]));
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'agent.breaker_open');
      assert.deepEqual(fixture.recorded.topics(), []);
      assert.deepEqual(fixture.breakers.reports, []);
    });
  });

  describe('guardrails', () => {
    const rail = (stage: 'tool' | 'output') => ({
      name: 'strict',
      stages: [stage],
      check: () => ({ action: 'blocked' as const, reason: 'not for you' }),
    });

    it('gives the model the reason instead of a result that is held back', async () => {
      const { fixture } = await runScout({
        steps: [{ toolCalls: [CALL('read_file')] }, { text: 'ok' }],
        tools: [new FakeTool('read_file', { run: () => ({ text: 'TOP SECRET' }) })],
        guardrails: [rail('tool')],
      });
      assert.match(fixture.transcript(1).at(-1) ?? '', /held back by the guardrail 'strict': not for you/);
      assert.ok(!JSON.stringify(fixture.recorded.events).includes('TOP SECRET'));
      assert.equal(fixture.recorded.payloads('tool.failed')[0]?.reason, 'guardrail.blocked');
    });

    it('ends with a failure instead of an answer that is held back', async () => {
      const { outcome } = await runScout({ steps: [{ text: 'TOP SECRET' }], guardrails: [rail('output')] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'guardrail.blocked');
      assert.equal(outcome.text, '');
      assert.deepEqual(outcome.messages, [user('look')]);
    });
  });

  describe('steering', () => {
    it('guards what the person says meanwhile like any request', async () => {
      const block = {
        name: 'no',
        stages: ['input' as const],
        check: () => ({ action: 'blocked' as const, reason: 'no' }),
      };
      const { outcome } = await runScout({ steps: [], guardrails: [block] }, { takeSteering: () => [user('psst')] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'guardrail.blocked');
      assert.deepEqual(outcome.added, []);
    });

    it('answers what the person said while the answer was written', async () => {
      const said = [[], [user('and negative numbers?')], []];
      const { fixture, outcome } = await runScout(
        { steps: [{ text: 'It is safe.' }, { text: 'Those too.' }] },
        { takeSteering: () => Promise.resolve(said.shift() ?? []) },
      );
      assert.deepEqual(fixture.transcript(1).slice(-2), ['assistant: It is safe.', 'user: and negative numbers?']);
      assert.equal(outcome.kind === 'answer' && outcome.text, 'Those too.');
    });

    it('gives the model what the person said meanwhile before its next turn', async () => {
      const said = [[], [user('only the tests')], []];
      const { fixture } = await runScout(
        { steps: [{ toolCalls: [CALL('read_file')] }, { text: 'ok' }], tools: [new FakeTool('read_file')] },
        { takeSteering: () => said.shift() ?? [] },
      );
      assert.equal(fixture.transcript(1).at(-1), 'user: only the tests');
    });
  });
});
