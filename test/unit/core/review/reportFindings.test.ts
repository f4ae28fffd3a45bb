import assert from 'node:assert/strict';
import {
  createReportTool,
  readReport,
  readReportText,
  type Reported,
} from '../../../../src/core/review/reportFindings';

const FINDING = {
  path: 'src/a.ts',
  startLine: 3,
  severity: 'major',
  category: 'bug',
  title: 'Wrong bound',
  why: 'One too many.',
  evidence: 'i <= n',
};

describe('reports of reviewers', () => {
  it('are read from a list or an object that holds one', () => {
    for (const report of [[FINDING], { findings: [FINDING] }]) {
      const read = readReport(report);
      assert.deepEqual(read?.faults, []);
      assert.equal(read.findings[0]?.title, 'Wrong bound');
      assert.equal(read.findings[0].endLine, 3);
      assert.equal(read.findings[0].confidence, 0.7);
    }
  });

  it('may use the words and fields that other reviewers use', () => {
    const [finding] =
      readReport([
        {
          file: './src/a.ts',
          line: '7',
          message: 'Secret in code',
          severity: 'CRITICAL',
          category: 'Correctness',
          description: 'Anyone can read it.',
          confidence: 90,
          fix: { old: 'a', new: 'b' },
        },
      ])?.findings ?? [];
    assert.deepEqual(finding, {
      path: './src/a.ts',
      startLine: 7,
      endLine: 7,
      severity: 'blocker',
      category: 'bug',
      title: 'Secret in code',
      why: 'Anyone can read it.',
      evidence: '',
      confidence: 0.9,
      suggestion: { oldText: 'a', newText: 'b' },
    });
  });

  it('lose no good finding to a bad one beside it', () => {
    const read = readReport({ findings: [FINDING, { title: 'Nowhere' }, 'nonsense'] });
    assert.equal(read?.findings.length, 1);
    assert.equal(read.faults.length > 0, true);
    assert.match(read.faults.join(' '), /Finding 2: path/);
  });

  it('are found in text: in a fence, with prose around, in our own notation', () => {
    const json = JSON.stringify({ findings: [FINDING] });
    const ours = 'src/a.ts:3: major bug [] Wrong bound (confidence 0.9)\n  evidence: i <= n';
    for (const text of [json, `Here:\n\`\`\`json\n${json}\n\`\`\`\nDone.`, `I found this.\n\n${ours}`]) {
      assert.equal(readReportText(text)?.findings[0]?.title, 'Wrong bound', text);
    }
    assert.equal(readReportText('All is well.'), undefined);
    assert.deepEqual(readReportText('{"findings":[]}')?.findings, []);
  });

  it('are handed over by the tool, which says what it did not take', async () => {
    const taken: Reported[] = [];
    const tool = createReportTool((reported) => taken.push(reported));
    assert.equal(tool.parse({ text: 'no list' }).ok, false);
    const input = { findings: [FINDING, {}], refuted: [{ id: 'x', why: 'guarded above' }] };
    assert.equal(tool.parse(input).ok, true);
    const context = { signal: new AbortController().signal, runId: 'r', agent: 'qa', callId: 'c' };
    const { text } = await tool.run(input, context);
    assert.match(text, /Taken: 1 findings, 1 refuted\. Not taken, report these again: Finding 2/);
    assert.equal(taken[0]?.findings.length, 1);
    assert.deepEqual(taken[0].refuted, [{ id: 'x', why: 'guarded above' }]);
  });
});
