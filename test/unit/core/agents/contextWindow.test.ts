import assert from 'node:assert/strict';
import { runAgent } from '../../../../src/core/agents/runAgent';
import { tokensOfMessages } from '../../../../src/core/memory/tokens';
import type { ChatMessage } from '../../../../src/core/model/chatModel';
import { FakeTool, TeamFixture, user } from '../../../support/teamFixture';
import { assertValidHistory } from '../../../support/validHistory';

const say = (text: string): ChatMessage => ({ role: 'assistant', text, toolCalls: [] });
const LONG_THREAD = [
  user('Build the shop.'),
  ...Array.from({ length: 30 }, (_, n) => say(`Step ${n}. ${'detail '.repeat(300)}`)),
  user('Go on.'),
];
const CONTEXT = { contextTokens: 8_000 };

describe('an agent whose conversation does not fit its model', () => {
  it('condenses through the summarizer first, reports it, and carries the condensed history on', async () => {
    const fixture = new TeamFixture({
      steps: { summarizer: [{ text: 'Steps 0 to 20 are done.' }], dev: [{ text: 'ok' }] },
      caller: CONTEXT,
    });
    const spec = fixture.spec('dev');
    const outcome = await runAgent(fixture.services, { spec, messages: LONG_THREAD }, fixture.recorded.context);
    const [asked] = fixture.models.requestsOf('summarizer');
    assert.match(JSON.stringify(asked?.messages), /<untrusted source=.*Step 3/);
    const [sent] = fixture.models.requestsOf('dev');
    assert.ok(tokensOfMessages(sent?.messages ?? []) < 8_000);
    assert.match(JSON.stringify(sent?.messages), /Build the shop\..*Steps 0 to 20 are done\..*Go on\./);
    const [condensed] = fixture.recorded.payloads('context.condensed');
    assert.ok(condensed && condensed.dropped > 10 && condensed.droppedTokens > 3_000);
    assert.match(condensed.summary, /Steps 0 to 20 are done/);
    assert.deepEqual(fixture.recorded.topics({ models: true }), [
      'agent.started',
      'model.requested',
      'model.completed',
      'context.condensed',
      'model.requested',
      'model.completed',
      'agent.completed',
    ]);
    assert.deepEqual(fixture.recorded.spanTree(), [
      'invoke_agent dev',
      '  invoke_agent summarizer',
      '    chat scripted',
      '  chat scripted',
    ]);
    assert.ok(outcome.condensed && outcome.messages.length < 20);
    assert.deepEqual(outcome.added, [say('ok')]);
    assertValidHistory(outcome.messages);
    fixture.assertClean();
  });

  it('goes on without the summarizer when that fails', async () => {
    const fixture = new TeamFixture({
      steps: { summarizer: [{ failure: { reason: 'model.unavailable' } }], dev: [{ text: 'ok' }] },
      caller: CONTEXT,
    });
    const spec = fixture.spec('dev');
    const outcome = await runAgent(fixture.services, { spec, messages: LONG_THREAD }, fixture.recorded.context);
    assert.equal(outcome.kind, 'answer');
    assert.match(fixture.recorded.payloads('context.condensed')[0]?.summary ?? '', /Agent: Step 0\. detail/);
    fixture.assertClean();
  });

  it('makes no call of its own as long as everything fits', async () => {
    const fixture = new TeamFixture({ steps: { dev: [{ text: 'ok' }] }, caller: { contextTokens: 200_000 } });
    const outcome = await runAgent(
      fixture.services,
      { spec: fixture.spec('dev'), messages: LONG_THREAD },
      fixture.recorded.context,
    );
    assert.equal(outcome.condensed, false);
    fixture.assertClean();
  });

  it('takes an unknown context for a small one', async () => {
    const thread = [user('goal'), ...Array.from({ length: 90 }, () => say('detail '.repeat(400))), user('on')];
    const fixture = new TeamFixture({ steps: { summarizer: [{ text: 'short' }], dev: [{ text: 'ok' }] } });
    await runAgent(fixture.services, { spec: fixture.spec('dev'), messages: thread }, fixture.recorded.context);
    assert.ok(tokensOfMessages(fixture.models.requestsOf('dev')[0]?.messages ?? []) < 32_000);
    fixture.assertClean();
  });

  it('sends less when the server says that it was too much, and gives up after the second time', async () => {
    const tooLong = { failure: { reason: 'model.context_too_long' as const } };
    const summary = { text: 'short' };
    const learns = new TeamFixture({
      steps: { summarizer: [summary], dev: [tooLong, { text: 'ok' }] },
      caller: { contextTokens: 1_000_000 },
    });
    const options = { spec: learns.spec('dev'), messages: LONG_THREAD };
    const outcome = await runAgent(learns.services, options, learns.recorded.context);
    assert.equal(outcome.kind, 'answer');
    const [before, after] = learns.models.requestsOf('dev').map((request) => tokensOfMessages(request.messages));
    assert.ok((after ?? 0) < (before ?? 0) * 0.6);
    learns.assertClean();

    const never = new TeamFixture({ steps: { summarizer: [summary, summary], dev: [tooLong, tooLong, tooLong] } });
    const failed = await runAgent(never.services, options, never.recorded.context);
    assert.equal(failed.kind === 'failed' && failed.failure.reason, 'model.context_too_long');
  });

  it('cuts one tool result to a quarter of what a request may have', async () => {
    const read = new FakeTool('read_file', { run: () => ({ text: 'a line of the file\n'.repeat(20_000) }) });
    const fixture = new TeamFixture({
      steps: [{ toolCalls: [{ name: 'read_file' }] }, { text: 'ok' }],
      tools: [read],
      caller: CONTEXT,
    });
    await runAgent(fixture.services, { spec: fixture.spec('qa'), messages: [user('look')] }, fixture.recorded.context);
    const result = fixture.models.requests[1]?.messages.at(-1);
    assert.ok(result?.role === 'tool' && tokensOfMessages([result]) < 2_200);
    fixture.assertClean();
  });
});
