import assert from 'node:assert/strict';
import { withDeadline } from '../../../../src/core/agents/deadline';
import { failure } from '../../../../src/core/failure';
import { ManualClock } from '../../../support/manualClock';
import { RecordedRun } from '../../../support/recordedRun';

const EXPIRED = failure('task.timeout', 'Over.');
const OUTER = failure('outer.timeout', 'Over.');

describe('withDeadline', () => {
  it('aborts its scope with the reason when the time is over, and leaves the run alone', async () => {
    const clock = new ManualClock();
    const run = new RecordedRun().context;
    const deadline = withDeadline(run, clock, { timeoutMs: 100, expired: EXPIRED });
    await clock.advance(99);
    assert.equal(deadline.run.signal.aborted, false);
    await clock.advance(1);
    assert.equal(deadline.run.signal.reason, EXPIRED);
    assert.equal(run.signal.aborted, false);
  });

  it('aborts with the run, for its reason, also when that had happened before', () => {
    const recorded = new RecordedRun();
    const limit = { timeoutMs: 100, expired: EXPIRED };
    const before = withDeadline(recorded.context, new ManualClock(), limit);
    recorded.controller.abort(OUTER);
    const after = withDeadline(recorded.context, new ManualClock(), limit);
    assert.deepEqual([before.run.signal.reason, after.run.signal.reason], [OUTER, OUTER]);
  });

  it('says until when there is time; an outer deadline that is sooner counts', () => {
    const clock = new ManualClock(1_000);
    const outer = withDeadline(new RecordedRun().context, clock, { timeoutMs: 50, expired: OUTER });
    const inner = withDeadline(outer.run, clock, { timeoutMs: 100, expired: EXPIRED });
    assert.deepEqual([outer.run.scope.deadline?.at, inner.run.scope.deadline?.at], [1_050, 1_050]);
  });

  it('stands still, with the deadlines around it, while it is held', async () => {
    const clock = new ManualClock(1_000);
    const outer = withDeadline(new RecordedRun().context, clock, { timeoutMs: 100, expired: OUTER });
    const inner = withDeadline(outer.run, clock, { timeoutMs: 80, expired: EXPIRED });
    await clock.advance(50);
    const first = inner.run.scope.deadline?.hold();
    const second = inner.run.scope.deadline?.hold();
    await clock.advance(500);
    first?.dispose();
    first?.dispose();
    await clock.advance(500);
    second?.dispose();
    assert.deepEqual([outer.run.scope.deadline?.at, inner.run.scope.deadline?.at], [2_100, 2_080]);
    await clock.advance(29);
    assert.equal(inner.run.signal.aborted, false);
    await clock.advance(1);
    assert.equal(inner.run.signal.reason, EXPIRED);
    assert.equal(outer.run.signal.aborted, false);
    await clock.advance(20);
    assert.equal(outer.run.signal.reason, OUTER);
  });

  it('starts no timer again when it is released after its end', async () => {
    const clock = new ManualClock();
    const deadline = withDeadline(new RecordedRun().context, clock, { timeoutMs: 100, expired: EXPIRED });
    const held = deadline.run.scope.deadline?.hold();
    deadline.dispose();
    held?.dispose();
    assert.deepEqual(clock.pending(), []);
  });

  it('leaves neither timer nor listener behind, and does not abort once disposed', async () => {
    const clock = new ManualClock();
    const recorded = new RecordedRun();
    const deadline = withDeadline(recorded.context, clock, { timeoutMs: 100, expired: EXPIRED });
    deadline.dispose();
    assert.deepEqual(clock.pending(), []);
    recorded.cancel();
    await clock.advance(100);
    assert.equal(deadline.run.signal.aborted, false);
  });
});
