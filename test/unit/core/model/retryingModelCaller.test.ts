import assert from 'node:assert/strict';
import { failure } from '../../../../src/core/failure';
import type { ChatMessage } from '../../../../src/core/model/chatModel';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import { HELLO, setUp, spansOf } from '../../../support/retryingCallerFixture';
import type { ScriptedStep } from '../../../support/scriptedModel';

describe('RetryingModelCaller', () => {
  describe('a call that is answered', () => {
    it('reports request and answer in order, each with its cause, one chat span, usage and live text', async () => {
      const { run, call, model, deltas } = setUp([
        {
          text: ['Hel', 'lo'],
          reasoning: 'Hm',
          usage: { inputTokens: 7, outputTokens: 3, cachedInputTokens: 2 },
          responseModel: 'm-1',
          responseId: 'r-1',
        },
      ]);
      const outcome = await call();
      model.assertUsed();
      assert.ok(outcome.kind === 'completed');
      assert.deepEqual(outcome.message, { role: 'assistant', text: 'Hello', reasoning: 'Hm', toolCalls: [] });
      const [started, requested, completed, ...others] = run.events;
      assert.deepEqual(others, []);
      assert.deepEqual(
        [requested?.topic, requested?.causationId, completed?.topic, completed?.causationId, outcome.eventId],
        ['model.requested', started?.id, 'model.completed', requested?.id, completed?.id],
      );
      assert.deepEqual(run.spanTree(), ['chat scripted']);
      const [span] = spansOf(run);
      assert.ok(span);
      assert.equal(span.options.kind, 'client');
      assert.equal(requested?.spanId, span.spanId);
      const { attributes } = span;
      assert.deepEqual(
        [
          'operation.name',
          'request.model',
          'response.model',
          'response.id',
          'usage.input_tokens',
          'usage.output_tokens',
          'usage.cache_read.input_tokens',
        ].map((name) => attributes[`gen_ai.${name}`]),
        ['chat', 'scripted', 'm-1', 'r-1', 7, 3, 2],
      );
      assert.deepEqual(deltas, ['reasoning:Hm', 'text:Hel', 'text:lo']);
      assert.deepEqual(run.live.current(), []);
      const usage = { inputTokens: 7, outputTokens: 3, cachedInputTokens: 2, modelCalls: 1, complete: true };
      assert.deepEqual(run.usage.snapshot(), usage);
    });

    it('keeps content in the span only where it may', async () => {
      for (const captureContent of [true, false]) {
        const { run, call } = setUp([{ text: 'secret answer' }], {
          settings: { trace: { ...DEFAULT_SETTINGS.trace, captureContent } },
        });
        await call();
        const kept = JSON.stringify(spansOf(run)[0]?.attributes);
        assert.equal(kept.includes('secret answer') && kept.includes('Hello'), captureContent);
      }
    });

    it('counts its cost, and leaves it unknown without a price or without counts', async () => {
      const prices = { scripted: { input: 1, output: 2 } };
      const steps: ScriptedStep[] = [{ usage: { inputTokens: 1e6, outputTokens: 1e6 } }];
      const priced = setUp(steps, { settings: { prices } });
      await priced.call();
      assert.equal(priced.run.usage.snapshot().costUsd, 3);
      assert.equal(spansOf(priced.run)[0]?.attributes['agent_team.cost.usd'], 3);
      const unpriced = setUp(steps);
      await unpriced.call();
      assert.equal(unpriced.run.usage.snapshot().costUsd, undefined);
      const uncounted = setUp([{ text: 'x', usage: null }], { settings: { prices } });
      await uncounted.call();
      assert.deepEqual(
        [uncounted.run.usage.snapshot().costUsd, uncounted.run.usage.snapshot().complete],
        [undefined, false],
      );
    });

    it('merges model options by role: built-in, definition, settings', async () => {
      const { call, model } = setUp([{}, {}, {}], {
        settings: { modelOptions: { default: { temperature: 0.9, maxOutputTokens: 100 }, dev: { temperature: 0.5 } } },
        caller: { definedOptions: (role) => (role === 'dev' ? { temperature: 0.1, maxOutputTokens: 50 } : undefined) },
      });
      await call({ role: 'router' });
      await call({ role: 'dev' });
      await call({ role: 'qa' });
      assert.deepEqual(
        model.requests.map(({ temperature, maxOutputTokens }) => [temperature, maxOutputTokens]),
        [
          [0, 100],
          [0.5, 50],
          [0.9, 100],
        ],
      );
    });

    it('renames call ids that the conversation has used', async () => {
      const { call, run } = setUp([
        {
          toolCalls: [
            { name: 'a', id: 'x' },
            { name: 'a', id: 'y' },
            { name: 'a', id: 'y' },
          ],
        },
      ]);
      const history: ChatMessage[] = [
        { role: 'assistant', text: '', toolCalls: [{ id: 'x', name: 'a', arguments: {} }] },
        { role: 'tool', toolCallId: 'x', text: 'ok' },
      ];
      const outcome = await call({ messages: [HELLO, ...history] });
      assert.ok(outcome.kind === 'completed');
      const ids = outcome.message.toolCalls.map(({ id }) => id);
      assert.deepEqual(ids, ['x_2', 'y', 'y_2']);
      assert.deepEqual(
        run.payloads('model.completed')[0]?.toolCalls.map(({ id }) => id),
        ids,
      );
    });
  });

  describe('a call that is not made', () => {
    it('fails with what the choice of a model failed with', async () => {
      const { call, run } = setUp([], {
        caller: { select: () => Promise.resolve(failure('model.consent_required', 'Ask.')) },
      });
      const outcome = await call();
      assert.ok(outcome.kind === 'failed');
      assert.equal(outcome.failure.reason, 'model.consent_required');
      assert.deepEqual(run.topics({ models: true }), []);
    });

    it('refuses a history that no server would take', async () => {
      const { call, model } = setUp([]);
      const outcome = await call({ messages: [HELLO, { role: 'tool', toolCallId: 'nobody', text: 'x' }] });
      assert.ok(outcome.kind === 'failed');
      assert.equal(outcome.failure.reason, 'model.invalid_history');
      assert.equal(model.requests.length, 0);
    });

    it('refuses what clearly does not fit into the model', async () => {
      const { call, models, run } = setUp([], { contextTokens: 100 });
      const long: ChatMessage = { role: 'user', content: [{ type: 'text', text: 'many words '.repeat(200) }] };
      const outcome = await call({ messages: [long] });
      assert.ok(outcome.kind === 'failed' && outcome.failure.reason === 'model.context_too_long');
      assert.equal(await models.contextTokens('dev', run.context), 100);
    });

    it('is cancelled where the run was stopped before', async () => {
      const { call, run, model } = setUp([]);
      run.controller.abort();
      const outcome = await call();
      assert.ok(outcome.kind === 'failed' && outcome.failure.reason === 'cancelled');
      assert.equal(model.requests.length, 0);
    });
  });

  it('leaves no trace of a model for the offline policy', async () => {
    const { call, run, breakers } = setUp([{ text: 'By rules.' }], {
      isLanguageModel: false,
      id: { endpoint: 'offline' },
    });
    const outcome = await call();
    assert.ok(outcome.kind === 'completed');
    assert.deepEqual([outcome.message.text, outcome.eventId], ['By rules.', undefined]);
    assert.deepEqual([run.topics({ models: true }), run.spanTree(), run.usage.snapshot().modelCalls], [[], [], 0]);
    assert.deepEqual(breakers.list(), []);
  });

  describe('the budget of the run', () => {
    const budget = (maxTokensPerRun: number, maxCostPerRunUsd = 0) => ({
      settings: { budget: { maxTokensPerRun, maxCostPerRunUsd } },
    });

    it('stops a call that it does not cover before it is made', async () => {
      const { call, run, model } = setUp([{ usage: { inputTokens: 500, outputTokens: 450 } }], budget(1_000));
      assert.equal((await call()).kind, 'completed');
      const refused = await call();
      assert.ok(refused.kind === 'failed' && refused.failure.reason === 'budget.exceeded');
      model.assertUsed();
      assert.deepEqual(run.topics({ models: true }), [
        'model.requested',
        'budget.warned',
        'model.completed',
        'budget.exceeded',
      ]);
      assert.ok((model.requests[0]?.maxOutputTokens ?? 0) < 1_000, 'the answer is held to what is left');
    });

    it('shows a wait for others as a span', async () => {
      const gate = new Gate();
      const { call, run, model } = setUp(
        [{ text: 'a', gate, usage: { inputTokens: 5, outputTokens: 5 } }, { text: 'b' }],
        budget(1_000),
      );
      const first = call();
      await gate.arrived;
      const second = call();
      await settle();
      assert.equal(model.requests.length, 1);
      gate.open();
      assert.deepEqual([(await first).kind, (await second).kind], ['completed', 'completed']);
      assert.deepEqual(run.spanTree(), ['chat scripted', 'wait queue', 'chat scripted']);
    });

    it('stops with budget.unpriced where the price is unknown', async () => {
      const { call, model } = setUp([], budget(0, 1));
      const refused = await call();
      assert.ok(refused.kind === 'failed' && refused.failure.reason === 'budget.unpriced');
      model.assertUsed();
    });
  });
});
