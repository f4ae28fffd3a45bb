import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/api';
import { toMarkdown, toSarif } from '../../../../src/core/review/findingReports';

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
    const text = toMarkdown({ title: 'Review math.ts', findings: [tricky] });
    assert.match(text, /^# Review math\.ts\n\n1 findings: 1 major\.\n\n## src\/a b\.ts\n\n### Wrong bound/);
    assert.ok(text.includes('````\na ``` b\n````'));
    assert.match(toMarkdown({ title: 'Nothing', findings: [] }), /No findings\./);
  });
});
