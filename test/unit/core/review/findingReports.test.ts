import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/api';
import { toMarkdown, toSarif, type FindingReportWords } from '../../../../src/core/review/findingReports';

const FINDING: Finding = {
  id: 'f1',
  path: 'src/a b.ts',
  startLine: 3,
  endLine: 4,
  severity: 'major',
  category: 'bug',
  title: 'Wrong bound',
  why: 'One too many.',
  evidence: 'i <= n',
  suggestion: { oldText: 'i <= n', newText: 'i < n' },
  confidence: 0.9,
  agent: 'qa',
  status: 'open',
};

const WORDS: FindingReportWords = {
  summary: ({ length }) => `${length} in all.`,
  facts: ({ severity, agent }) => `${severity} by ${agent}`,
  change: 'Do:',
};

describe('reports of findings', () => {
  it('are SARIF that other tools read', () => {
    const dismissed: Finding = { ...FINDING, id: 'f2', rule: 'weak-hash', severity: 'nit', status: 'dismissed' };
    const log = toSarif({ title: 'Review', findings: [FINDING, dismissed] }) as {
      version: string;
      runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
    };
    const [run] = log.runs;
    assert.equal(log.version, '2.1.0');
    assert.deepEqual(run?.tool.driver.rules, [{ id: 'agent-team/bug' }, { id: 'weak-hash' }]);
    assert.deepEqual(
      run.results.map(({ ruleIndex, level }) => [ruleIndex, level]),
      [
        [0, 'error'],
        [1, 'note'],
      ],
    );
    assert.match(JSON.stringify(run.results[0]), /"uri":"src\/a%20b\.ts"/);
    assert.deepEqual(run.results[1]?.['suppressions'], [{ kind: 'external' }]);
  });

  it('are markdown by file, whose fences no code can close', () => {
    const tricky = { ...FINDING, evidence: 'a ``` b' };
    const text = toMarkdown({ title: 'Review math.ts', findings: [tricky] }, WORDS);
    assert.match(text, /^# Review math\.ts\n\n1 in all\.\n\n## src\/a b\.ts\n\n### Wrong bound\n\nmajor by qa/);
    assert.ok(text.endsWith('Do:\n\n```diff\n-i <= n\n+i < n\n```\n'));
    assert.ok(text.includes('````\na ``` b\n````'));
    assert.match(toMarkdown({ title: 'Nothing', findings: [] }, WORDS), /0 in all\./);
  });
});
