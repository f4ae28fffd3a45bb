import assert from 'node:assert/strict';
import { createAnalysisTools } from '../../../../src/core/analysis/analysisTools';
import type { AnalysisReport } from '../../../../src/core/analysis/codeAnalyzer';
import { parseFindings } from '../../../../src/core/analysis/findingText';
import type { FindingDraft } from '../../../../src/core/analysis/rule';
import { failure, type Failure } from '../../../../src/core/failure';
import {
  InMemoryEditor,
  InMemoryGitChanges,
  InMemoryLanguageServices,
  InMemoryWorkspace,
} from '../../../support/inMemoryWorkspace';

const draft: FindingDraft = {
  path: 'src/a.ts',
  startLine: 3,
  endLine: 3,
  severity: 'major',
  category: 'bug',
  title: 'Wrong',
  why: 'Because.',
  evidence: 'a <= b',
  confidence: 0.9,
  rule: 'loop-bound',
};
const ports = {
  workspace: new InMemoryWorkspace(),
  languages: new InMemoryLanguageServices(),
  editor: new InMemoryEditor(),
  git: new InMemoryGitChanges(),
};
const context = { signal: new AbortController().signal, runId: 'r', agent: 'qa', callId: 'c' };

function setUp(report: Partial<AnalysisReport> | Failure) {
  const asked: (string | undefined)[] = [];
  const answer = async (path: string | undefined) => {
    asked.push(path);
    return 'reason' in report
      ? report
      : { findings: [], files: ['src/a.ts'], sources: ['our rules'], notes: [], ...report };
  };
  const [analysis, scan] = createAnalysisTools({ analyse: answer, scanSecurity: answer }, () => ports);
  assert.ok(analysis && scan);
  return { analysis, scan, asked };
}

describe('Analysis tools', () => {
  it('give findings as text and as data, with the agent and stable ids', async () => {
    const { analysis } = setUp({ findings: [draft, draft] });
    const result = await analysis.run({ path: 'src/a.ts' }, context);
    assert.match(result.text, /^2 findings in src\/a\.ts: 2 major \(checked with our rules\)\.\n/);
    assert.deepEqual(parseFindings(result.text), [draft, draft]);
    const [first, second] = result.findings ?? [];
    assert.deepEqual({ agent: first?.agent, status: first?.status }, { agent: 'qa', status: 'open' });
    assert.notEqual(first?.id, second?.id);
    const again = await analysis.run({}, { ...context, runId: 'other' });
    assert.deepEqual(
      again.findings?.map(({ id }) => id),
      result.findings?.map(({ id }) => id),
    );
    assert.deepEqual(result.files, ['src/a.ts']);
  });

  it('say so when nothing was found or nothing could be checked', async () => {
    assert.match((await setUp({}).scan.run({}, context)).text, /^No findings in src\/a\.ts/);
    assert.match((await setUp({ files: [] }).scan.run({}, context)).text, /^No file was analysed/);
  });

  it('hand failures on as results', async () => {
    const result = await setUp(failure('file.not_found', 'No such file.')).analysis.run({ path: 'x' }, context);
    assert.deepEqual(
      { text: result.text, isError: result.isError, reason: result.reason },
      { text: 'No such file.', isError: true, reason: 'file.not_found' },
    );
  });

  it('take a dot for the whole workspace', async () => {
    const { analysis, asked } = setUp({});
    await analysis.run({ path: './' }, context);
    await analysis.run({ file: 'src' }, context);
    assert.deepEqual(asked, [undefined, 'src']);
  });

  it('show the worst of many and say how many more there are', async () => {
    const { analysis } = setUp({
      findings: Array.from({ length: 75 }, (_, index) => ({ ...draft, startLine: index + 1 })),
      notes: ['Skipped: x.'],
    });
    const result = await analysis.run({}, context);
    assert.equal(parseFindings(result.text).length, 60);
    assert.equal(result.findings?.length, 75);
    assert.match(result.text, /Note: 15 more findings[^]*Note: Skipped: x\.$/);
    assert.equal(result.truncated, true);
  });
});
