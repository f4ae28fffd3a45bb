import assert from 'node:assert/strict';
import type { RunView } from '../../../../src/core/runs/runView';
import { LONG_RUN_MS, RunNotifications, type EndNotice } from '../../../../src/vscode/runs/runNotifications';
import { InMemoryRuns } from '../../../support/inMemoryRuns';
import { ManualClock } from '../../../support/manualClock';

describe('the notification that a run has ended', () => {
  let runs: InMemoryRuns;
  let clock: ManualClock;
  let told: EndNotice[];
  let watched: boolean;
  let notifications: RunNotifications;

  beforeEach(() => {
    runs = new InMemoryRuns();
    clock = new ManualClock();
    told = [];
    watched = false;
    notifications = new RunNotifications({
      runs,
      clock,
      isWatched: () => watched,
      tell: (notice) => told.push(notice),
    });
  });
  afterEach(() => notifications.dispose());

  const start = () => runs.put('r', { status: 'running', changes: [] });
  const end = async (change: Partial<RunView> = {}, tookMs = LONG_RUN_MS) => {
    await clock.advance(tookMs);
    runs.put('r', { status: 'completed', ...change });
  };

  it('comes once for a long run, with what can be done', async () => {
    start();
    await end();
    runs.put('r', { text: 'late' });
    assert.deepEqual(
      told.map(({ view, tookMs, buttons }) => [view.runId, tookMs, buttons]),
      [['r', LONG_RUN_MS, ['show', 'report']]],
    );
  });

  it('leads to changes that wait for a decision', async () => {
    start();
    const change = {
      runId: 'r',
      path: 'a',
      kind: 'create',
      status: 'proposed',
      added: 1,
      removed: 0,
      hunks: [],
    } as const;
    await end({ changes: [{ ...change, hunks: [] }] });
    assert.deepEqual(told[0]?.buttons, ['show', 'changes', 'report']);
  });

  it('tells of failures and of what is missing', async () => {
    for (const status of ['failed', 'partial'] as const) {
      start();
      await end({ status });
    }
    assert.deepEqual(
      told.map(({ view }) => view.status),
      ['failed', 'partial'],
    );
  });

  it('does not come for a run that was short, watched, stopped, interrupted, a reaction or another window’s', async () => {
    start();
    await end({}, LONG_RUN_MS - 1);
    watched = true;
    start();
    await end();
    watched = false;
    for (const status of ['cancelled', 'interrupted'] as const) {
      start();
      await end({ status });
    }
    start();
    await end({ kind: 'reaction' });
    runs.put('r', { kind: 'ask' });
    runs.elsewhere.add('r');
    start();
    await end();
    assert.deepEqual(told, []);
  });

  it('does not count the time before a run was resumed, nor come for runs that ended before', async () => {
    runs.put('old', { status: 'completed' });
    start();
    await end({ status: 'interrupted' });
    await clock.advance(10 * LONG_RUN_MS);
    start();
    await end({}, 1000);
    assert.deepEqual(told, []);
  });

  it('comes for a run that waited for an approval or was paused meanwhile', async () => {
    start();
    await clock.advance(LONG_RUN_MS / 2);
    runs.put('r', { status: 'waiting-approval' });
    runs.put('r', { status: 'paused' });
    await end({}, LONG_RUN_MS / 2);
    assert.equal(told.length, 1);
  });

  it('does not come for a run that was deleted', async () => {
    start();
    await clock.advance(LONG_RUN_MS);
    runs.remove('r');
    assert.deepEqual(told, []);
  });
});
