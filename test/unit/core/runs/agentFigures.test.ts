import assert from 'node:assert/strict';
import type { CallUsage, EventEnvelope, RunEnded } from '../../../../src/api';
import { AgentFigures, percentile } from '../../../../src/core/runs/agentFigures';
import { EventBuilder } from '../../../support/eventBuilder';

const usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 0, complete: true };
const ended: RunEnded = { text: '', usage };
const call = { callId: 'c', model: 'm', endpoint: 'e' };

/** Events of one run as an agent makes them; `EventBuilder` puts 100 ms between two. */
class Script {
  readonly events: EventEnvelope[] = [];
  private readonly builder: EventBuilder;

  constructor(
    private readonly runId: string,
    origin = `w-${runId}`,
  ) {
    this.builder = new EventBuilder(origin);
  }

  started(agent: string, promptVersion: string, invocationId: string): this {
    return this.push('agent.started', { invocationId, tools: [] }, { agent, promptVersion });
  }
  answered(agent: string, promptVersion: string, invocationId: string): this {
    const payload = { invocationId, text: 'x', turns: 1, outcome: 'answer' } as const;
    return this.push('agent.completed', payload, { agent, promptVersion });
  }
  failed(agent: string, promptVersion: string, invocationId: string, reason: string): this {
    const error = { reason, message: reason, retryable: false };
    return this.push('agent.failed', { invocationId, error, text: '', turns: 1 }, { agent, promptVersion });
  }
  called(agent: string, promptVersion: string, used: CallUsage): this {
    const answer = { text: '', toolCalls: [], finishReason: 'stop', durationMs: 1 };
    return this.push('model.completed', { ...call, ...answer, usage: used }, { agent, promptVersion });
  }
  retried(agent: string, promptVersion: string): this {
    const error = { reason: 'model.timeout', message: '', retryable: true };
    return this.push('model.retrying', { ...call, error, attempt: 1, delayMs: 1 }, { agent, promptVersion });
  }
  wait(): this {
    this.builder.make('run.paused', {});
    return this;
  }
  end(topic: 'run.completed' | 'run.cancelled' = 'run.completed'): this {
    return this.push(topic, ended);
  }

  private push(...[topic, payload, more]: Parameters<EventBuilder['make']>): this {
    this.events.push(this.builder.make(topic, payload, { ...more, runId: this.runId }));
    return this;
  }
}

const asked = (runId: string) => new Script(runId).started('qa', 'v1', `${runId}-1`).answered('qa', 'v1', `${runId}-1`);

