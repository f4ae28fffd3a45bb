import * as assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closingLine, judge, readReport, stumbleLines, total } from '../../../scripts/test/results';
import { useTemporaryFolder } from '../../support/temporaryFolder';

const reportOf = (passed: number, failed: number, skipped: number) => ({
  counts: { passed, failed, skipped },
  failed: [],
  retried: [],
});
const green = reportOf(3, 0, 1);
const CUT = '{"counts":{"passed":3';

describe('the result of a test run', () => {
  const folder = useTemporaryFolder();

  it('is none where the reporter left nothing, or half a report', async () => {
    const file = join(folder(), 'results.json');
    assert.equal(await readReport(file), undefined);
    await writeFile(file, CUT);
    assert.equal(await readReport(file), undefined);
    await writeFile(file, JSON.stringify(green));
    assert.deepEqual(await readReport(file), green);
  });

  it('believes a suite that passed and ended with 0', () => {
    assert.deepEqual(judge(green, 0), green);
  });

  it('counts a suite that left no results as failed', () => {
    const { counts, problem } = judge(undefined, 0);
    assert.equal(counts.failed, 1);
    assert.match(problem ?? '', /left no results/);
  });

  it('counts a suite that ran no test as failed, even if some were skipped', () => {
    assert.deepEqual(judge(reportOf(0, 0, 4), 0).counts, { passed: 0, failed: 1, skipped: 4 });
  });

  it('counts a suite as failed that ended badly although its tests passed', () => {
    assert.equal(judge(green, 1).counts.failed, 1);
    assert.equal(judge(green, undefined).counts.failed, 1);
  });

  it('does not count failed tests twice', () => {
    assert.deepEqual(judge(reportOf(1, 2, 0), 1), reportOf(1, 2, 0));
  });

  it('closes with the sum of all suites', () => {
    assert.equal(closingLine(total([green, reportOf(2, 1, 0)]).counts), '5 passed, 1 failed, 1 skipped');
    assert.equal(closingLine(total([]).counts), '0 passed, 0 failed');
  });

  it('says at the end what failed and what needed a second attempt, each with its first line', () => {
    const sum = total([
      { ...green, retried: [{ title: 'a window opens', message: 'Timeout 15000ms exceeded.\nCall log:' }] },
      { ...reportOf(2, 1, 0), failed: [{ title: 'a goal ends', message: 'expected 1' }] },
    ]);
    assert.deepEqual(stumbleLines(sum), [
      '== failed',
      'a goal ends',
      '    expected 1',
      '== passed at a second attempt only: slow machine, or a race',
      'a window opens',
      '    Timeout 15000ms exceeded.',
    ]);
    assert.deepEqual(stumbleLines(total([green])), []);
  });
});
