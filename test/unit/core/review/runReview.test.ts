import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/api';
import type { AnalysisReport } from '../../../../src/core/analysis/codeAnalyzer';
import type { FindingDraft } from '../../../../src/core/analysis/rule';
import type { ReviewServices } from '../../../../src/core/review/review';
import { runReview } from '../../../../src/core/review/runReview';
import type { ReviewTarget } from '../../../../src/core/review/reviewTarget';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import {
  at,
  InMemoryEditor,
  InMemoryGitChanges,
  InMemoryLanguageServices,
  InMemoryWorkspace,
  range,
} from '../../../support/inMemoryWorkspace';
import type { CallerStep } from '../../../support/scriptedModelCaller';
import { FakeTool, TeamFixture } from '../../../support/teamFixture';

const MATH = ['export function divide(a: number, b: number) {', '  return a / b;', '}', ''].join('\n');
const DIVISION: FindingDraft = {
  path: 'src/math.ts',
  startLine: 2,
  endLine: 2,
  severity: 'minor',
  category: 'bug',
  title: 'Unguarded division',
  why: 'b may be 0.',
  evidence: 'return a / b;',
  confidence: 0.8,
  rule: 'unguarded-division',
};
const report = (findings: readonly object[], refuted: unknown[] = []) => ({
  toolCalls: [{ name: 'report_findings', arguments: { findings, refuted } }],
});
const BROKEN = { reason: 'model.unavailable', message: 'The server is down.', retryable: true } as const;
const WHOLE_FILE: ReviewTarget = { kind: 'places', places: [{ uri: at('src/math.ts').uri }] };

class ReviewFixture extends TeamFixture {
  readonly workspace: InMemoryWorkspace;
  readonly languages = new InMemoryLanguageServices();
  readonly git = new InMemoryGitChanges();
  analysis: AnalysisReport = { findings: [], files: [], sources: [], notes: [] };
  dismissed: (finding: Finding) => boolean = () => false;

  constructor(steps: readonly CallerStep[], files: Record<string, string> = { 'src/math.ts': MATH }) {
    super({ steps: { qa: steps }, tools: [new FakeTool('read_file')] });
    this.workspace = new InMemoryWorkspace(files);
  }

  review(target: ReviewTarget = WHOLE_FILE, focus?: string) {
    const { workspace, languages, git } = this;
    const services: ReviewServices = {
      ...this.services,
      portsOf: () => ({ workspace, languages, git, editor: new InMemoryEditor() }),
      inspect: async () => this.analysis,
      isDismissed: (finding) => this.dismissed(finding),
    };
    return runReview(services, { target, ...(focus !== undefined && { focus }) }, this.recorded.context);
  }

  get findings(): Finding[] {
    const [event] = this.recorded.events.filter(({ topic }) => topic === 'review.completed');
    return (event?.payload as { items: Finding[] } | undefined)?.items ?? [];
  }
  request(call = 0): string {
    return this.transcript(call).join('\n');
  }
}

