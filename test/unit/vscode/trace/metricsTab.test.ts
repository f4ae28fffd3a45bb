import assert from 'node:assert/strict';
import { AgentFigures } from '../../../../src/core/runs/agentFigures';
import type { MetricsBatch } from '../../../../src/protocol/trace/metricsMessages';
import { createMetricsTab } from '../../../../src/vscode/trace/metricsTab';
import { settle } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';
import { RunStory } from '../../../support/runStory';

function open(since?: unknown) {
  const clock = new ManualClock();
  const figures = new AgentFigures();
  const done: string[] = [];
  let made = 0;
  const tab = createMetricsTab({
    source: () => {
      made += 1;
      return { figures, left: 0 };
    },
    breakers: {
      state: (_scope, name) => (name === 'dev' ? 'open' : 'closed'),
      reset: (_scope, name) => done.push(`reset ${name}`),
      onDidChange: () => ({ dispose: () => done.push('let go') }),
    },
    showPrompt: (version, before) => Promise.resolve(void done.push(`prompt ${version} ${before ?? ''}`)),
    clock,
    showError: (error) => assert.fail(String(error)),
  });
  return { clock, figures, done, made: () => made, start: () => tab.open({ touch: () => undefined }, since) };
}

describe('the feed of the tab Metrics', () => {
  it('reads nothing before it is shown, then has the figures with the breakers of agents', async () => {
    const { clock, figures, start, made } = open();
    figures.followAll(new RunStory().turn('dev').turn('qa').told);
    await clock.advance(60_000);
    assert.equal(made(), 0);
    const feed = start();
    await settle();
    const batch = feed.collect() as MetricsBatch;
    assert.deepEqual(
      batch.agents.map(({ agent, runs, breaker, p95Ms }) => [agent, runs, breaker, p95Ms]),
      [
        ['dev', 1, 'open', 100],
        ['qa', 1, 'closed', 100],
      ],
    );
    assert.deepEqual([batch.total?.runs, batch.total?.agent, batch.total?.breaker], [1, '', undefined]);
    assert.ok(batch.agents.every(({ series }) => series.length === 24));
  });

  it('sends figures again when they changed, and only then', async () => {
    const { clock, figures, start } = open();
    const story = new RunStory().turn('dev');
    figures.followAll(story.told);
    await clock.advance(60_000);
    const feed = start();
    await settle();
    feed.collect();
    await clock.advance(5000);
    await settle();
    assert.equal(feed.collect(), undefined);
    figures.followAll(story.turn('dev').told);
    await clock.advance(500);
    await settle();
    assert.equal((feed.collect() as MetricsBatch | undefined)?.agents[0]?.invocations, 2);
  });

  it('shows the time that is asked for', async () => {
    const { clock, figures, start } = open({ kind: 'last', hours: 1 });
    figures.followAll(new RunStory().turn('dev').told);
    await clock.advance(2 * 3_600_000);
    const feed = start();
    await settle();
    const batch = feed.collect() as MetricsBatch;
    assert.deepEqual([batch.total, batch.agents, batch.toMs - batch.fromMs], [undefined, [], 3_600_000]);
  });

  it('resets breakers and shows prompts, and drops what it does not know', async () => {
    const { start, done } = open();
    const feed = start();
    await feed.receive?.({ type: 'resetBreaker', agent: 'dev' });
    await feed.receive?.({ type: 'prompt', agent: 'dev', version: 'b', before: 'a' });
    await assert.rejects(async () => feed.receive?.({ type: 'explode' }));
    feed.dispose();
    assert.deepEqual(done, ['reset dev', 'prompt b a', 'let go']);
  });
});
