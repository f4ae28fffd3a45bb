// The team on the real model caller, budget and breakers: what only shows when the parts are together.
import assert from 'node:assert/strict';
import { runAgent } from '../../../../src/core/agents/runAgent';
import { RetryingModelCaller } from '../../../../src/core/model/retryingModelCaller';
import { AgentBreakerGate } from '../../../../src/core/resilience/agentBreakerGate';
import { BreakerRegistry } from '../../../../src/core/resilience/breakerRegistry';
import { RunBudget } from '../../../../src/core/resilience/runBudget';
import { askTeam, type TeamServices } from '../../../../src/core/routing/askTeam';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../../../src/core/settings';
import { Gate } from '../../../support/gate';
import { ScriptedModel, type ScriptedModelOptions, type ScriptedStep } from '../../../support/scriptedModel';
import { FakeTool, TeamFixture, user } from '../../../support/teamFixture';
import { assertValidHistory } from '../../../support/validHistory';

const hand = (agent: string, more: Record<string, unknown> = {}): ScriptedStep => ({
  toolCalls: [{ name: `transfer_to_${agent}`, arguments: { reason: 'better', ...more } }],
});

function team(steps: ScriptedStep[], settings: Partial<TeamSettings> = {}, options: ScriptedModelOptions = {}) {
  const fixture = new TeamFixture({ steps: [], settings, tools: [new FakeTool('read_file')] });
  const { clock, services: base, recorded } = fixture;
  const model = new ScriptedModel(steps, options);
  const registry = new BreakerRegistry({ clock, settings: () => fixture.settings, publisher: recorded.publisher });
  const budget = new RunBudget(() => ({ maxTokens: 0, maxCostUsd: 0 }));
  let ids = 0;
  const models = new RetryingModelCaller({
    select: () => Promise.resolve({ model, why: 'test' }),
    settings: () => fixture.settings,
    breakers: registry,
    budgetFor: () => budget,
    clock,
    newId: () => `call-${(ids += 1)}`,
    random: () => 0.5,
  });
  const services: TeamServices = { ...base, models, breakers: new AgentBreakerGate(registry) };
  return { fixture, model, registry, services, recorded, clock };
}

describe('the team on real model calls', () => {
  it('routes, reads and answers, with every cause and span in place', async () => {
    const { services, recorded, model, fixture } = team([
      hand('qa'),
      { text: 'Looking.', toolCalls: [{ name: 'read_file', arguments: { path: 'a.ts' } }] },
      hand('dev', { context: 'summary' }),
      { text: 'Done.' },
    ]);
    const outcome = await askTeam(services, { text: 'is this safe?' }, recorded.context);
    assert.deepEqual(outcome.result, { kind: 'answer', text: 'Done.' });
    assert.deepEqual(recorded.spanTree(), [
      'invoke_agent router',
      '  chat scripted',
      '  execute_tool transfer_to_qa',
      'invoke_agent qa',
      '  chat scripted',
      '  execute_tool read_file',
      '  chat scripted',
      '  execute_tool transfer_to_dev',
      'invoke_agent dev',
      '  chat scripted',
    ]);
    assert.equal(recorded.usage.snapshot().modelCalls, 4);
    recorded.assertWhole();
    for (const request of model.requests) assertValidHistory(request.messages);
    model.assertUsed();
    assert.deepEqual(fixture.clock.pending(), []);
  });

  it('goes the same way without a language model, and leaves no model events or chat spans', async () => {
    const { services, recorded } = team(
      [hand('qa'), { text: 'No model was used.' }],
      {},
      {
        isLanguageModel: false,
        id: { provider: 'offline' },
      },
    );
    const outcome = await askTeam(services, { text: 'is this safe?' }, recorded.context);
    assert.equal(outcome.agent, 'qa');
    assert.equal(recorded.payloads('route.decided')[0]?.by, 'policy');
    assert.ok(!recorded.topics({ models: true }).some((topic) => topic.startsWith('model.')));
    assert.ok(!recorded.spanTree().some((line) => line.includes('chat')));
    recorded.assertWhole();
  });

  it('does not wait for a rate limit longer than the request has time', async () => {
    const limited: ScriptedStep = { failure: { reason: 'model.rate_limited', retryAfterMs: 90_000 } };
    const limits = { ...DEFAULT_SETTINGS.limits, taskTimeoutSeconds: 60 };
    const { services, recorded } = team([limited], { limits });
    const request = { text: 'x', start: { agent: 'dev', by: 'option' as const } };
    const outcome = await askTeam(services, request, recorded.context);
    assert.equal(outcome.result.kind === 'failed' && outcome.result.failure.reason, 'model.rate_limited');
  });

  it('opens the breaker of an agent that keeps failing, keeps others from handing over to it, and lets one probe through', async () => {
    const stuck: ScriptedStep = { toolCalls: [{ name: 'read_file' }] };
    const { services, recorded, registry, clock, model } = team([stuck, stuck], {
      breaker: { failureThreshold: 2, resetSeconds: 30 },
      limits: { ...DEFAULT_SETTINGS.limits, maxTurns: 1 },
    });
    const spec = services.registry.find('qa');
    assert.ok(spec);
    const invoke = () => runAgent(services, { spec, messages: [user('look')] }, recorded.context);
    await invoke();
    await invoke();
    assert.equal(registry.state('agent', 'qa'), 'open');
    const refused = await invoke();
    assert.equal(refused.kind === 'failed' && refused.failure.reason, 'agent.breaker_open');

    model.push(hand('qa'));
    const once = { text: 'x', start: { agent: 'dev', by: 'option' as const } };
    await askTeam(services, once, recorded.context);
    assert.match(recorded.payloads('handoff.rejected')[0]?.why ?? '', /^breaker_open/);

    await clock.advance(30_000);
    model.push({ text: 'fine again' });
    assert.equal((await invoke()).kind, 'answer');
    assert.equal(registry.state('agent', 'qa'), 'closed');
    recorded.assertWhole();
  });

  it('does not hold a cancelled request against its agent', async () => {
    const gate = new Gate();
    const breaker = { failureThreshold: 1, resetSeconds: 30 };
    const { services, recorded, registry } = team([{ text: 'x', gateAfterText: gate }], { breaker });
    const request = { text: 'x', start: { agent: 'dev', by: 'option' as const } };
    const asked = askTeam(services, request, recorded.context);
    await gate.arrived;
    recorded.cancel();
    assert.equal((await asked).result.kind, 'failed');
    assert.equal(registry.state('agent', 'dev'), 'closed');
  });
});
