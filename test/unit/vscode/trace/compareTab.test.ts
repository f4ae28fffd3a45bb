import assert from 'node:assert/strict';
import type { CompareBatch } from '../../../../src/protocol/trace/compareMessages';
import { createCompareTab } from '../../../../src/vscode/trace/compareTab';
import { RunOfTrace } from '../../../../src/vscode/trace/runOfTrace';
import { settle } from '../../../support/gate';
import { InMemoryRunSource } from '../../../support/inMemoryRunSource';
import { ManualClock } from '../../../support/manualClock';
import { runView } from '../../../support/runViews';

function open(since: unknown) {
  const source = new InMemoryRunSource();
  const clock = new ManualClock();
  const shown: string[] = [];
  const tab = createCompareTab({
    run: new RunOfTrace(source),
    showPrompt: (version, before) => Promise.resolve(void shown.push(`${version} after ${before ?? 'none'}`)),
    clock,
    showError: (error) => assert.fail(String(error)),
  });
  return { source, clock, shown, start: () => tab.open({ touch: () => undefined }, since) };
}

const PAIR = { left: 't1', right: 't2' };

describe('the feed of the tab Compare', () => {
  it('has both runs side by side, and again when one of them went on', async () => {
    const { source, clock, start } = open(PAIR);
    source.put(runView({ runId: 'r1', traceId: 't1', text: 'a' }));
    const { endedAt: _endedAt, ...going } = runView({ runId: 'r2', traceId: 't2', text: 'b', status: 'running' });
    source.put(going);
    const feed = start();
    await settle();
    const first = feed.collect() as CompareBatch;
    assert.deepEqual(
      [first.comparison?.left.durationMs, first.comparison?.right.durationMs, first.comparison?.right.traceId],
      [2100, undefined, 't2'],
    );
    source.put(going);
    await clock.advance(1000);
    await settle();
    assert.equal(feed.collect(), undefined, 'nothing changed');
    source.put(runView({ runId: 'r2', traceId: 't2', text: 'a' }));
    await clock.advance(1000);
    await settle();
    const second = feed.collect() as CompareBatch;
    assert.deepEqual(second.comparison?.answer, [{ side: 'both', texts: ['a'] }]);
    feed.dispose();
    assert.equal(source.followers, 0);
  });

  it('says when one of the two is gone, and compares nothing with nothing', async () => {
    const { source, start } = open(PAIR);
    source.put(runView({ runId: 'r1', traceId: 't1' }));
    const feed = start();
    const none = open(undefined).start();
    await settle();
    assert.deepEqual(feed.collect(), PAIR);
    assert.equal(none.collect(), undefined);
  });

  it('shows what changed in a prompt', async () => {
    const { start, shown } = open(PAIR);
    await start().receive?.({ type: 'prompt', version: 'b', before: 'a' });
    assert.deepEqual(shown, ['b after a']);
  });
});
