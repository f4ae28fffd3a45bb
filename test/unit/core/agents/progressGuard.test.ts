import assert from 'node:assert/strict';
import { ProgressGuard, type CallReport } from '../../../../src/core/agents/progressGuard';

const call = (n: number, change: Partial<CallReport> = {}): CallReport => ({
  name: 'tool',
  arguments: { n },
  effect: 'read',
  failed: false,
  text: 'same',
  ...change,
});
const kinds = (reports: CallReport[]) => {
  const guard = new ProgressGuard();
  return reports.map((report) => guard.report(report).kind);
};
const fail = (n: number) => call(n, { failed: true });
const write = (n: number) => call(n, { name: 'edit', effect: 'write' });
const times = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

describe('ProgressGuard', () => {
  it('warns at the third identical failure and stops at the fifth', () => {
    assert.deepEqual(kinds(times(5, () => fail(1))), ['fine', 'fine', 'warn', 'warn', 'stop']);
  });

  it('forgets the failures of a call that succeeds', () => {
    assert.deepEqual(
      kinds([fail(1), fail(1), call(1), fail(1), fail(1)]),
      times(5, () => 'fine'),
    );
  });

  it('lets failing calls be tried again after a change that was not made before', () => {
    const reports = [fail(1), fail(1), write(1), fail(1), fail(1), write(2), fail(1)];
    assert.deepEqual(
      kinds(reports),
      times(7, () => 'fine'),
    );
  });

  it('sees through two changes that undo each other', () => {
    const round = () => [write(1), fail(9), write(2), fail(9)];
    assert.ok(kinds(times(5, round).flat()).includes('stop'));
  });

  it('lets a read be repeated as long as it says something new', () => {
    assert.deepEqual(
      kinds(times(20, (n) => call(1, { text: String(n) }))),
      times(20, () => 'fine'),
    );
    assert.deepEqual(kinds(times(8, () => call(1))).slice(3), ['warn', 'warn', 'warn', 'warn', 'stop']);
  });

  it('warns and stops a row of failures, however different', () => {
    const verdicts = kinds(times(15, fail));
    assert.deepEqual([verdicts.indexOf('warn'), verdicts.indexOf('stop')], [7, 14]);
  });

  it('takes arguments for the same in any order, and numbers apart from texts', () => {
    const guard = new ProgressGuard();
    const report = (input: Record<string, unknown>) => guard.report(call(0, { arguments: input, failed: true })).kind;
    report({ a: 1, b: { c: [1, 2], d: null } });
    report({ b: { d: null, c: [1, 2] }, a: 1 });
    assert.equal(report({ a: '1', b: { c: [1, 2], d: null } }), 'fine');
    assert.equal(report({ a: 1, b: { c: [1, 2], d: null } }), 'warn');
  });
});