describe('AgentFigures', () => {
  it('counts runs, outcomes, latency, tokens, cost and retries by agent', () => {
    const figures = new AgentFigures();
    figures.followAll(
      new Script('r1')
        .started('qa', 'v1', 'i1')
        .retried('qa', 'v1')
        .called('qa', 'v1', { inputTokens: 100, outputTokens: 10, cachedInputTokens: 40, costUsd: 0.5 })
        .answered('qa', 'v1', 'i1')
        .started('qa', 'v1', 'i2')
        .failed('qa', 'v1', 'i2', 'agent.timeout')
        .end().events,
    );
    const [qa, ...others] = figures.byAgent();
    assert.deepEqual(others, []);
    assert.deepEqual(qa, {
      agent: 'qa',
      promptVersion: 'v1',
      runs: 1,
      running: 0,
      invocations: 2,
      succeeded: 1,
      failed: 1,
      stopped: 0,
      reasons: { 'agent.timeout': 1 },
      errorRate: 0.5,
      latencyP50Ms: 100,
      latencyP95Ms: 300,
      inputTokens: 100,
      outputTokens: 10,
      cachedInputTokens: 40,
      modelCalls: 2,
      retries: 1,
      costUsd: 0.5,
      unpricedCalls: 1,
      unmeasuredCalls: 1,
      startedAtMs: Date.UTC(2030, 0, 1) + 100,
      lastAtMs: Date.UTC(2030, 0, 1) + 600,
    });
  });

  it('tells prompt versions apart, the newest first, and joins them for the agent', () => {
    const figures = new AgentFigures();
    figures.followAll(asked('r1').events);
    figures.followAll(new Script('r2').wait().wait().started('qa', 'v2', 'x').answered('qa', 'v2', 'x').events);
    assert.deepEqual(
      figures.byVersion().map(({ promptVersion, invocations }) => [promptVersion, invocations]),
      [
        ['v2', 1],
        ['v1', 1],
      ],
    );
    const [qa] = figures.byAgent();
    assert.deepEqual([qa?.runs, qa?.promptVersion], [2, 'v2']);
  });

  it('changes nothing for events that it has seen, live or from a journal', () => {
    const figures = new AgentFigures();
    const { events } = asked('r1').end();
    figures.followAll(events.slice(0, 2));
    figures.followAll(events);
    figures.followAll(events);
    assert.equal(figures.byAgent()[0]?.invocations, 1);
  });

  it('knows what is going on, and takes what its run leaves open for stopped', () => {
    const figures = new AgentFigures();
    const script = new Script('r1').started('dev', 'v', 'i');
    figures.followAll(script.events);
    assert.deepEqual([figures.byAgent()[0]?.running, figures.byAgent()[0]?.stopped], [1, 0]);
    figures.followAll(script.end('run.cancelled').events);
    assert.deepEqual([figures.byAgent()[0]?.running, figures.byAgent()[0]?.stopped], [0, 1]);
  });

  it('holds stops and budgets against nobody', () => {
    const figures = new AgentFigures();
    const script = new Script('r1').started('dev', 'v', 'a').failed('dev', 'v', 'a', 'cancelled');
    script.started('dev', 'v', 'c').failed('dev', 'v', 'c', 'interrupted');
    figures.followAll(script.started('dev', 'v', 'b').failed('dev', 'v', 'b', 'budget.exceeded').events);
    const [dev] = figures.byAgent();
    assert.deepEqual([dev?.stopped, dev?.failed, dev?.errorRate], [3, 0, undefined]);
  });

  it('leaves an unknown cost out instead of taking it for nothing', () => {
    const figures = new AgentFigures();
    figures.followAll(new Script('r1').called('qa', 'v', { inputTokens: 1, outputTokens: 1 }).events);
    const [qa] = figures.byAgent();
    assert.ok(qa && !('costUsd' in qa));
    assert.equal(qa.unpricedCalls, 1);
  });

  it('forgets deleted runs, and the first of too many', () => {
    const figures = new AgentFigures({ maxRuns: 3 });
    for (let n = 1; n <= 5; n += 1) figures.followAll(asked(`r${n}`).events);
    assert.equal(figures.byAgent()[0]?.runs, 3);
    assert.deepEqual([figures.knows('r2'), figures.knows('r3')], [false, true]);
    figures.forget('r3');
    assert.equal(figures.byAgent()[0]?.runs, 2);
  });

  it('keeps counts exact and the rest bounded in a run without end', () => {
    const figures = new AgentFigures();
    const script = new Script('r1');
    for (let n = 0; n < 500; n += 1) script.started('qa', 'v', `i${n}`).failed('qa', 'v', `i${n}`, `reason.${n}`);
    figures.followAll(script.events);
    const [record] = figures.records();
    assert.deepEqual([record?.invocations, record?.failed, record?.durationsMs.length], [500, 500, 200]);
    assert.equal(Object.keys(record?.reasons ?? {}).length, 21);
    assert.equal(record?.reasons['other'], 480);
  });

  it('tells of changes of figures only', () => {
    const figures = new AgentFigures();
    let told = 0;
    figures.onDidChange(() => (told += 1));
    figures.followAll(asked('r1').end().events);
    assert.equal(told, 2);
  });

  it('adds a thousand runs up in a few milliseconds', () => {
    const figures = new AgentFigures();
    const scripts = Array.from({ length: 1000 }, (_, n) => asked(`r${n}`));
    const began = performance.now();
    for (const { events } of scripts) figures.followAll(events);
    const followedMs = performance.now() - began;
    const before = performance.now();
    assert.equal(figures.byVersion()[0]?.runs, 1000);
    const addedMs = performance.now() - before;
    assert.ok(addedMs < Math.max(250, 20 * followedMs), `${addedMs} ms, and ${followedMs} ms to follow them`);
  });
});

describe('percentile', () => {
  it('takes the nearest rank, and nothing from nothing', () => {
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    assert.deepEqual([percentile(ten, 0.5), percentile(ten, 0.95), percentile([7], 0.95)], [5, 10, 7]);
    assert.equal(percentile([], 0.5), undefined);
  });
});
