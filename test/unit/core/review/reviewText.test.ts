import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/api';
import { reviewText } from '../../../../src/core/review/reviewText';
import type { AnswerNote } from '../../../../src/core/review/reviewNotes';
import { sayInEnglish, type Say } from '../../../../src/core/say';

const finding = (severity: Finding['severity'], startLine: number): Finding => ({
  id: `f${startLine}`,
  path: 'a.ts',
  startLine,
  endLine: startLine,
  severity,
  category: 'bug',
  title: 'Wrong',
  why: 'It is.',
  evidence: 'x',
  confidence: 0.9,
  agent: 'qa',
  status: 'open',
});
const notes: AnswerNote[] = [
  { kind: 'skipped', path: 'b.min.js', reason: 'generated' },
  { kind: 'skipped_for', path: 'c.ts', why: 'There is no such file.' },
  { kind: 'files_left_out', count: 3 },
  { kind: 'dismissed', count: 2 },
  { kind: 'said', text: 'The linter did not run.' },
];

describe('The answer of a review', () => {
  it('counts, lists with places and reasons, and says what was left out', () => {
    const text = reviewText({
      findings: [finding('blocker', 1), finding('nit', 2), finding('nit', 3)],
      summaries: ['Needs work.'],
      files: 2,
      notes,
    });
    assert.equal(
      text,
      `**3 findings** in 2 files (1 blocker, 2 nits).

Needs work.

1. **blocker** \`a.ts:1\` Wrong  \n   It is.
2. **nit** \`a.ts:2\` Wrong  \n   It is.
3. **nit** \`a.ts:3\` Wrong  \n   It is.

Left out or limited:

- b.min.js was not reviewed: it is generated or minified.
- c.ts was not reviewed: There is no such file.
- 3 more files were left out: a review takes 200 files. Review a folder at a time to see them all.
- 2 findings that were dismissed earlier are left out.
- The linter did not run.`,
    );
  });

  it('is in the language that it is given, but for what others said', () => {
    const asked = new Set<string>();
    const say: Say = (template, ...values) => {
      asked.add(template);
      return `«${sayInEnglish(template, ...values)}»`;
    };
    const text = reviewText({ findings: [], summaries: [], files: 1, notes }, say);
    assert.equal(text.split('\n')[0], '«**No findings** in «1 file».»');
    assert.deepEqual(
      text.match(/^- .*$/gm)?.map((line) => line.startsWith('- «')),
      [true, true, true, true, false],
    );
    assert.ok(asked.has('{0} was not reviewed: it is generated or minified.'));
  });
});
