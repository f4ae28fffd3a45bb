import assert from 'node:assert/strict';
import type { GraphBatch } from '../../../../src/protocol/trace/graphMessages';
import { createGraphTab } from '../../../../src/vscode/trace/graphTab';
import { RunOfTrace } from '../../../../src/vscode/trace/runOfTrace';
import { settle } from '../../../support/gate';
import { InMemoryRunSource } from '../../../support/inMemoryRunSource';
import { ManualClock } from '../../../support/manualClock';
import { RunStory } from '../../../support/runStory';

function open(since?: unknown) {
  const source = new InMemoryRunSource();
  const clock = new ManualClock();
  let touched = 0;
  const tab = createGraphTab({
    run: new RunOfTrace(source),
    clock,
    showError: (error) => assert.fail(String(error)),
  });
  const start = () => tab.open({ touch: () => (touched += 1) }, since);
  return { source, clock, start, touches: () => touched };
}

describe('the feed of the tab Graph', () => {
  it('has the whole graph first, then only the nodes that changed', async () => {
    const { source, clock, start, touches } = open({ traceId: 'trace-r1' });
    const story = new RunStory().routed('qa', 'a safety question').turn('qa', { open: true });
    source.put(story.view());
    const feed = start();
    assert.equal(feed.collect(), undefined);
    await settle();
    assert.equal(touches(), 1);
    const first = feed.collect() as GraphBatch;
    assert.deepEqual(first.shape?.ids, ['request', 'agent:i1', 'agent:i2']);
    assert.equal(first.changed.length, 3);
    assert.equal(feed.collect(), undefined);

    story.tell('agent.completed', { invocationId: 'i2', text: '', turns: 1, outcome: 'answer' }, { agent: 'qa' });
    source.put(story.view());
    source.put(story.view());
    await clock.advance(100);
    await settle();
    const second = feed.collect() as GraphBatch;
    assert.equal(second.shape, undefined);
    assert.deepEqual(
      second.changed.map(({ id, state }) => [id, state]),
      [['agent:i2', 'completed']],
    );
    assert.equal(touches(), 2);
  });

  it('follows nothing once it is closed, and asks no more often than ten times a second', async () => {
    const { source, clock, start } = open({ traceId: 'trace-r1' });
    const story = new RunStory();
    source.put(story.view());
    const feed = start();
    await settle();
    feed.collect();
    for (let index = 0; index < 50; index += 1) source.put(story.turn('qa').view());
    assert.equal(clock.pending().length, 1);
    feed.dispose();
    assert.deepEqual([clock.pending(), source.followers], [[], 0]);
  });

  it('says of a trace that is gone that it is, and waits where none is chosen', async () => {
    const gone = open({ traceId: 'nope' }).start();
    const none = open().start();
    await settle();
    assert.deepEqual(gone.collect(), { traceId: 'nope', isKnown: false, changed: [], left: 0 });
    assert.equal(none.collect(), undefined);
  });

  it('shows an imported trace by its spans', async () => {
    const { source, start } = open({ traceId: 't' });
    const times = { startTime: '2030-01-01T00:00:00.000Z', endTime: '2030-01-01T00:00:01.000Z' };
    const common = { traceId: 't', kind: 'internal', status: 'ok' as const, attributes: {}, ...times };
    source.import('t', [{ ...common, spanId: '1', name: 'invoke_agent triage' }]);
    const feed = start();
    await settle();
    assert.deepEqual((feed.collect() as GraphBatch | undefined)?.shape?.ids, ['request', 'agent:1']);
  });
});
