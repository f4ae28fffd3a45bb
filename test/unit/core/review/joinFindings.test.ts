import assert from 'node:assert/strict';
import type { FindingDraft } from '../../../../src/core/analysis/rule';
import { isSameCause, joinFindings, type SourcedFinding } from '../../../../src/core/review/joinFindings';

const finding = (change: Partial<FindingDraft>, by: SourcedFinding['by'] = 'reviewer'): SourcedFinding => ({
  by,
  finding: {
    path: 'a.ts',
    startLine: 5,
    endLine: 5,
    severity: 'major',
    category: 'bug',
    title: 'Division by zero is not guarded',
    why: 'The divisor may be zero.',
    evidence: 'return a / b;',
    confidence: 0.8,
    ...change,
  },
});

describe('joinFindings', () => {
  it("joins a rule's and a reviewer's finding: the reviewer's words, the rule's name and repair", () => {
    const suggestion = { oldText: 'a / b', newText: 'safe(a, b)' };
    const [joined, ...others] = joinFindings([
      finding(
        { rule: 'unguarded-division', title: 'Unguarded division', why: 'Zero.', severity: 'minor', suggestion },
        'rule',
      ),
      finding({ title: 'divide() fails for 0', why: 'Callers pass user input.' }),
    ]);
    assert.deepEqual(others, []);
    assert.equal(joined?.rule, 'unguarded-division');
    assert.equal(joined.why, 'Callers pass user input.');
    assert.equal(joined.severity, 'major');
    assert.deepEqual(joined.suggestion, suggestion);
  });

  it('knows a finding of one rule again where its range is drawn wider, and keeps two of them apart', () => {
    const narrow = finding({ rule: 'unguarded-division' });
    const wide = finding({ rule: 'unguarded-division', startLine: 4, endLine: 6 });
    assert.equal(isSameCause(narrow, wide), true);
    assert.equal(isSameCause(narrow, finding({ rule: 'unguarded-division', startLine: 6, endLine: 6 })), false);
    assert.equal(isSameCause(narrow, { ...wide, finding: { ...wide.finding, evidence: 'return c / d;' } }), false);
  });

  it('joins what two reviewers say about the same code', () => {
    const twice = [finding({}), finding({ startLine: 4, endLine: 6, severity: 'blocker', title: 'Division by zero' })];
    const joined = joinFindings(twice);
    assert.equal(joined.length, 1);
    assert.equal(joined[0]?.severity, 'blocker');
  });

  it('keeps apart what is about other code, another file or another matter', () => {
    const apart = [
      finding({}),
      finding({ startLine: 50, endLine: 50 }),
      finding({ path: 'b.ts' }),
      finding({
        category: 'docs',
        title: 'Comment is missing',
        why: 'Nobody knows the unit.',
        evidence: 'function divide(',
      }),
    ];
    assert.equal(joinFindings(apart).length, 4);
  });

  it('puts the worst first', () => {
    const nit = finding({ severity: 'nit', startLine: 1, endLine: 1, title: 'Name', why: '', evidence: 'x' });
    assert.deepEqual(
      joinFindings([nit, finding({})]).map(({ severity }) => severity),
      ['major', 'nit'],
    );
  });
});
