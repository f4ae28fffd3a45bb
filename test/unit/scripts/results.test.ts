import * as assert from 'node:assert/strict';
import { closingLine, judge, total } from '../../../scripts/test/results';

const green = { passed: 3, failed: 0, skipped: 1 };

describe('the result of a test run', () => {
  it('believes a suite that passed and ended with 0', () => {
    assert.deepEqual(judge(green, 0), { counts: green });
  });

  it('counts a suite that left no results as failed', () => {
    const { counts, problem } = judge(undefined, 0);
    assert.equal(counts.failed, 1);
    assert.match(problem ?? '', /left no results/);
  });

  it('counts a suite that ran no test as failed, even if some were skipped', () => {
    assert.deepEqual(judge({ passed: 0, failed: 0, skipped: 4 }, 0).counts, { passed: 0, failed: 1, skipped: 4 });
  });

  it('counts a suite as failed that ended badly although its tests passed', () => {
    assert.equal(judge(green, 1).counts.failed, 1);
    assert.equal(judge(green, undefined).counts.failed, 1);
  });

  it('does not count failed tests twice', () => {
    assert.deepEqual(judge({ passed: 1, failed: 2, skipped: 0 }, 1), { counts: { passed: 1, failed: 2, skipped: 0 } });
  });

  it('closes with the sum of all suites', () => {
    assert.equal(
      closingLine(total([{ counts: green }, { counts: { passed: 2, failed: 1, skipped: 0 } }])),
      '5 passed, 1 failed, 1 skipped',
    );
    assert.equal(closingLine(total([])), '0 passed, 0 failed');
  });
});
