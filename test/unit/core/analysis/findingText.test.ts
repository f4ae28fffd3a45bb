import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatFinding, parseFindings } from '../../../../src/core/analysis/findingText';
import type { FindingDraft } from '../../../../src/core/analysis/rule';

const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/\s+/g, ' ').trim());
const draft: fc.Arbitrary<FindingDraft> = fc
  .record({
    path: fc.constantFrom('src/a.ts', 'a b/ü.py', 'api/src/x:y.js'),
    startLine: fc.integer({ min: 1, max: 9999 }),
    length: fc.integer({ min: 0, max: 5 }),
    severity: fc.constantFrom('blocker', 'major', 'minor', 'nit'),
    category: fc.constantFrom('bug', 'security', 'performance', 'tests', 'style', 'docs'),
    title: line,
    why: line,
    evidence: line,
    confidence: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    rule: fc.constantFrom('loop-bound', 'eslint/no-eval', 'ts/2322'),
    suggestion: fc.option(fc.record({ oldText: fc.string(), newText: fc.string() }, { noNullPrototype: true }), {
      nil: undefined,
    }),
  })
  .map(({ length, suggestion, ...rest }) => ({
    ...rest,
    endLine: rest.startLine + length,
    ...(suggestion && { suggestion }),
  }));

describe('Findings as text', () => {
  it('reads back what it wrote, with anything around it', () => {
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 5 }), (drafts) => {
        const text = ['3 findings in 2 files.', ...drafts.map(formatFinding), 'Note: something.'].join('\n\n');
        assert.deepEqual(parseFindings(text), drafts);
      }),
    );
  });

  it('makes nothing of other text, cut or damaged lines', () => {
    assert.deepEqual(parseFindings('src/a.ts:1: no finding\n  why: x\nNo findings in 3 files.'), []);
    const [finding] = parseFindings(
      'src/a.ts:1: major bug [x] Title (confidence 0.5)\n  replace: "a\\q" -> "b"\n  why: because',
    );
    assert.equal(finding?.suggestion, undefined);
    assert.equal(finding?.why, 'because');
  });
});