describe('runReview', () => {
  it('reports what the reviewer hands in, anchored in the code', async () => {
    const said = { ...DIVISION, startLine: 77, endLine: 77, rule: undefined, title: 'divide() fails for 0' };
    const team = new ReviewFixture([report([said]), { text: 'One problem.' }]);
    const outcome = await team.review();
    assert.equal(outcome.status, 'completed');
    assert.equal(outcome.agent, 'qa');
    assert.match(outcome.text, /^\*\*1 finding\*\* in 1 file \(1 minor\)\.\n\nOne problem\./);
    const [finding] = team.findings;
    assert.deepEqual([finding?.startLine, finding?.agent, finding?.status], [2, 'qa', 'open']);
    team.assertClean();
  });

  it('leaves the span tree of one invocation, whose prompt version is that of the agent', async () => {
    const team = new ReviewFixture([report([]), { text: 'Fine.' }]);
    await team.review();
    assert.deepEqual(team.recorded.spanTree(), [
      'invoke_agent qa',
      '  chat scripted',
      '  execute_tool report_findings',
      '  chat scripted',
    ]);
    const version = team.registry.promptVersion(team.spec('qa'));
    assert.equal(team.recorded.span('invoke_agent qa').attributes['agent_team.prompt.version'], version);
  });

  it('gives the reviewer the lines, who uses them, and what the analysis found there', async () => {
    const team = new ReviewFixture([report([]), { text: 'ok' }]);
    team.analysis = { ...team.analysis, findings: [DIVISION] };
    team.languages.outlines.set('src/math.ts', [
      { ...at('src/math.ts'), name: 'divide', kind: 'function', range: range(0, 0, 2, 1) },
    ]);
    team.languages.usages.set('src/math.ts:0:16', [
      { ...at('src/shop.ts'), range: range(9, 2), preview: '  return divide(total, count);' },
    ]);
    await team.review(WHOLE_FILE, 'zero and negative numbers');
    const request = team.request();
    assert.match(request, /2 \| {3}return a \/ b;/);
    assert.match(request, /divide at src\/shop\.ts:10: return divide\(total, count\);/);
    assert.match(request, /unguarded-division/);
    assert.match(request, /zero and negative numbers/);
  });

  it("drops the analysis' findings that the reviewer refutes, and only those that it was given", async () => {
    const team = new ReviewFixture([]);
    team.analysis = { ...team.analysis, findings: [DIVISION] };
    const first = new ReviewFixture([report([]), { text: 'ok' }]);
    first.analysis = team.analysis;
    await first.review();
    const [kept] = first.findings;
    assert.ok(kept);
    const second = new ReviewFixture([
      report(
        [],
        [
          { id: kept.id, why: 'guarded by the caller' },
          { id: 'unknown', why: '' },
        ],
      ),
      { text: 'ok' },
    ]);
    second.analysis = team.analysis;
    const outcome = await second.review();
    assert.deepEqual(second.findings, []);
    assert.match(outcome.text, /1 findings of the analysis were looked at and found to be false alarms/);
  });

  it('takes findings from the text of a model that calls no tool', async () => {
    const team = new ReviewFixture([{ text: JSON.stringify({ findings: [{ ...DIVISION, rule: undefined }] }) }]);
    const outcome = await team.review();
    assert.equal(team.findings.length, 1);
    assert.doesNotMatch(outcome.text, /"findings"/);
  });

  it('keeps what the analysis found when the model fails, and is partial', async () => {
    const team = new ReviewFixture([{ failure: BROKEN }]);
    team.analysis = { ...team.analysis, findings: [DIVISION] };
    const outcome = await team.review();
    assert.equal(outcome.status, 'partial');
    assert.equal(outcome.error?.reason, 'model.unavailable');
    assert.equal(team.findings.length, 1);
  });

  it('leaves out what was dismissed earlier, and says so', async () => {
    const team = new ReviewFixture([report([]), { text: 'ok' }]);
    team.analysis = { ...team.analysis, findings: [DIVISION] };
    team.dismissed = ({ rule }) => rule === 'unguarded-division';
    const outcome = await team.review();
    assert.deepEqual(team.findings, []);
    assert.match(outcome.text, /1 findings that were dismissed earlier are left out/);
  });

  it('drops findings about code that is not there, and never shows them on another line', async () => {
    const nowhere = [
      { ...DIVISION, path: 'src/none.ts' },
      { ...DIVISION, startLine: 90, endLine: 90, evidence: 'return a % b;' },
    ];
    const team = new ReviewFixture([report(nowhere), { text: 'ok' }]);
    const outcome = await team.review();
    assert.deepEqual(team.findings, []);
    assert.match(outcome.text, /2 findings were left out/);
  });

  it('reviews many files as tasks at once, within the concurrency of the settings', async () => {
    const long = 'const value = compute(1, 2, 3) + compute(4, 5, 6);\n'.repeat(700);
    const files = Object.fromEntries([1, 2, 3].map((n) => [`src/f${n}.ts`, long]));
    const gate = new Gate();
    const steps: CallerStep[] = [1, 2, 3].map(() => ({ text: '{"findings":[]}', gate }));
    const team = new ReviewFixture(steps, files);
    team.settings = { ...DEFAULT_SETTINGS, supervisor: { ...DEFAULT_SETTINGS.supervisor, maxConcurrency: 2 } };
    const pending = team.review({ kind: 'places', places: [{ uri: 'file:///ws' }] });
    await settle();
    const started = () => team.recorded.events.filter(({ topic }) => topic === 'task.started').length;
    assert.equal(started(), 2);
    gate.open();
    const outcome = await pending;
    assert.equal(outcome.status, 'completed');
    assert.equal(started(), 3);
    assert.equal(team.recorded.events.filter(({ topic }) => topic === 'task.completed').length, 3);
    team.recorded.assertWhole();
  });

  it('ends without findings of its own when it is stopped', async () => {
    const gate = new Gate();
    const team = new ReviewFixture([{ text: 'late', gate }]);
    const pending = team.review();
    await settle();
    team.recorded.cancel();
    const outcome = await pending;
    assert.deepEqual([outcome.status, outcome.error?.reason], ['failed', 'cancelled']);
    assert.equal(
      team.recorded.events.some(({ topic }) => topic === 'review.completed'),
      false,
    );
  });

  it('does the analysis alone where qa is switched off', async () => {
    const team = new ReviewFixture([]);
    team.settings = { ...DEFAULT_SETTINGS, agents: { ...DEFAULT_SETTINGS.agents, disabled: ['qa'] } };
    team.analysis = { ...team.analysis, findings: [DIVISION] };
    const outcome = await team.review();
    assert.deepEqual([outcome.status, outcome.error?.reason], ['partial', 'agent.unknown']);
    assert.equal(team.findings.length, 1);
  });
});
