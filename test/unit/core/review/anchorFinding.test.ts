import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FindingDraft } from '../../../../src/core/analysis/rule';
import { anchorFinding, isOpinion, OPINION_CONFIDENCE } from '../../../../src/core/review/anchorFinding';
import { applySuggestion } from '../../../../src/core/review/applySuggestion';

const TEXT = [
  'function divide(a, b) {',
  '  return a / b;',
  '}',
  '',
  'function half(a) {',
  '  return a / 2;',
  '}',
  '',
].join('\n');

const draft = (change: Partial<FindingDraft> = {}): FindingDraft => ({
  path: 'src/math.ts',
  startLine: 2,
  endLine: 2,
  severity: 'major',
  category: 'bug',
  title: 'No guard for zero',
  why: 'b may be 0.',
  evidence: 'return a / b;',
  confidence: 0.9,
  ...change,
});
const anchor = (change: Partial<FindingDraft>, text = TEXT) => {
  const anchored = anchorFinding(draft(change), { text, lines: text.split('\n') });
  return anchored.kind === 'placed' ? { ...anchored.finding, moved: anchored.moved } : anchored.kind;
};
const linesOf = (found: ReturnType<typeof anchor>) =>
  typeof found === 'string' ? found : [found.startLine, found.endLine, found.moved];

describe('anchorFinding', () => {
  it('leaves a finding whose lines hold the quoted code where it is', () => {
    assert.deepEqual(linesOf(anchor({})), [2, 2, false]);
    assert.deepEqual(linesOf(anchor({ startLine: 1, endLine: 3 })), [1, 3, false]);
  });

  it('moves a finding to its quoted code, the nearest where it stands more than once', () => {
    assert.deepEqual(linesOf(anchor({ startLine: 7, endLine: 7 })), [2, 2, true]);
    assert.deepEqual(linesOf(anchor({ startLine: 99, endLine: 120 })), [2, 2, true]);
    assert.deepEqual(linesOf(anchor({ startLine: 6, endLine: 6, evidence: '}' })), [7, 7, true]);
  });

  it('reads quotes with line numbers, fences and other white space', () => {
    const quote = '```ts\n1 | function divide(a, b) {\n2 |   return a  / b;\n```';
    assert.deepEqual(linesOf(anchor({ startLine: 5, endLine: 6, evidence: quote })), [1, 2, true]);
  });

  it('drops a finding whose range does not exist and whose code is not there', () => {
    assert.equal(anchor({ startLine: 40, endLine: 41, evidence: 'return a % b;' }), 'dropped');
    assert.equal(anchor({ startLine: 40, endLine: 41, evidence: '' }), 'dropped');
  });

  it('takes a finding without evidence in the code for an opinion', () => {
    for (const evidence of ['', 'divide() is never checked']) {
      const found = anchor({ evidence });
      assert.ok(typeof found !== 'string' && isOpinion(found));
      assert.equal(found.confidence, OPINION_CONFIDENCE);
    }
  });

  it('finds the place by the old text of a suggestion where nothing is quoted', () => {
    const suggestion = { oldText: '  return a / 2;', newText: '  return a * 0.5;' };
    const found = anchor({ startLine: 1, endLine: 1, evidence: '', suggestion });
    assert.deepEqual(linesOf(found), [6, 6, true]);
    assert.ok(typeof found !== 'string' && found.evidence === 'return a / 2;');
  });

  it('keeps a suggestion only where it is sure what it replaces', () => {
    const usable = anchor({ suggestion: { oldText: 'return a / b;', newText: 'return b === 0 ? NaN : a / b;' } });
    assert.ok(typeof usable !== 'string' && usable.suggestion);
    const unusable = anchor({ suggestion: { oldText: 'return a % b;', newText: 'x' } });
    assert.ok(typeof unusable !== 'string' && unusable.suggestion === undefined);
  });

  it('never puts a quoted line on a line that does not have it', () => {
    const line = fc.constantFrom('a = 1', 'b = 2', 'return a + b', '}', '');
    const file = fc.array(line, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(file, line, fc.integer({ min: 1, max: 40 }), (lines, evidence, startLine) => {
        const anchored = anchorFinding(draft({ startLine, endLine: startLine, evidence }), {
          text: lines.join('\n'),
          lines,
        });
        if (anchored.kind === 'dropped') {
          assert.ok(startLine > lines.length);
          return;
        }
        const { finding } = anchored;
        assert.ok(finding.startLine >= 1 && finding.endLine <= lines.length);
        if (!isOpinion(finding)) {
          const range = lines.slice(finding.startLine - 1, finding.endLine);
          assert.ok(range.includes(evidence));
        }
      }),
    );
  });
});

describe('applySuggestion', () => {
  it('replaces in the lines of the finding although the same code stands elsewhere', () => {
    const text = 'x = 1\ny = 2\nx = 1\n';
    const suggestion = { oldText: 'x = 1', newText: 'x = 3' };
    assert.equal(applySuggestion(text, { startLine: 3, endLine: 3, suggestion }), 'x = 1\ny = 2\nx = 3\n');
  });

  it('does nothing where the code is gone or could be meant twice', () => {
    const suggestion = { oldText: 'x = 1', newText: 'x = 3' };
    const far = `x = 1\n${'-\n'.repeat(20)}x = 1\n`;
    assert.equal(applySuggestion('y = 1\n', { startLine: 1, endLine: 1, suggestion }), undefined);
    assert.equal(applySuggestion(far, { startLine: 11, endLine: 11, suggestion }), undefined);
  });
});
